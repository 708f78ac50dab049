"""Says when a recovery stands still: which changelog partition, where, and for how long.

`app.engine.table` looks every second while it recovers. After `KANARYA_STALL_S` the health file tells the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from faust.types import TP

STILL_S: Final = 15.0
"""A partition that has more to read and has not got on for so long stands still; said once, and again when it has
doubled."""

log = structlog.get_logger()


@dataclass
class _Place:
    position: int
    since_s: float
    say_after_s: float = STILL_S


class Standstill:
    """Of one recovery after the other."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._places: dict[TP, _Place] = {}

    def look(self, behind: Mapping[TP, tuple[int, int]], *, waiting: bool) -> None:
        """Warn of partitions that have not got on.

        Args:
            behind: those that are not read to their end: offset of the next record, and the end.
            waiting: the broker is away, which is said elsewhere.
        """
        now_s = self._monotonic_s()
        for tp in self._places.keys() - behind.keys():
            del self._places[tp]
        for tp, (position, end) in behind.items():
            place = self._places.get(tp)
            if place is None or place.position != position or waiting:
                self._places[tp] = _Place(position, now_s)
            elif now_s - place.since_s >= place.say_after_s:
                place.say_after_s *= 2
                _say(tp, position, end, now_s - place.since_s)


def _say(tp: TP, position: int, end: int, still_s: float) -> None:
    log.warning(
        "recovery_stands_still", topic=tp.topic, partition=tp.partition, position=position, end=end,
        still_s=round(still_s),
        mend="look whether the partition has a leader, and at the broker's log; the worker tries on",
    )  # fmt: skip
