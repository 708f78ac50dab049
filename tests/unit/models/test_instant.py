"""Instants in public JSON read as the standard library writes them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from models.instant import rfc3339, rfc3339_or_none

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS: Final = 253_402_300_799_999
"""The end of the year 9999."""


@given(st.integers(0, _LAST_MS))
@example(0)
@example(86_399_999)
@example(951_782_400_000)  # 2000-02-29
@example(_LAST_MS)
def test_an_instant_reads_as_the_standard_library_writes_it(at_ms: int) -> None:
    expected = (_EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert rfc3339(at_ms) == expected


def test_zero_is_never_and_not_1970() -> None:
    assert rfc3339_or_none(0) is None
    assert rfc3339_or_none(1) == "1970-01-01T00:00:00.001Z"
