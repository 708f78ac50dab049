"""Instants as public JSON shows them: RFC 3339 in UTC with milliseconds.

`models.alert` and `models.public_profile` turn epoch ms into text here, some dozen times for each record they render:
days are remembered, and what is below a day is looked up.
"""

from datetime import date
from functools import lru_cache
from typing import Final

_EPOCH: Final = date(1970, 1, 1).toordinal()
_MINUTES: Final = tuple(f"{minute // 60:02d}:{minute % 60:02d}:" for minute in range(1440))
_SECONDS: Final = tuple(f"{second:02d}." for second in range(60))
_THOUSANDTHS: Final = tuple(f"{ms:03d}Z" for ms in range(1000))


def rfc3339(at_ms: int) -> str:
    """Epoch ms 0 .. 253402300799999 -> `2026-01-31T23:59:59.123Z`."""
    minute, rest_ms = divmod(at_ms, 60_000)
    day, minute_of_day = divmod(minute, 1440)
    return f"{_day(day)}{_MINUTES[minute_of_day]}{_SECONDS[rest_ms // 1000]}{_THOUSANDTHS[rest_ms % 1000]}"


def rfc3339_or_none(at_ms: int) -> str | None:
    """The same, with 0 for "never"."""
    return rfc3339(at_ms) if at_ms else None


@lru_cache(maxsize=1 << 12)
def _day(day: int) -> str:
    return f"{date.fromordinal(_EPOCH + day).isoformat()}T"
