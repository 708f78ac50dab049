"""How long a hit was felt: from acknowledgements of the feed and from when states became durable. Pure.

`run` calls it when a run is over. Times are seconds from the end of a hit, on the slowest partition.
"""

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.verify.watch import Applied

KEEPS_UP_S: Final = 1.0
"""A partition has caught up when no record that was acknowledged so long ago is not applied."""


@dataclass
class Hit:
    """The fault struck once."""

    what: str
    place: int
    """Records fed until then."""
    at_s: float
    """`time.monotonic()` of its end; of a kill, when the process was gone."""
    at_ms: int
    """The same by the wall clock."""
    lasted_s: float = 0.0
    applied_s: float | None = None
    """To the first newly applied record; None where another hit came before, or where nothing was left to apply."""
    caught_up_s: float | None = None
    """To less than a second of traffic not applied."""
    waited_s: float | None = None
    """Longest from a record's acknowledgement to its durable state, of those that waited at the beginning of the hit
    or came before the next one."""

    @property
    def began_s(self) -> float:
        """`time.monotonic()` of its beginning."""
        return self.at_s - self.lasted_s


def measure(hits: Sequence[Hit], applied: Sequence[Sequence[Applied]], acked: Sequence[Mapping[int, float]]) -> None:
    """Fill in the times of each hit; `applied` and `acked` by partition."""
    waits = _waits(applied, acked)
    for place, hit in enumerate(hits):
        until_s = hits[place + 1].began_s if place + 1 < len(hits) else float("inf")
        felt_by = [end_s - acked_s for acked_s, end_s in waits if acked_s < until_s and end_s > hit.began_s]
        hit.waited_s = max(felt_by, default=None)
        parts = [_felt(hit, seen, times) for seen, times in zip(applied, acked, strict=True)]
        felt = [part for part in parts if part is not None]
        if felt and max(first for first, _ in felt) < until_s:
            hit.applied_s = max(first for first, _ in felt) - hit.at_s
        if felt and max(caught for _, caught in felt) < until_s:
            hit.caught_up_s = max(caught for _, caught in felt) - hit.at_s


def _felt(hit: Hit, seen: Sequence[Applied], acked: Mapping[int, float]) -> tuple[float, float] | None:
    """When a partition applied something new after the hit, and when it had caught up; None where it never did."""
    before = max((each.offset for each in seen if each.seen_s <= hit.at_s or each.stamp_ms < hit.at_ms), default=-1)
    new = [each for each in seen if each.seen_s > hit.at_s and each.stamp_ms >= hit.at_ms and each.offset > before]
    if not new:
        return None
    offsets = sorted(acked)
    for each in new:
        at = bisect.bisect_right(offsets, each.offset)
        if at == len(offsets) or acked[offsets[at]] > each.seen_s - KEEPS_UP_S:
            return new[0].seen_s, each.seen_s
    return new[0].seen_s, float("inf")


def latencies(
    applied: Sequence[Sequence[Applied]], acked: Sequence[Mapping[int, float]], until_s: float
) -> list[float]:
    """Seconds from acknowledgement to durable state of each record acknowledged before `until_s`, ascending."""
    return sorted(end_s - acked_s for acked_s, end_s in _waits(applied, acked) if acked_s < until_s)


def _waits(applied: Sequence[Sequence[Applied]], acked: Sequence[Mapping[int, float]]) -> list[tuple[float, float]]:
    """When each record was acknowledged, and when its state was durable."""
    found = []
    for seen, times in zip(applied, acked, strict=True):
        reached = sorted({each.offset: each.seen_s for each in reversed(seen)}.items())
        steps = [offset for offset, _ in reached]
        for offset, acked_s in times.items():
            at = bisect.bisect_left(steps, offset)
            if at < len(steps):
                found.append((acked_s, max(acked_s, reached[at][1])))
    return found


def quantile(ascending: Sequence[float], share: float) -> float | None:
    """The value below which this share lies; None of nothing."""
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))] if ascending else None
