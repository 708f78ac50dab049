"""How long a hit was felt, from times worked out by hand."""

from app.verify.recovery import Hit, latencies, measure, quantile
from app.verify.watch import Applied


def hit(at_s: float) -> Hit:
    return Hit("SIGKILL", 0, at_s, int(at_s * 1000))


def seen(at_s: float, offset: int, stamp_s: float | None = None) -> Applied:
    return Applied(at_s, int((at_s if stamp_s is None else stamp_s) * 1000), 1, offset)


ACKED = {offset: float(offset) for offset in range(20)}
"""A record a second."""


def test_recovery_is_from_the_hit_to_the_first_new_record_and_to_less_than_a_second_behind() -> None:
    one = hit(10.0)
    measure([one], [[seen(9.1, 9), seen(16.0, 9), seen(17.0, 12), seen(18.5, 18)]], [ACKED])

    assert (one.applied_s, one.caught_up_s) == (7.0, 8.5)


def test_what_the_killed_worker_had_written_before_is_no_recovery() -> None:
    one = hit(10.0)
    measure([one], [[seen(10.2, 10, stamp_s=9.9), seen(17.0, 17)]], [ACKED])

    assert one.applied_s == 7.0


def test_the_slowest_partition_counts_and_one_without_new_records_does_not() -> None:
    one = hit(10.0)
    measure([one], [[seen(12.0, 12)], [seen(15.0, 15)], [seen(9.0, 19)]], [ACKED, ACKED, ACKED])

    assert one.applied_s == 5.0


def test_a_hit_that_another_one_overtakes_has_no_time() -> None:
    first, second = hit(10.0), hit(12.0)
    measure([first, second], [[seen(16.0, 16)]], [ACKED])

    assert (first.applied_s, second.applied_s) == (None, 4.0)


def test_the_slowest_record_is_one_that_waited_at_the_hit_or_came_before_the_next() -> None:
    first, second = hit(5.5), hit(17.5)
    measure([first, second], [[seen(5.1, 5), seen(14.0, 14), seen(19.5, 19)]], [ACKED])

    assert (first.waited_s, second.waited_s) == (8.0, 4.5)


def test_a_latency_is_from_the_acknowledgement_to_the_state_that_holds_the_record() -> None:
    found = latencies([[seen(0.5, 0), seen(3.0, 2), seen(9.0, 9)]], [{0: 0.0, 1: 1.0, 2: 2.5, 3: 8.0}], until_s=5.0)

    assert found == [0.5, 0.5, 2.0]
    assert (quantile(found, 0.5), quantile(found, 0.99), quantile([], 0.5)) == (0.5, 2.0, None)
