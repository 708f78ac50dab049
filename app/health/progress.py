"""Whether each partition gets on: it moves, or has nothing to do. Lag alone tells neither.

`app.health.pulse` hands in what it sees every second; a partition that has work and stands still is stalled.
"""

from collections.abc import Hashable, Iterable

import msgspec


class Place(msgspec.Struct, frozen=True):
    """How far one partition of an input topic is."""

    topic: str
    partition: int
    position: int | None
    """Offset of the next record to fetch; None before the first one is known."""
    committed: int | None
    """Offset that a new owner would begin at."""
    end: int | None
    """Offset behind the last record that may be read."""
    in_hand: bool
    """Whether records that were fetched are not yet done and committed."""
    answered_ms: int | None = None
    """When the broker last answered a fetch of it, epoch ms."""

    @property
    def lag(self) -> int | None:
        """Records between what is committed and the end."""
        return None if self.end is None or self.committed is None else max(0, self.end - self.committed)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do, by the broker's last answer."""
        known = self.position is not None and self.end is not None
        return known and not self.in_hand and (self.position or 0) >= (self.end or 0)


class Seen(msgspec.Struct, frozen=True):
    """One partition number at one moment."""

    partition: int
    state: str
    """`recovering`, `opening`, `open`, `held`, `draining`, or `standby` when it is followed for another worker."""
    places: tuple[Place, ...]
    """Of the input topics; of a standby partition that of the changelog."""
    recovered: int = 0
    """While it recovers, a number that grows as long as it gets on."""
    held: str = ""
    """Of a held partition: where it stands, why, and the mend, in one sentence."""
    percent: int | None = None
    """How far the recovery of all partitions together is."""
    left_s: int | None = None
    """Seconds until its end at its pace, once that can be told."""

    def movement(self) -> Hashable:
        """What differs from one moment to the next if it gets on: with nothing to do, that the broker is asked."""
        recovered = self.recovered if self.state == "recovering" else 0
        idle = self.state in {"open", "standby"} and all(place.is_idle for place in self.places)
        asked = tuple(place.answered_ms for place in self.places) if idle else None
        return self.state, recovered, asked, tuple((each.position, each.committed) for each in self.places)


class Progress:
    """When each partition moved last."""

    def __init__(self, stall_s: float) -> None:
        self._stall_s = stall_s
        self._last: dict[int, tuple[Hashable, float]] = {}

    def look(self, seen: Iterable[Seen], now_s: float, *, waiting: bool = False) -> dict[int, float]:
        """Partition -> seconds since it got on.

        Args:
            seen: the partitions that are here now; others are forgotten.
            now_s: a monotonic clock.
            waiting: the broker is away: nobody can get on, and a restart would not help.

        Nor would it help a partition that the breaker holds: that stands on purpose, and gets on by this measure.
        """
        last = {}
        for each in seen:
            movement = each.movement()
            before, since_s = self._last.get(each.partition, (None, now_s))
            stands = movement == before and not waiting and not each.held
            last[each.partition] = movement, since_s if stands else now_s
        self._last = last
        return {partition: now_s - since_s for partition, (_, since_s) in last.items()}

    def is_stalled(self, still_s: float) -> bool:
        """Whether a partition that stands still for so long is stalled."""
        return still_s > self._stall_s
