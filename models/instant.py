"""Instants as public JSON shows them: RFC 3339 in UTC with milliseconds.

`models.alert` and `models.public_profile` turn epoch ms into text here; `functools` remembers the days,
since one batch speaks of few.
"""

from datetime import date
from functools import lru_cache
from typing import Final

from models.policy import DAY_MS

_EPOCH: Final = date(1970, 1, 1).toordinal()


def rfc3339(at_ms: int) -> str:
    """Epoch ms 0 .. 253402300799999 -> `2026-01-31T23:59:59.123Z`."""
    day, rest = divmod(at_ms, DAY_MS)
    second, ms = divmod(rest, 1000)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_day(day)}T{hour:02d}:{minute:02d}:{second:02d}.{ms:03d}Z"


def rfc3339_or_none(at_ms: int) -> str | None:
    """The same, with 0 for "never"."""
    return rfc3339(at_ms) if at_ms else None


@lru_cache(maxsize=4096)
def _day(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()
