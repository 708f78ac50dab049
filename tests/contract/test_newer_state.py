"""What a newer release stored beyond what this one knows is refused, never dropped: the next write would lose it."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from models import codec
from models.codec import Meta, StateError, TopicMeta
from models.state_envelope import pack, unpack_header
from models.stored import StoredOutbox, StoredProfile
from tests.contract.test_state_golden import grown_story, story_of_care
from tests.docs.test_registry import BODIES, stored


def bodies() -> Iterator[tuple[type, bytes, Callable[[bytes], object]]]:
    """(type of the body, value with all that it can hold, its reader)."""
    profile, care = grown_story(), story_of_care()
    profile.uses, profile.statements = care.uses, care.statements
    yield StoredProfile, codec.encode_profile(profile, 7), lambda value: codec.decode_profile("c-1", value)
    yield StoredOutbox, codec.encode_outbox(b"{}", [("ce_id", b"1")], b"c-1", 7), codec.decode_outbox
    yield codec.Meta, codec.encode_meta(Meta({"in": TopicMeta(0, 0, 41)}, 7)), codec.decode_meta


def structs(kind: types.Type, plain: Any) -> Iterator[tuple[str, list[Any]]]:
    """(name of a Struct, the array that holds one), in a decoded body."""
    if isinstance(kind, types.StructType):
        yield BODIES.get(kind.cls, kind.cls.__name__), plain
        for field, value in zip(kind.fields, plain, strict=False):
            yield from structs(field.type, value)
    elif isinstance(kind, types.ListType):
        for value in plain:
            yield from structs(kind.item_type, value)
    elif isinstance(kind, types.DictType):
        for value in plain.values():
            yield from structs(kind.value_type, value)
    elif isinstance(kind, types.UnionType) and isinstance(plain, list):
        (inner,) = (each for each in kind.types if isinstance(each, types.StructType))
        yield from structs(inner, plain)


def longer() -> Iterator[tuple[str, bytes, Callable[[bytes], object]]]:
    """Each stored Struct by name, a value in which the first such array is longer by one, and the value's reader."""
    for body, value, read in bodies():
        header = unpack_header(value)
        plain = msgspec.msgpack.decode(value[header.body_start :])
        for name, array in dict(reversed([*structs(types.type_info(body), plain)])).items():
            array.append(7)
            yield name, pack(header.epoch, 0, header.offsets, msgspec.msgpack.encode(plain)), read
            array.pop()


LONGER = {name: (value, read) for name, value, read in longer()}


@pytest.mark.parametrize("name", sorted(stored()))
def test_a_field_of_a_newer_release_is_refused_with_the_mend(name: str) -> None:
    value, read = LONGER[name]
    with pytest.raises(StateError, match=r"holds a field that this release does not know, .*: run the release that"):
        read(value)


def test_the_same_values_without_the_field_are_read() -> None:
    for _, value, read in bodies():
        read(value)
