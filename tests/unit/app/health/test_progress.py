"""Progress is movement: lag alone is no fault, and no lag is no proof."""

import pytest

from app.health.progress import Place, Progress, Seen


def seen(position: int, committed: int, end: int, *, in_hand: bool = False, state: str = "open", **more: int) -> Seen:
    place = Place("t", 3, position, committed, end, in_hand, more.get("answered_ms", 0))
    return Seen(3, state, (place,), more.get("recovered", 0))


@pytest.fixture
def progress() -> Progress:
    return Progress(60.0)


def still(progress: Progress, *moments: tuple[float, Seen], waiting: bool = False) -> float:
    told = [progress.look([each], now_s, waiting=waiting) for now_s, each in moments]
    return told[-1][3]


def test_a_partition_far_behind_that_moves_is_well(progress: Progress) -> None:
    assert still(progress, *((float(s), seen(s, s, 1_000_000, in_hand=True)) for s in range(300))) == 0


def test_a_partition_one_record_behind_that_stands_is_stalled(progress: Progress) -> None:
    stands = still(progress, (0.0, seen(9, 9, 10)), (61.0, seen(9, 9, 10, answered_ms=61)))

    assert stands == 61
    assert progress.is_stalled(stands)


def test_records_in_hand_that_are_never_done_are_a_stall(progress: Progress) -> None:
    assert still(progress, (0.0, seen(10, 9, 10, in_hand=True)), (61.0, seen(10, 9, 10, in_hand=True))) == 61


def test_a_partition_with_nothing_to_do_is_well_as_long_as_the_broker_is_asked(progress: Progress) -> None:
    assert still(progress, *((float(s), seen(10, 10, 10, answered_ms=s)) for s in range(300))) == 0
    assert (
        still(progress, (300.0, seen(10, 10, 10, answered_ms=299)), (400.0, seen(10, 10, 10, answered_ms=299))) == 101
    )


def test_a_recovery_that_reads_on_is_well_and_one_that_stands_is_not(progress: Progress) -> None:
    recovering = [(float(s), seen(9, 9, 10, state="recovering", recovered=s * 1000)) for s in range(100)]

    assert still(progress, *recovering) == 0
    assert still(progress, (199.0, recovering[-1][1])) == 100


def test_nobody_stalls_while_the_broker_is_away(progress: Progress) -> None:
    moments = [(float(s), seen(9, 9, 10)) for s in range(300)]

    assert still(progress, *moments, waiting=True) == 0


def test_a_partition_that_went_and_came_again_begins_anew(progress: Progress) -> None:
    still(progress, (0.0, seen(9, 9, 10)))
    progress.look([], 50.0)

    assert still(progress, (100.0, seen(9, 9, 10))) == 0
