"""Cells of CSV, which are all text, as the fields of a touchpoint: nested by dots, and numbers where numbers belong.

`app.produce.records` calls it for each row, with a map or without; what comes out is still judged by `decode`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache, partial
from math import isinf
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec

from app.produce.mapping import REQUIRED, hints, struct_in
from models.touchpoint import Instant, Touchpoint

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII).fullmatch
_TRUE_FALSE: Final = {"true": True, "1": True, "false": False, "0": False}


def missing_columns(columns: Iterable[str]) -> list[str]:
    """The required fields that no column gives."""
    given = set(columns)
    return [name for name in REQUIRED if name not in given]


def unread_columns(columns: Iterable[str]) -> dict[str, str | None]:
    """The columns that are no field of a touchpoint, each with the field it may be meant as."""
    known = _cell_fields(Touchpoint)
    unread = [name for name in columns if _place(name) is None]
    return {name: next(iter(get_close_matches(name, known, n=1)), None) for name in unread}


def nested(row: Mapping[str, str]) -> dict[str, Any]:
    """A row whose columns are called as the fields are, `score.value` for a field within, as a touchpoint's object.

    Other columns are left out, and so is a score without an answer or an offer: its scale alone says nothing.
    """
    touchpoint: dict[str, Any] = {}
    for column, cell in row.items():
        place = _place(column)
        if place is None:
            continue
        name, inner = place
        if inner:
            touchpoint.setdefault(name, {})[inner] = cell
        else:
            touchpoint[name] = cell
    if "score" in touchpoint and not touchpoint["score"].keys() & {"value", "offer_id"}:
        del touchpoint["score"]
    return typed(touchpoint)


def typed(touchpoint: Mapping[str, Any], kind: type[msgspec.Struct] = Touchpoint) -> dict[str, Any]:
    """The same object with numbers, instants, true and false in place of their texts; what is none stays as it is."""
    readers = _readers(kind)
    return {name: readers[name](told) if name in readers else told for name, told in touchpoint.items()}


@cache
def _place(column: str) -> tuple[str, str] | None:
    """Field and field within it; None for a column that is no field."""
    name, _, inner = column.partition(".")
    free = inner and name in _free_objects()
    return (name, inner) if free or column in _cell_fields(Touchpoint) else None


@cache
def _cell_fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Every field that one cell can hold, with dots for those within."""
    found: list[str] = []
    for name, hint in hints(kind).items():
        inner = struct_in(hint)
        if inner:
            found += [f"{name}.{each}" for each in _cell_fields(inner)]
        elif not any(get_origin(each) in {list, dict} for each in _options(hint)):
            found.append(name)
    return tuple(found)


@cache
def _free_objects() -> frozenset[str]:
    """Fields that take any names inside: `ids`, `attributes`."""
    dicts = [name for name, hint in hints(Touchpoint).items() if any(get_origin(e) is dict for e in _options(hint))]
    return frozenset(dicts)


@cache
def _readers(kind: type[msgspec.Struct]) -> dict[str, Callable[[Any], Any]]:
    """Field -> what makes its value of a cell's text, for the fields that are not all text."""
    return {name: reader for name, hint in hints(kind).items() if (reader := _reader(hint)) is not None}


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    options = _options(hint)
    if inner := struct_in(hint):
        return lambda told: typed(told, inner) if isinstance(told, dict) else told
    if items := [get_args(option)[0] for option in options if get_origin(option) is list]:
        return partial(_list, items[0])
    if set(_options(Instant)) <= set(options) and hint != (str | int | None):
        return _instant
    if float in options and str not in options:
        return _number
    return _true_or_false if bool in options else None


def _list(kind: type[msgspec.Struct], told: Any) -> Any:
    if not isinstance(told, list):
        return told
    return [typed(each, kind) if isinstance(each, dict) else each for each in told]


def _instant(told: Any) -> Any:
    text = told.strip() if isinstance(told, str) else ""
    return int(text) if text.isascii() and text.isdigit() else told


def _number(told: Any) -> Any:
    if not isinstance(told, str) or not _NUMBER(told.strip()):
        return told
    number = float(told)
    return told if isinf(number) else int(number) if number.is_integer() else number


def _true_or_false(told: Any) -> Any:
    return _TRUE_FALSE.get(told.strip().lower(), told) if isinstance(told, str) else told


def _options(hint: Any) -> list[Any]:
    """The types that a field may have, without the limits on them."""
    if hasattr(hint, "__metadata__"):
        return _options(hint.__origin__)
    if get_origin(hint) in {Union, UnionType}:
        return [option for each in get_args(hint) for option in _options(each)]
    return [hint]
