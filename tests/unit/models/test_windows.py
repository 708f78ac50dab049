"""Rolling windows: the vectors of the formulas, bucket edges drawn out, late events."""

import random
from collections.abc import Sequence

import pytest

from models import windows
from models.policy import DAY_MS, HOUR_MS

NOON_MS = 20_000 * DAY_MS + 12 * HOUR_MS
"""A time on the edge of a day's half, an hour and a 5-minute bucket."""


def of(metric: int, events: Sequence[tuple[int, ...]], as_of_ms: int = NOON_MS) -> dict[str, windows.Values]:
    held: dict[int, list[int]] = {}
    for at_ms, *sums in events:
        windows.add(held, metric, at_ms, as_of_ms, *sums)
    seen = windows.read(held, as_of_ms, first_ms=0)
    return seen[windows.METRICS[metric].name]


def test_nps_of_10_9_8_6_3_is_0() -> None:
    """Promoters 10 and 9, detractors 6 and 3: 100 * (2 - 2) / 5."""
    answers = [(NOON_MS, 1, 0), (NOON_MS, 1, 0), (NOON_MS, 0, 0), (NOON_MS, 0, 1), (NOON_MS, 0, 1)]
    assert of(windows.NPS, answers)["1h"] == {"n": 5, "promoters": 2, "detractors": 2, "score": 0.0, "complete": True}


def test_csat_of_5_4_3_2_1_has_mean_3_and_top2_of_two_fifths() -> None:
    answers = [(NOON_MS, (value - 1) * 250_000, 1 if value >= 4 else 0) for value in (5, 4, 3, 2, 1)]
    assert of(windows.CSAT, answers)["1h"] == {"n": 5, "mean": 3.0, "top2": 0.4, "complete": True}


def test_ces_of_5_4_4_2_on_1_to_5_is_5_125_on_1_to_7_and_three_quarters_agree() -> None:
    """x = 1, .75, .75, .25: mean 0.6875, and 1 + 6 * 0.6875 = 5.125."""
    answers = [(NOON_MS, (value - 1) * 250_000, 1 if value >= 4 else 0) for value in (5, 4, 4, 2)]
    assert of(windows.CES, answers)["1h"] == {"n": 4, "mean": 5.125, "agree": 0.75, "complete": True}


def test_sentiment_mean_is_in_minus_one_to_one() -> None:
    assert of(windows.SENTIMENT, [(NOON_MS, -600), (NOON_MS, 300)])["24h"] == {"n": 2, "mean": -0.15, "complete": True}


@pytest.mark.parametrize(
    ("span", "width_ms", "kept"),
    [("1h", 300_000, 12), ("24h", HOUR_MS, 24), ("7d", DAY_MS, 7), ("30d", DAY_MS, 30)],
)
def test_a_window_holds_the_buckets_after_b_minus_n_up_to_b(span: str, width_ms: int, kept: int) -> None:
    """
    ...[b-N    )[b-N+1   )...[b       )
        out      in           in
    """
    as_of_ms = NOON_MS + 1
    first_in_ms = (as_of_ms // width_ms - kept + 1) * width_ms
    events = [(NOON_MS,), (first_in_ms,), (first_in_ms - 1,)]
    assert of(windows.CONTACTS, events, as_of_ms)[span]["n"] == 2


def test_late_events_land_in_their_own_buckets_in_any_order(seed: int) -> None:
    draw = random.Random(seed)
    events = [(NOON_MS - draw.randrange(40 * DAY_MS), draw.randint(-1000, 1000)) for _ in range(300)]
    events.append((NOON_MS, 0))
    ordered, shuffled = sorted(events), events[::-1]
    assert of(windows.SENTIMENT, ordered) == of(windows.SENTIMENT, shuffled)
    for span, width_ms, kept in (("1h", 300_000, 12), ("24h", HOUR_MS, 24), ("7d", DAY_MS, 7), ("30d", DAY_MS, 30)):
        inside = [value for at_ms, value in events if at_ms // width_ms > NOON_MS // width_ms - kept]
        assert of(windows.SENTIMENT, ordered)[span]["n"] == len(inside)
        assert of(windows.SENTIMENT, ordered)[span]["mean"] == round(sum(inside) / len(inside) / 1000, 4)


def test_an_empty_span_is_null_and_a_metric_empty_over_30_days_is_left_out() -> None:
    held: dict[int, list[int]] = {}
    windows.add(held, windows.CSAT, NOON_MS, NOON_MS, 500_000, 0)
    windows.add(held, windows.NPS, NOON_MS, NOON_MS, 0, 0)
    later = windows.read(held, NOON_MS + 10 * DAY_MS, first_ms=NOON_MS)
    assert later["csat"]["7d"] == {"n": 0, "mean": None, "top2": None, "complete": True}
    assert later["nps"]["7d"] == {"n": 0, "promoters": 0, "detractors": 0, "score": None, "complete": True}
    assert later["csat"]["30d"]["complete"] is False
    assert windows.read(held, NOON_MS + 31 * DAY_MS, first_ms=NOON_MS) == {}


def test_pruning_drops_exactly_what_no_window_can_hold() -> None:
    held: dict[int, list[int]] = {}
    for day in range(45):
        windows.add(held, windows.CONTACTS, NOON_MS + day * DAY_MS, NOON_MS + day * DAY_MS)
    as_of_ms = NOON_MS + 44 * DAY_MS
    before = windows.read(held, as_of_ms, 0)
    windows.prune(held, as_of_ms)
    assert windows.read(held, as_of_ms, 0) == before
    assert [len(rows) // 2 for rows in held.values()] == [1, 1, 30]
    windows.prune(held, as_of_ms + 31 * DAY_MS)
    assert held == {}
