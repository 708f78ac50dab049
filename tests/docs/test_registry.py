"""Nothing is stored without a reader and an end: the registry against what the codec stores."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect as types

from models.registry import REGISTRY, Row
from models.stored import Meta, StoredOutbox, StoredProfile
from tests.docs.registry_page import PAGE, page

ROOT = Path(__file__).parents[2]
BODIES = {StoredProfile: "Profile", StoredOutbox: "Outbox", Meta: "Meta"}
"""The bodies of the changelog's three sorts of value, by their names in the registry."""
ROWS = [(struct, row) for struct, rows in REGISTRY.items() for row in rows]


def stored() -> dict[str, list[str]]:
    """Struct -> the fields that are stored of it, reached from the bodies."""
    found: dict[str, list[str]] = {}
    todo: list[types.Type] = [types.type_info(body) for body in BODIES]
    while todo:
        kind = todo.pop()
        if isinstance(kind, types.StructType):
            name = BODIES.get(kind.cls, kind.cls.__name__)
            if name not in found:
                found[name] = [field.name for field in kind.fields]
                todo += [field.type for field in kind.fields]
        else:
            todo += inner(kind)
    return found


def inner(kind: types.Type) -> Iterator[types.Type]:
    """The types within a type, whatever it is called there."""
    for name in kind.__struct_fields__:
        held = getattr(kind, name)
        yield from (part for part in (held if isinstance(held, tuple) else (held,)) if isinstance(part, types.Type))


def test_every_stored_field_has_a_row_and_every_row_a_field() -> None:
    """A field without a row: add one under its Struct in models/registry.py, or do not store it."""
    told = {struct: [row.field for row in rows] for struct, rows in REGISTRY.items()}

    assert told == stored()


def test_nested_structs_are_found() -> None:
    class Deep(msgspec.Struct):
        number: int

    class Outer(msgspec.Struct):
        by_name: dict[str, list[Deep | None]]

    outer = types.type_info(Outer)
    assert isinstance(outer, types.StructType)
    (table,) = [field.type for field in outer.fields]
    (_, many) = inner(table)
    (either,) = inner(many)
    assert any(isinstance(part, types.StructType) and part.cls is Deep for part in inner(either))


@pytest.mark.parametrize(("struct", "row"), ROWS, ids=lambda part: part.field if isinstance(part, Row) else part)
def test_the_reader_names_the_field(struct: str, row: Row) -> None:
    name = re.sub("^(short|long)_", "", row.field) if struct == "Profile" else row.field

    assert re.search(rf"\.{name}\b", (ROOT / row.reader).read_text())
    assert row.purpose
    assert row.lives


def test_the_registry_page_is_up_to_date() -> None:
    """After a change: python -m tests.docs.registry_page"""
    assert PAGE.read_text() == page()
