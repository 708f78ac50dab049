"""Changelog keys, and the envelope of each value, which is readable without the body.

`models.codec` writes bodies into it; the offset guard and the recovery read it alone. Keys begin with a type byte.
Values begin so::

    version u8 | epoch u32 | deadline_ms u64 | n u8 | n x (input topic id u8, last applied offset u64) | body

All big-endian. Version 1 is the only one so far; a later reader keeps reading it.
"""

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

VERSION: Final = 1
META_KEY: Final = b"\x00"
_PROFILE: Final = b"\x01"
_OUTBOX: Final = b"\x02"
_ENVELOPE: Final = struct.Struct(">BIQB")
_OFFSET: Final = struct.Struct(">BQ")
_PLACE: Final = struct.Struct(">QBI")
_ONE_OFFSET: Final = struct.Struct(">BIQBBQ")
_PLACE_OF_N: Final = _ENVELOPE.size - 1


class StateError(ValueError):
    """State bytes that this version of the program cannot read; the worker stops rather than guess."""


class Header(NamedTuple):
    """The envelope of a value."""

    version: int
    epoch: int
    deadline_ms: int
    """When a timer of this record falls due, 0 for none."""
    offsets: dict[int, int]
    """Input topic id -> last applied offset."""
    body_start: int


def profile_key(customer_id: bytes) -> bytes:
    """Changelog key of a customer's profile."""
    return _PROFILE + customer_id


def is_profile_key(key: bytes) -> bool:
    """Whether a changelog key is a profile's; the rest of it is the customer id."""
    return key[:1] == _PROFILE


def outbox_key(topic: int, offset: int, seq: int) -> bytes:
    """Changelog key of an unpublished alert; keys sort by source offset, then seq."""
    return _OUTBOX + _PLACE.pack(offset, topic, seq)


def is_outbox_key(key: bytes) -> bool:
    """Whether a changelog key is an unpublished alert's."""
    return key[:1] == _OUTBOX


def pack(epoch: int, deadline_ms: int, offsets: Mapping[int, int], body: bytes) -> bytes:
    """Put the envelope before a body."""
    if len(offsets) == 1:
        ((topic, offset),) = offsets.items()
        return _ONE_OFFSET.pack(VERSION, epoch, deadline_ms, 1, topic, offset) + body
    vector = b"".join([_OFFSET.pack(topic, offset) for topic, offset in sorted(offsets.items())])
    return _ENVELOPE.pack(VERSION, epoch, deadline_ms, len(offsets)) + vector + body


def restamped(value: bytes, epoch: int) -> bytes:
    """The same value as another owner writes it; one of a version that this release does not know stays as it is."""
    return value[:1] + epoch.to_bytes(4, "big") + value[5:] if value[:1] == bytes([VERSION]) else value


def unpack_header(value: bytes) -> Header:
    """Read the envelope only.

    Raises:
        StateError: too short, or written by a newer version.
    """
    if not value:
        raise StateError("state value is empty")
    if value[0] != VERSION:
        raise StateError(
            f"state is of version {value[0]}, this program reads version {VERSION}: "
            "run the release that wrote it, or a later one"
        )
    try:
        version, epoch, deadline_ms, n = _ENVELOPE.unpack_from(value)
        start = _ENVELOPE.size
        offsets = dict(_OFFSET.unpack_from(value, start + place * _OFFSET.size) for place in range(n))
    except struct.error:
        raise StateError("state value is cut short") from None
    return Header(version, epoch, deadline_ms, offsets, start + n * _OFFSET.size)


def offsets_of(value: bytes) -> tuple[dict[int, int], int]:
    """Last applied offset by input topic, and where the body starts; quick for one topic, the usual case."""
    if len(value) > _ONE_OFFSET.size and value[0] == VERSION and value[_PLACE_OF_N] == 1:
        topic, offset = _OFFSET.unpack_from(value, _ENVELOPE.size)
        return {topic: offset}, _ONE_OFFSET.size
    header = unpack_header(value)
    return header.offsets, header.body_start


def last_offset(value: bytes, topic: int) -> int:
    """Only the last applied offset of one input topic, -1 without one; raises `StateError` as `unpack_header`."""
    if len(value) > _ONE_OFFSET.size and value[0] == VERSION and value[_PLACE_OF_N] == 1:
        told, offset = _OFFSET.unpack_from(value, _ENVELOPE.size)
        return int(offset) if told == topic else -1
    return offsets_of(value)[0].get(topic, -1)
