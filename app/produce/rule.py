"""One rule of MAP.toml: how a field of a touchpoint comes out of a foreign record; made by `app.produce.mapping`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jmespath
import msgspec
import orjson
from jmespath.exceptions import JMESPathError

TIME_FORMATS: Final = ("iso8601", "epoch_s", "epoch_ms")
"""Time formats with a name; any other is a pattern of `strptime`."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


class Misfit(msgspec.Struct, frozen=True):
    """Why a record does not fit a rule: what was expected, never what was found."""

    expected: str


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as it stands in the file. No field of a touchpoint is called like one of these."""

    path: str | None = None
    """JMESPath expression over the record."""
    constant: Any = None
    """The value itself, for every record; stands alone."""
    table: dict[str, Any] | None = None
    """Value found -> value of the touchpoint."""
    otherwise: Any = None
    """For values that the table does not list."""
    scale: float | None = None
    """The number found is multiplied by this."""
    format: str | None = None
    """How a time is written: one of `TIME_FORMATS`, or a pattern such as `%d.%m.%Y %H:%M`."""
    zone: str | None = None
    """Time zone of times without an offset; UTC by default."""
    digest: bool = False
    """The first 32 hex digits of the SHA-256 of what is found stand for it: an id where the record has none."""
    default: Any = None
    """For records where the path finds nothing; without one the field is left out."""


class Rule:
    """A checked rule, ready to use."""

    def __init__(self, written: Written) -> None:
        """Check the rule. Raises `ValueError` with what is wrong."""
        if (written.path is None) == (written.constant is None):
            raise ValueError("needs either a path or a constant")
        if written.constant is not None and written != Written(constant=written.constant):
            raise ValueError("a constant stands alone")
        if written.otherwise is not None and written.table is None:
            raise ValueError("otherwise needs a table")
        if written.zone is not None and written.format is None:
            raise ValueError("zone needs a format")
        if written.digest and written != Written(path=written.path, digest=True, default=written.default):
            raise ValueError("digest goes with a path and a default only")
        if written.format is not None and written.format not in TIME_FORMATS and "%" not in written.format:
            raise ValueError(f"format must be one of {', '.join(TIME_FORMATS)}, or a pattern such as %d.%m.%Y %H:%M")
        self.written = written
        self._search = _search(written.path) if written.path is not None else None
        self._zone = _zone(written.zone)

    @property
    def reads(self) -> bool:
        """Whether the value depends on the record."""
        return self._search is not None

    def value(self, record: Mapping[str, Any]) -> Any:
        """The field's value, None to leave it out, or a `Misfit`."""
        if self._search is None:
            return self.written.constant
        try:
            found = self._search(record)
        except JMESPathError:
            return Misfit("what the path's functions take")
        if found is None:
            return self.written.default
        if self.written.digest:
            return _digest(found)
        if self.written.table is not None:
            found = self.written.table.get(_word(found), self.written.otherwise)
            if found is None:
                return Misfit("a value that stands in the table, which has no `otherwise`")
        if self.written.format is not None:
            found = epoch_ms(found, self.written.format, self._zone)
        if self.written.scale is not None:
            found = _scaled(found, self.written.scale)
        return found


def epoch_ms(found: Any, form: str, zone: tzinfo) -> int | Misfit:
    """A time in one of `TIME_FORMATS` or by a `strptime` pattern, as epoch ms; `zone` is for one without an offset.

    A time without an hour is the day's start; fractions of a ms are cut.
    """
    try:
        if form in {"epoch_s", "epoch_ms"}:
            return int(float(found) * 1000) if form == "epoch_s" else int(found)
        moment = datetime.fromisoformat(found) if form == "iso8601" else datetime.strptime(found, form)  # noqa: DTZ007
    except (TypeError, ValueError, OverflowError):
        return Misfit(f"a time in the form {form}")
    return ((moment if moment.tzinfo else moment.replace(tzinfo=zone)) - _EPOCH) // _MS


def _scaled(found: Any, scale: float) -> float | Misfit:
    try:
        return float(found) * scale
    except (TypeError, ValueError):
        return Misfit("a number to scale")


def _digest(found: Any) -> str | Misfit:
    """The same for the same JSON value, whatever the order of its members."""
    try:
        text = orjson.dumps(found, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return Misfit("what can be written as JSON")
    return sha256(text).hexdigest()[:32]


def _word(found: Any) -> str:
    """A found value as TOML writes it as a key: numbers in figures, true and false in small letters."""
    return str(found).lower() if isinstance(found, bool) else str(found)


def _search(path: str) -> Callable[[Any], Any]:
    try:
        search: Callable[[Any], Any] = jmespath.compile(path).search
    except JMESPathError as error:
        raise ValueError(f"path is no JMESPath expression ({str(error).splitlines()[0]})") from None
    return search


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("zone must be the name of a time zone, such as Europe/Istanbul") from None
