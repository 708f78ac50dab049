"""Rolling windows over the customer's own clock, kept as sparse buckets of three widths.

`models.profile.observe` calls `add` for each metric a touchpoint moves; the views call `read`. A window
at `as_of` holds the events whose bucket number is in (b(as_of) - N, b(as_of)]: 12 buckets of 5 minutes,
24 of an hour, 7 or 30 of a day. A new metric is one row in `METRICS`.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from models.policy import DAY_MS, HOUR_MS

Values = Mapping[str, float | int | bool | None]
"""A window as the public JSON shows it; equal ones are one object, so nobody may change it."""


class Metric(NamedTuple):
    """One window metric: its public name, how many whole numbers a bucket holds beside n, and how they read."""

    name: str
    sums: int
    read: Callable[[int, int, int], Values]
    """(n, first sum, second sum) with n >= 1 -> public fields without n."""


def _count(_n: int, _first: int, _second: int) -> Values:
    return {}


def _mean_milli(n: int, sum_milli: int, _second: int) -> Values:
    return {"mean": round(sum_milli / (n * 1000), 4)}


def _share(part: int, n: int) -> float:
    return round(part / n, 4)


def _on_scale(low: int, width: int, share_name: str) -> Callable[[int, int, int], Values]:
    """Mean of answers put on the scale that starts at `low`, and the share that passed."""

    def read(n: int, sum_millionths: int, passed: int) -> Values:
        return {"mean": round(low + width * sum_millionths / (n * 1_000_000), 4), share_name: _share(passed, n)}

    return read


def _nps(n: int, promoters: int, detractors: int) -> Values:
    score = round(100 * (promoters - detractors) / n, 4)
    return {"promoters": promoters, "detractors": detractors, "score": score}


def _wait(n: int, sum_ms: int, long: int) -> Values:
    return {"mean": round(sum_ms / (n * 1000), 4), "long": long}


def _effort(_n: int, transfers: int, reopens: int) -> Values:
    return {"transfers": transfers, "reopens": reopens}


METRICS: Final = (
    Metric("contacts", 0, _count),
    Metric("sentiment", 1, _mean_milli),
    Metric("csat", 2, _on_scale(1, 4, "top2")),
    Metric("rating", 2, _on_scale(1, 4, "top2")),
    Metric("nps", 2, _nps),
    Metric("ces", 2, _on_scale(1, 6, "agree")),
    Metric("negatives", 0, _count),
    Metric("wait", 2, _wait),
    Metric("effort", 2, _effort),
)
"""Every window metric; the place in this tuple is the code in stored bytes, so it only ever grows at its end."""

CONTACTS, SENTIMENT, CSAT, RATING, NPS, CES, NEGATIVES, WAIT, EFFORT = range(len(METRICS))

_COUNTS: Final = ("promoters", "detractors", "long", "transfers", "reopens")
_EMPTY: Final[tuple[Values, ...]] = tuple(
    {"n": 0, **{name: 0 if name in _COUNTS else None for name in metric.read(1, 0, 0)}} for metric in METRICS
)
"""What a span without an event reads."""

_WIDTH_MS: Final = (300_000, HOUR_MS, DAY_MS)
_WIDER: Final = (300_000, 12, 24)
"""From a time to its bucket of 5 minutes, from that one to its hour, from that one to its day: small divisions."""
_KEPT: Final = (12, 24, 30)
_ROW: Final = tuple(2 + metric.sums for metric in METRICS)
_SPAN_MS: Final = {"1h": HOUR_MS, "24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS}
_SPANS_MS: Final = tuple(_SPAN_MS.values())
_READ: Final = tuple(
    (metric.name, code, _ROW[code], code * 3, code * 3 + 1, code * 3 + 2) for code, metric in enumerate(METRICS)
)
"""(name, code, length of a row, keys of its five-minute, hour and day buckets) of each metric."""
_PRUNE_AT: Final = 4 * 30


def add(  # positional: keywords would cost a tenth of the hot path
    windows: dict[int, list[int]], metric: int, at_ms: int, as_of_ms: int, first: int = 0, second: int = 0
) -> None:
    """Count one event in the buckets of its own time; a late one lands where it belongs or, if outside, nowhere.

    Args:
        windows: metric * 3 + resolution -> flat rows [bucket, n, sums...], ascending by bucket.
        metric: place in `METRICS`.
        first, second: what the event adds to the metric's sums.
    """
    row = _ROW[metric]
    key, bucket = metric * 3, at_ms
    for wider in _WIDER:
        bucket //= wider
        rows = windows.get(key)
        if rows is None:
            windows[key] = [bucket, 1, first, second][:row]
        elif rows[place := len(rows) - row] == bucket:  # places from the front are the quick ones
            rows[place + 1] += 1
            if row > 2:
                rows[place + 2] += first
                if row > 3:
                    rows[place + 3] += second
        else:
            _add_elsewhere(rows, key % 3, (bucket, 1, first, second)[:row], as_of_ms)
        key += 1


def _add_elsewhere(rows: list[int], resolution: int, event: tuple[int, ...], as_of_ms: int) -> None:
    """Open a newer bucket, or find an older one, for an event that is not of the newest bucket."""
    row, bucket = len(event), event[0]
    place = len(rows) - row
    if rows[place] < bucket:
        rows += event
        if place > _PRUNE_AT * row:
            _cut(rows, row, bucket - _KEPT[resolution])
        return
    if bucket <= as_of_ms // _WIDTH_MS[resolution] - _KEPT[resolution]:
        return
    while place >= 0 and rows[place] > bucket:
        place -= row
    if place < 0 or rows[place] != bucket:
        rows[place + row : place + row] = event
        return
    for column in range(1, row):
        rows[place + column] += event[column]


def _cut(rows: list[int], row: int, last_out: int) -> None:
    """Drop the rows whose bucket number is `last_out` or less."""
    if rows[-row] <= last_out:
        rows.clear()
    else:
        del rows[: row * bisect_right(rows[::row], last_out)]


def prune(windows: dict[int, list[int]], as_of_ms: int) -> None:
    """Drop what no window at `as_of` or later can hold, and metrics with nothing left."""
    minutes = as_of_ms // _WIDER[0]
    hour = minutes // _WIDER[1]
    last_out = (minutes - _KEPT[0], hour - _KEPT[1], hour // _WIDER[2] - _KEPT[2]) * len(METRICS)
    emptied = []
    for key, rows in windows.items():
        out = last_out[key]
        if rows[0] <= out:
            _cut(rows, _ROW[key // 3], out)
            if not rows:
                emptied.append(key)
    for key in emptied:
        del windows[key]


def read(windows: Mapping[int, list[int]], as_of_ms: int, first_ms: int) -> dict[str, dict[str, Values]]:
    """Every metric with an event in the last 30 days: name -> span -> {n, ..., complete}.

    Means, shares and scores are None at n = 0; `complete` says whether the customer is known for the whole span.
    Equal metrics are one object, so nobody may change them.
    """
    five_minutes, hour, day = as_of_ms // _WIDTH_MS[0] - 12, as_of_ms // HOUR_MS - 24, as_of_ms // DAY_MS
    week, month = day - 7, day - 30
    known = bisect_right(_SPANS_MS, as_of_ms - first_ms)
    seen: dict[str, dict[str, Values]] = {}
    for name, code, row, key, key_of_hours, key_of_days in _READ:
        days = windows.get(key_of_days)
        if not days or days[-row] <= month:
            continue
        of_month = _sums(days, row, month)
        of_week = of_month if days[0] > week else _sums(days, row, week)
        of_day = _sums(windows.get(key_of_hours), row, hour)
        of_hour = _sums(windows.get(key), row, five_minutes)
        seen[name] = _metric(code, known, of_hour, of_day, of_week, of_month)
    return seen


def count(windows: Mapping[int, list[int]], metric: int, as_of_ms: int) -> int:
    """n of one metric over 30 days."""
    sums = _sums(windows.get(metric * 3 + 2), _ROW[metric], as_of_ms // DAY_MS - 30)
    return sums[0] if sums else 0


def _sums(rows: list[int] | None, row: int, last_out: int) -> tuple[int, ...]:
    """(n, sums...) over the buckets after one, empty without an event there."""
    if not rows or rows[-row] <= last_out:
        return ()
    if len(rows) == row:  # of most customers there is one bucket
        return tuple(rows[1:])
    place = 0 if rows[0] > last_out else row * bisect_right(rows[::row], last_out)
    n = sum(rows[place + 1 :: row])
    if row == 2:
        return (n,)
    first = sum(rows[place + 2 :: row])
    return (n, first) if row == 3 else (n, first, sum(rows[place + 3 :: row]))


@lru_cache(maxsize=1 << 12)  # most windows of most customers hold one or two events: the same few values over and over
def _metric(code: int, known: int, *sums: tuple[int, ...]) -> dict[str, Values]:
    """One metric over every span, of which the customer is known for the first `known` whole ones."""
    return {
        name: _values(code, sums_of_span, place < known)
        for place, (name, sums_of_span) in enumerate(zip(_SPAN_MS, sums, strict=True))
    }


@lru_cache(maxsize=1 << 12)
def _values(code: int, sums: tuple[int, ...], complete: bool) -> Values:
    """One metric over one span."""
    n, first, second = (*sums, 0, 0, 0)[:3]
    read = METRICS[code].read(n, first, second) if n else _EMPTY[code]
    return {"n": n, **read, "complete": complete}
