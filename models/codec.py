"""State and its bytes: what the changelog topic holds for ever.

`agents.fold` decodes a customer's profile when a batch first touches it and encodes it once when the batch
is done; `agents.outbox` and the recovery read the other two types of record. Keys begin with a type byte.
Values begin with an envelope that is readable without the body::

    version u8 | epoch u32 | deadline_ms u64 | n u8 | n x (input topic id u8, last applied offset u64) | body

All big-endian. Version 1 is the only one so far; a later reader keeps reading it.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

import msgspec

from models import windows
from models.big_numbers import any_size, any_sizes, whole, wholes
from models.facts import drop_forgotten
from models.state import Calm, Decayed, Episode, Fact, Profile, Spell
from models.told import Told

T = TypeVar("T")

VERSION: Final = 1
META_KEY: Final = b"\x00"
_PROFILE: Final = b"\x01"
_OUTBOX: Final = b"\x02"
_ENVELOPE: Final = struct.Struct(">BIQB")
_OFFSET: Final = struct.Struct(">BQ")
_PLACE: Final = struct.Struct(">QBI")
_ONE_OFFSET: Final = struct.Struct(">BIQBBQ")


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


class TopicMeta(msgspec.Struct, array_like=True):
    """What a partition knows of one input topic."""

    id: int
    """Its small id in offsets and references."""
    generation: int
    """Raised when the topic was made anew, so that low offsets are new ones."""
    applied: int
    """Highest applied offset, -1 before the first."""


class Meta(msgspec.Struct, array_like=True):
    """The meta record of a partition."""

    topics: dict[str, TopicMeta]
    epoch: int = 0
    """Raised by each new owner of the partition."""


class _Stored(msgspec.Struct, array_like=True):
    """A profile's body; it grows at the end, by fields with defaults."""

    first_ms: int
    as_of_ms: int
    touchpoints: int
    duplicates: int
    since_ms: int
    contacts: dict[int, int]
    marks: bytes
    gaps_ms: list[int]
    oldest_mark_ms: int
    facts: list[Fact]
    spells: list[Spell]
    windows: dict[int, list[int]]
    feeling_n: int
    short_values: int | bytes
    short_weights: int | bytes
    short_exponent: int
    long_values: int | bytes
    long_weights: int | bytes
    long_exponent: int
    episode: Episode | None
    calm: Calm
    uses: list[int | bytes] = []
    told: Told | None = None


class _Outbox(msgspec.Struct, array_like=True):
    """An alert that is not known to be published."""

    customer_id: bytes
    alert: bytes
    headers: list[tuple[str, bytes]]


_encode: Final = msgspec.msgpack.Encoder().encode
_decode_stored: Final = msgspec.msgpack.Decoder(_Stored).decode
_decode_outbox: Final = msgspec.msgpack.Decoder(_Outbox).decode
_decode_meta: Final = msgspec.msgpack.Decoder(Meta).decode


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


def _offsets(value: bytes) -> tuple[dict[int, int], int]:
    """Last applied offset by input topic, and where the body starts; quick for one topic, the usual case."""
    if len(value) > _ONE_OFFSET.size and value[0] == VERSION and value[_ENVELOPE.size - 1] == 1:
        topic, offset = _OFFSET.unpack_from(value, _ENVELOPE.size)
        return {topic: offset}, _ONE_OFFSET.size
    header = unpack_header(value)
    return header.offsets, header.body_start


def last_offset(value: bytes, topic: int) -> int:
    """Only the last applied offset of one input topic, -1 without one; raises `StateError` as `unpack_header`."""
    return _offsets(value)[0].get(topic, -1)


def encode_profile(profile: Profile, epoch: int) -> bytes:
    """A profile's value; equal profiles give equal bytes."""
    as_of_ms = profile.as_of_ms
    windows.prune(profile.windows, as_of_ms)
    drop_forgotten(profile)
    short, long = profile.feeling_short, profile.feeling_long
    grown: tuple[object, ...] = (profile.uses, profile.told)
    while grown and not grown[-1]:  # what holds nothing at the end takes no bytes: without any it is as it first was
        grown = grown[:-1]
    fields = (
        profile.first_ms,
        as_of_ms,
        profile.touchpoints,
        profile.duplicates,
        profile.since_ms,
        _by_key(profile.contacts),
        profile.marks,
        profile.gaps_ms,
        profile.oldest_mark_ms,
        profile.facts,
        profile.spells,
        _by_key(profile.windows),
        profile.feeling_n,
        any_size(short.values),
        any_size(short.weights),
        short.exponent,
        any_size(long.values),
        any_size(long.weights),
        long.exponent,
        profile.episode,
        profile.calm,
    )
    try:
        body = _encode(fields + grown)
    except OverflowError:  # only the masses of uses may be so large, and hardly ever are
        body = _encode((*fields, any_sizes(profile.uses), *grown[1:]))
    return pack(epoch, 0, profile.offsets, body)


def decode_profile(customer_id: str, value: bytes) -> Profile:
    """The profile of a value.

    Raises:
        StateError: undecodable, or written by a newer version.
    """
    offsets, start = _offsets(value)
    try:
        stored = _decode_stored(memoryview(value)[start:])
    except msgspec.MsgspecError as error:
        raise StateError(f"profile cannot be decoded: {error}") from None
    return Profile(
        customer_id,
        stored.first_ms,
        stored.as_of_ms,
        stored.touchpoints,
        stored.duplicates,
        stored.since_ms,
        stored.contacts,
        stored.marks,
        stored.gaps_ms,
        stored.oldest_mark_ms,
        stored.facts,
        stored.spells,
        stored.windows,
        stored.feeling_n,
        Decayed(whole(stored.short_values), whole(stored.short_weights), stored.short_exponent),
        Decayed(whole(stored.long_values), whole(stored.long_weights), stored.long_exponent),
        stored.episode,
        stored.calm,
        offsets,
        {},
        wholes(stored.uses) if stored.uses else [],
        stored.told,
    )


def _by_key(table: dict[int, T]) -> dict[int, T]:
    """The table in the order of its keys; as it was decoded it mostly still is."""
    keys = list(table)
    ordered = sorted(keys)
    return table if keys == ordered else {key: table[key] for key in ordered}


def encode_outbox(alert: bytes, headers: Sequence[tuple[str, bytes]], customer_id: bytes, epoch: int) -> bytes:
    """The value of an unpublished alert: record value, record headers and record key as they will be published."""
    return pack(epoch, 0, {}, _encode(_Outbox(customer_id, alert, list(headers))))


def decode_outbox(value: bytes) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """(record key, record value, record headers) of an unpublished alert.

    Raises:
        StateError: undecodable, or written by a newer version.
    """
    try:
        entry = _decode_outbox(memoryview(value)[unpack_header(value).body_start :])
    except msgspec.MsgspecError as error:
        raise StateError(f"outbox entry cannot be decoded: {error}") from None
    return entry.customer_id, entry.alert, entry.headers


def encode_meta(meta: Meta) -> bytes:
    """The value of a partition's meta record."""
    applied = {topic.id: topic.applied for topic in meta.topics.values() if topic.applied >= 0}
    by_name = Meta(dict(sorted(meta.topics.items())), meta.epoch)
    return pack(meta.epoch, 0, applied, _encode(by_name))


def decode_meta(value: bytes) -> Meta:
    """The meta record of a value.

    Raises:
        StateError: undecodable, or written by a newer version.
    """
    try:
        return _decode_meta(memoryview(value)[unpack_header(value).body_start :])
    except msgspec.MsgspecError as error:
        raise StateError(f"meta record cannot be decoded: {error}") from None
