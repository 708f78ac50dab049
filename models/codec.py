"""State and its bytes: what the changelog topic holds for ever.

`agents.fold` decodes a customer's profile when a batch first touches it and encodes it once when the batch
is done; `agents.outbox` and the recovery read the other two types of record. `models.state_envelope` holds the keys
and what stands before each body, `models.stored` the shape of the bodies.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from models import windows
from models.big_numbers import any_size, any_sizes, whole, wholes
from models.facts import drop_forgotten
from models.state import Decayed, Profile
from models.state_envelope import (
    META_KEY,
    VERSION,
    Header,
    StateError,
    is_outbox_key,
    is_profile_key,
    last_offset,
    offsets_of,
    outbox_key,
    pack,
    profile_key,
    restamped,
    unpack_header,
)
from models.stored import Meta, StoredCounts, StoredOutbox, StoredProfile, TopicMeta

__all__ = [
    "META_KEY", "VERSION", "Header", "Meta", "StateError", "TopicMeta", "decode_counts", "decode_meta", "decode_outbox",
    "decode_profile", "encode_meta", "encode_outbox", "encode_profile", "is_outbox_key", "is_profile_key",
    "last_offset", "outbox_key", "pack", "profile_key", "restamped", "unpack_header",
]  # fmt: skip

T = TypeVar("T")


_USES: Final = StoredProfile.__struct_fields__.index("uses")
"""Place of the first field that came later."""
_encode: Final = msgspec.msgpack.Encoder().encode
_decode_stored: Final = msgspec.msgpack.Decoder(StoredProfile).decode
_decode_counts: Final = msgspec.msgpack.Decoder(StoredCounts).decode
_decode_outbox: Final = msgspec.msgpack.Decoder(StoredOutbox).decode
_decode_meta: Final = msgspec.msgpack.Decoder(Meta).decode


def encode_profile(profile: Profile, epoch: int) -> bytes:
    """A profile's value; equal profiles give equal bytes."""
    as_of_ms = profile.as_of_ms
    windows.prune(profile.windows, as_of_ms)
    drop_forgotten(profile)
    short, long = profile.feeling_short, profile.feeling_long
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
        # What follows came later, and ends with the last that holds something: most customers pay nothing for it.
        profile.uses,
        profile.orders,
        profile.recommendations,
        profile.promises,
        profile.segments,
        profile.statements,
    )
    n = len(fields)
    while n > _USES and not fields[n - 1]:
        n -= 1
    try:
        body = _encode(fields[:n])
    except OverflowError:  # only the masses of uses may be so large, and hardly ever are
        body = _encode((*fields[:_USES], any_sizes(profile.uses), *fields[_USES + 1 : n]))
    return pack(epoch, 0, profile.offsets, body)


def decode_profile(customer_id: str, value: bytes) -> Profile:
    """The profile of a value.

    Raises:
        StateError: undecodable, or written by a newer version.
    """
    offsets, start = offsets_of(value)
    try:
        stored = _decode_stored(value[start:])
    except msgspec.MsgspecError as error:
        raise _unreadable("profile", error) from None
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
        wholes(stored.uses) if stored.uses else [],
        stored.orders,
        stored.recommendations,
        stored.promises,
        stored.segments,
        stored.statements,
    )


def decode_counts(value: bytes) -> tuple[int, int]:
    """(touchpoints, duplicates) of a profile's value, also of a newer release's with more fields at the end.

    Raises:
        StateError: undecodable, or written by a newer version.
    """
    _, start = offsets_of(value)
    try:
        counts = _decode_counts(memoryview(value)[start:])
    except msgspec.MsgspecError as error:
        raise _unreadable("profile", error) from None
    return counts.touchpoints, counts.duplicates


def _by_key(table: dict[int, T]) -> dict[int, T]:
    """The table in the order of its keys; as it was decoded it mostly still is."""
    if len(table) < 2:
        return table
    keys = list(table)
    ordered = sorted(keys)
    return table if keys == ordered else {key: table[key] for key in ordered}


def _unreadable(what: str, error: msgspec.MsgspecError) -> StateError:
    """A longer array than this release knows is a newer one's; its end would be lost at the next write."""
    if "of at most length" in str(error):
        return StateError(
            f"{what} holds a field that this release does not know, so a newer one wrote it: "
            "run the release that wrote it, or a later one"
        )
    return StateError(f"{what} cannot be decoded: {error}")


def encode_outbox(alert: bytes, headers: Sequence[tuple[str, bytes]], customer_id: bytes, epoch: int) -> bytes:
    """The value of an unpublished alert: record value, record headers and record key as they will be published."""
    return pack(epoch, 0, {}, _encode(StoredOutbox(customer_id, alert, list(headers))))


def decode_outbox(value: bytes) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """(record key, record value, record headers) of an unpublished alert.

    Raises:
        StateError: undecodable, or written by a newer version.
    """
    try:
        entry = _decode_outbox(memoryview(value)[unpack_header(value).body_start :])
    except msgspec.MsgspecError as error:
        raise _unreadable("outbox entry", error) from None
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
        raise _unreadable("meta record", error) from None
