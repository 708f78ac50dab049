"""CloudEvents 1.0 on Kafka: the envelope's attributes, and the touchpoint in its data.

`models.envelope.shapes` asks here once a record is no plain touchpoint. Binary mode: attributes in `ce_*`
headers, the value is the data. Structured mode: one JSON object holds both. The envelope's id, source and
time win over the data's; `subject` and extensions are not read.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from models.envelope.json_text import parse
from models.envelope.plain import read_touchpoint
from models.rejection import NULL_VALUE, missing_field, not_utf8, too_large, unknown_value, wrong_type
from models.touchpoint import Id128, Instant, Name256, Rejected, Touchpoint

VERSION: Final = "1.0"

_VERSION_HEADER: Final = "ce_specversion"
_CONTENT_TYPE: Final = "content-type"
_STRUCTURED: Final = "application/cloudevents+json"
_ANY_STRUCTURED: Final = b"application/cloudevents"
_BATCH: Final = b"application/cloudevents-batch"
_TYPE_PREFIX: Final = "touchpoint."
_LONGEST_KIND: Final = 128
_ATTRIBUTES: Final = {"id": 128, "source": 256, "type": 1024, "time": 64}
"""The attributes that are read from headers, and how many characters each may have."""


class _Envelope(msgspec.Struct, gc=False):
    """The attributes that are read, in either mode."""

    specversion: Any = None
    id: Id128 | None = None
    source: Name256 | None = None
    type: str | None = None
    time: Instant | None = None


class _Structured(_Envelope, gc=False):
    """Attributes and data in one object."""

    data: msgspec.Raw = msgspec.Raw()
    data_base64: str | None = None


class _Version(msgspec.Struct, gc=False):
    """The one member that tells a structured CloudEvent."""

    specversion: Any = None


_read_structured = msgspec.json.Decoder(_Structured).decode
_read_version = msgspec.json.Decoder(_Version).decode


def headers_of(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, bytes | None] | None:
    """The headers that belong to a CloudEvent, or None if they do not say that the record is one.

    Names compare without case, and of a header given twice the last counts, as Kafka's `lastHeader` has it.
    """
    found = {}
    for name, told in headers:
        lower = name.lower()
        if lower.startswith("ce_") or lower == _CONTENT_TYPE:
            found[lower] = told
    return found if _VERSION_HEADER in found or _content_type(found).startswith(_ANY_STRUCTURED) else None


def is_structured(value: bytes) -> bool:
    """Whether a value that is no plain touchpoint is a CloudEvent in JSON."""
    try:
        return _read_version(value).specversion is not None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def from_headers(headers: Mapping[str, bytes | None], value: bytes | None, timestamp_ms: int) -> Touchpoint | Rejected:
    """Open a record that is a CloudEvent by its headers (those of `headers_of`)."""
    content_type = _content_type(headers)
    if _VERSION_HEADER in headers and not content_type.startswith(_BATCH):
        return _from_binary(headers, value, timestamp_ms)
    if not content_type.startswith(_STRUCTURED.encode()):
        return unknown_value(f"header {_CONTENT_TYPE}", (_STRUCTURED,))
    return NULL_VALUE if value is None else from_json(value, timestamp_ms)


def from_json(value: bytes, timestamp_ms: int) -> Touchpoint | Rejected:
    """Open a structured CloudEvent."""
    envelope = parse(value, _read_structured, _Structured)
    if isinstance(envelope, Rejected):
        return envelope
    if envelope.specversion is None:
        return missing_field("specversion")
    if envelope.specversion != VERSION:
        return unknown_value("specversion", (VERSION,))
    place, raw = "data", bytes(envelope.data)
    if raw in (b"", b"null"):
        if not envelope.data_base64:
            return missing_field("data")
        try:
            place, raw = "data_base64", b64decode(envelope.data_base64, validate=True)
        except ValueError:
            return wrong_type("data_base64", "base64")
    return _fill(read_touchpoint(raw, place), envelope, timestamp_ms)


def _from_binary(headers: Mapping[str, bytes | None], value: bytes | None, timestamp_ms: int) -> Touchpoint | Rejected:
    """Attributes from `ce_*` headers, data from the value; some clients write "no value" as an empty one."""
    if headers.get(_VERSION_HEADER) != VERSION.encode():
        return unknown_value(f"header {_VERSION_HEADER}", (VERSION,))
    told: dict[str, str] = {}
    for name, longest in _ATTRIBUTES.items():
        raw = headers.get(f"ce_{name}")
        if raw is None:
            continue
        try:
            told[name] = raw.decode()
        except UnicodeDecodeError:
            return not_utf8(f"header ce_{name}")
        if len(told[name]) > longest:
            return too_large(f"header ce_{name}", f"{longest} characters")
    if told.get("id") == "":
        return missing_field("header ce_id")
    if not value:
        return NULL_VALUE
    return _fill(read_touchpoint(value), _Envelope(**told), timestamp_ms)


def _fill(touchpoint: Touchpoint | Rejected, envelope: _Envelope, timestamp_ms: int) -> Touchpoint | Rejected:
    """The envelope's word over the data's; the record's timestamp where neither says a time."""
    if isinstance(touchpoint, Rejected):
        return touchpoint
    if envelope.id is not None:
        touchpoint.id = envelope.id
    if envelope.source is not None:
        touchpoint.source = envelope.source
    if envelope.time is not None:
        touchpoint.time = envelope.time
    elif touchpoint.time is None and timestamp_ms >= 0:
        touchpoint.time = timestamp_ms
    if not touchpoint.kind:
        touchpoint.kind = (envelope.type or "").partition(_TYPE_PREFIX)[2]
        if len(touchpoint.kind) > _LONGEST_KIND:
            return too_large("kind", f"{_LONGEST_KIND} characters")
    touchpoint.specversion = None
    return touchpoint


def _content_type(headers: Mapping[str, bytes | None]) -> bytes:
    return (headers.get(_CONTENT_TYPE) or b"").strip().lower()
