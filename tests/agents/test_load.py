"""Whether a worker has time to spare: by its share of a core, measured over half a second or more."""

from agents.load import Load


class Process:
    """Two clocks that only move when told."""

    def __init__(self) -> None:
        self.now_s = self.used_s = 100.0
        self.load = Load(lambda: self.now_s, lambda: self.used_s)

    def goes_on(self, for_s: float, share: float) -> bool:
        self.now_s += for_s
        self.used_s += for_s * share
        return self.load.is_high()


def test_a_worker_that_needs_most_of_the_time_is_busy_until_it_needs_much_less() -> None:
    process = Process()
    shares = [0.5, 0.84, 0.86, 0.7, 0.56, 0.54, 0.84, 1.1]

    assert [process.goes_on(0.5, share) for share in shares] == [False, False, True, True, True, False, False, True]


def test_a_moment_tells_nothing() -> None:
    process = Process()

    assert [process.goes_on(0.125, share) for share in (1.0, 1.0, 1.0, 0.2)] == [False] * 4
    assert [process.goes_on(0.125, 1.0) for _ in range(4)] == [False, False, False, True]
