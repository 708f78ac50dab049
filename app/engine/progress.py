"""How far a recovery is and how long it will take yet; `app.engine.table` asks after each fetched batch."""

from collections.abc import Callable
from typing import Final

EVERY_S: Final = 5.0
"""At most one line in so many seconds, and none of a recovery that takes less."""


class Progress:
    """Of one recovery after the other."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self.begin()

    def begin(self) -> None:
        """A recovery begins."""
        self._began_s = self._said_s = self._monotonic_s()
        self._first: tuple[float, int] | None = None

    @property
    def took_s(self) -> float:
        """Since it began."""
        return self._monotonic_s() - self._began_s

    def due(self, look: Callable[[], tuple[int, int]]) -> dict[str, int] | None:
        """What is to be said now, see `estimate`; None for nothing.

        `look` tells how many offsets the changelog partitions have, with those that compaction removed, and how many of
        them are still to come; it is asked only when the answer counts.
        """
        now_s = self._monotonic_s()
        if self._first is None:
            self._first = (now_s, look()[1])
        if now_s - self._said_s < EVERY_S:
            return None
        said = self.estimate(*look())
        if said:
            self._said_s = now_s
        return said or None

    def estimate(self, total: int, behind: int) -> dict[str, int]:
        """Percent done, and seconds left once that can be estimated; empty while the total is not known."""
        if total <= 0:
            return {}
        said = {"percent": max(0, min(100, 100 * (total - behind) // total))}
        first_s, first_behind = self._first or (0.0, behind)
        done = first_behind - behind
        if done > 0:
            said["left_s"] = round(max(0, behind) * (self._monotonic_s() - first_s) / done)
        return said
