"""When the breaker trips: by a run of bad records, by their share, and what does not count."""

import random
from collections import deque
from collections.abc import Iterable

import pytest

from agents.breaker import Breaker, BreakerLimits
from models.dead_letter import REDRIVES
from tests.agents.conftest import Rec

SMALL = BreakerLimits(run=5, window=20, share=0.5)


class Stream:
    """Batches of a partition, written as `g` for a good record, `b` for a bad one and `r` for a bad redriven one."""

    def __init__(self, limits: BreakerLimits = SMALL, applied: int = -1) -> None:
        self.breaker = Breaker(limits, applied)
        self.next = 0

    def __call__(self, outcomes: str) -> str | None:
        records = [
            Rec(self.next + place, b"ada", b"", headers=((REDRIVES, b"1"),) if told == "r" else ())
            for place, told in enumerate(outcomes)
        ]
        bad = {record.offset: "not_json" for record, told in zip(records, outcomes, strict=True) if told != "g"}
        why = self.breaker.trips(records, bad)
        self.next += 0 if why else len(outcomes)
        return why


def test_a_run_of_bad_records_trips_and_one_fewer_does_not() -> None:
    assert Stream()("gbbbbg") is None
    assert Stream()("gbbbbbg") == "5 records in a row are bad"


def test_a_run_goes_over_the_seam_of_batches_and_ends_with_a_good_record() -> None:
    stream = Stream()

    assert [stream(part) for part in ("gbb", "bb", "g", "bbbb", "gb")] == [None] * 5
    assert stream("bbbb") == "5 records in a row are bad"


def test_a_held_batch_counts_nothing_so_that_its_next_try_is_judged_alike() -> None:
    stream = Stream()

    assert stream("bb") is None
    assert [stream("bbb"), stream("bbb"), stream("bb"), stream("g")] == ["5 records in a row are bad"] * 2 + [None] * 2


def test_the_share_trips_once_the_window_is_full() -> None:
    assert Stream()("gb" * 9 + "b") is None
    assert Stream()("gb" * 10) == "50% of the newest 20 records are bad"


def test_the_share_is_that_of_any_window_also_inside_a_batch() -> None:
    stream = Stream()

    assert stream("g" * 100) is None
    assert stream("bbg" * 5 + "b" + "g" * 50) == "50% of the newest 20 records are bad"


def test_what_an_earlier_owner_dealt_with_does_not_count() -> None:
    """After a crash the good ones of them are replays; the bad ones alone would look like a run."""
    stream = Stream(applied=6)

    assert stream("bbbbbbb" + "bbbb") is None
    assert stream("b") == "5 records in a row are bad"


def test_a_bad_record_that_was_redriven_neither_counts_nor_ends_a_run() -> None:
    assert Stream()("r" * 50) is None
    assert Stream()("bbrrbbg") is None
    assert Stream()("bbrrbbb") == "5 records in a row are bad"


@pytest.mark.parametrize("share_bad", [0.1, 0.45, 0.6])
def test_it_trips_exactly_where_a_count_record_by_record_does(seed: int, share_bad: float) -> None:
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(200):
        stream = Stream(BreakerLimits(run=6, window=draw.choice([10, 30]), share=draw.choice([0.3, 0.5, 1.0])))
        batches = ["".join(draw.choices("bg", (share_bad, 1 - share_bad), k=draw.randint(1, 40))) for _ in range(6)]
        for number, told in enumerate(batches):
            expected = _trips(stream.breaker._limits, "".join(batches[:number]), told)
            assert (stream(told) is not None) == expected, (batches, number)
            if expected:
                break


def _trips(limits: BreakerLimits, before: str, batch: str) -> bool:
    """The definition: after each record of the batch, look at all that came."""
    newest: deque[str] = deque(before, maxlen=limits.window)
    run = len(before) - len(before.rstrip("b"))
    return any(list(_after_each(limits, newest, run, batch)))


def _after_each(limits: BreakerLimits, newest: "deque[str]", run: int, batch: str) -> Iterable[bool]:
    for told in batch:
        newest.append(told)
        run = run + 1 if told == "b" else 0
        full = len(newest) == limits.window
        yield run >= limits.run or (full and newest.count("b") >= limits.share * limits.window)
