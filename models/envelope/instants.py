"""Instants on the wire: `models.envelope.checks` turns each into epoch milliseconds here.

Two forms are taken. RFC 3339 with an offset ("T" may be "t" or a blank, fractions of any length are cut to
milliseconds, a leap second is the second after it), and a whole number of epoch milliseconds. The range is
1970 to 9999.
"""

import re
from datetime import UTC, datetime
from typing import Final

from models.rejection import out_of_range, wrong_type
from models.touchpoint import Instant, Rejected

SHORTEST_MS: Final = 100_000_000_000
"""March 1973. A smaller whole number is far more likely a count of seconds than of milliseconds."""
LATEST_MS: Final = 253_402_300_799_999
"""The last millisecond of the year 9999, the last that RFC 3339 can write."""
EXPECTED: Final = "RFC 3339 with an offset, or whole epoch milliseconds"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-][012]\d:[0-5]\d)", re.ASCII
).fullmatch


def epoch_ms(instant: Instant, place: str) -> int | Rejected:
    """An instant in epoch ms, 0 .. `LATEST_MS`; `place` names the field in a rejection.

    >>> epoch_ms("2026-03-01T10:00:00.1239+03:00", "time")
    1772348400123
    """
    return _from_text(instant, place) if isinstance(instant, str) else _from_number(instant, place)


def _from_number(number: int, place: str) -> int | Rejected:
    if number < 0:
        return out_of_range(place, "before 1970")
    if number < SHORTEST_MS:
        return out_of_range(place, "looks like seconds, expected epoch milliseconds")
    if number > LATEST_MS:
        return out_of_range(place, "after the year 9999; looks like microseconds, expected epoch milliseconds")
    return number


def _from_text(text: str, place: str) -> int | Rejected:
    leap_ms = 0
    if _RFC_3339(text) is None:
        text, leap_ms = text[:17] + "59" + text[19:] if text[17:19] == "60" else "", 1000
        if _RFC_3339(text) is None:
            return wrong_type(place, EXPECTED)
    try:
        since = datetime.fromisoformat(text.upper()) - _EPOCH
    except ValueError:  # the 30th of February, the year 0, 24 o'clock, an offset of 29 hours
        return out_of_range(place, "no such date, time or offset")
    at_ms = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000 + leap_ms
    return at_ms if 0 <= at_ms <= LATEST_MS else out_of_range(place, "before 1970 or after the year 9999")
