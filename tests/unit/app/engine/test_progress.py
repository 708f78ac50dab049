"""How far a recovery is, said now and then."""

from app.engine.progress import Progress
from tests.seconds import Seconds


def test_a_recovery_says_percent_and_seconds_left_every_five_seconds() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    seconds.now += 2  # until the first batch comes
    said = {}
    for second in range(21):
        told = progress.due(lambda second=second: (1000, 800 - 40 * second))  # type: ignore[misc]
        if told is not None:
            said[second] = told
        seconds.now += 1

    assert said == {
        3: {"percent": 32, "left_s": 17},
        8: {"percent": 52, "left_s": 12},
        13: {"percent": 72, "left_s": 7},
        18: {"percent": 92, "left_s": 2},
    }


def test_a_recovery_under_five_seconds_says_nothing_and_looks_once() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    looks = []

    def look() -> tuple[int, int]:
        looks.append(seconds())
        return 100, 50

    for _ in range(40):
        assert progress.due(look) is None
        seconds.now += 0.1
    progress.begin()
    seconds.now += 4
    assert progress.due(look) is None

    assert len(looks) == 2


def test_a_recovery_that_does_not_move_promises_no_end() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.due(lambda: (100, 50))
    seconds.now += 5

    assert progress.due(lambda: (100, 50)) == {"percent": 50}


def test_percents_stay_within_bounds_when_a_worker_reads_back_what_it_wrote_itself() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.due(lambda: (100, 50))
    seconds.now += 5

    assert progress.due(lambda: (100, -3)) == {"percent": 100, "left_s": 0}
