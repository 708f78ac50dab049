"""Instants as public JSON shows them: RFC 3339 in UTC with milliseconds.

`models.alert` and `models.public_profile` turn epoch ms into text here; `functools` remembers the
instants and the minutes: the kept facts of a busy customer are told again and again.
"""

from datetime import date
from functools import lru_cache
from typing import Final

_EPOCH: Final = date(1970, 1, 1).toordinal()
_SECONDS: Final = tuple(f"{second:02d}." for second in range(60))
_THOUSANDTHS: Final = tuple(f"{ms:03d}Z" for ms in range(1000))


@lru_cache(maxsize=1 << 15)
def rfc3339(at_ms: int) -> str:
    """Epoch ms 0 .. 253402300799999 -> `2026-01-31T23:59:59.123Z`."""
    minute, rest_ms = divmod(at_ms, 60_000)
    return f"{_minute(minute)}{_SECONDS[rest_ms // 1000]}{_THOUSANDTHS[rest_ms % 1000]}"


def rfc3339_or_none(at_ms: int) -> str | None:
    """The same, with 0 for "never"."""
    return rfc3339(at_ms) if at_ms else None


@lru_cache(maxsize=1 << 15)
def _minute(minute: int) -> str:
    day, minute_of_day = divmod(minute, 1440)
    date_of_day = date.fromordinal(_EPOCH + day).isoformat()
    return f"{date_of_day}T{minute_of_day // 60:02d}:{minute_of_day % 60:02d}:"
