"""Which dead letters are meant: the flags that `ls`, `stats` and `redrive` share."""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cyclopts import Group, Parameter

from app.cli.failure import CALLED_WRONG, CommandError
from models.redrive import Selection
from models.touchpoint import Reason

_GROUP: Final = Group("Which letters", help="All that fit everything given; all without any of these.")
_AGE: Final = re.compile(r"(\d+)(s|m|h|d)")
_UNIT_MS: Final = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@Parameter(name="*", group=_GROUP)
@dataclass(frozen=True)
class Filters:
    """A selection as it is given on the command line."""

    reason: tuple[Reason, ...] = ()
    """Rejected for this reason, such as missing_field; may be repeated."""
    since: str | None = None
    """Rejected at this time or later: RFC 3339 with its offset, or an age such as 90s, 15m, 2h, 7d."""
    until: str | None = None
    """Rejected before this time, given likewise."""
    topic: str | None = None
    """The topic that the record came from."""

    def selection(self, *places: str) -> Selection:
        """What the flags and places mean. Raises `CommandError` for what cannot be meant."""
        now_ms = time.time_ns() // 1_000_000
        since_ms, until_ms = _moment("--since", self.since, now_ms), _moment("--until", self.until, now_ms)
        if since_ms is not None and until_ms is not None and since_ms >= until_ms:
            raise CommandError(f"--until {self.until}: must be later than --since {self.since}", CALLED_WRONG)
        return Selection(frozenset(self.reason), self.topic, since_ms, until_ms, frozenset(map(place_of, places)))


NO_FILTERS: Final = Filters()
"""All letters."""


def place_of(place: str) -> tuple[int, int]:
    """Partition and offset of `PARTITION@OFFSET`. Raises `CommandError`."""
    partition, at, offset = place.partition("@")
    if not (at and _is_number(partition) and _is_number(offset)):
        raise CommandError(f"{place}: must be PARTITION@OFFSET, as in 3@17; `kanarya dlq ls` lists them", CALLED_WRONG)
    return int(partition), int(offset)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _moment(flag: str, value: str | None, now_ms: int) -> int | None:
    if value is None:
        return None
    if age := _AGE.fullmatch(value):
        return now_ms - int(age[1]) * _UNIT_MS[age[2]]
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            f"{flag} {value}: must be an RFC 3339 time with its offset, as 2026-01-31T12:00:00Z, or an age, as 2h",
            CALLED_WRONG,
        )
    return int(moment.timestamp() * 1000)
