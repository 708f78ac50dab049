"""What is wrong with a record, in our own words: `models.envelope` builds every `Rejected` here.

A detail is `place: what was expected`. Places are field names as the contract writes them (`score.min`,
`order.items[2].price`, `header ce_id`, `record key`, `value`), expectations come from the types. Neither a
library's message nor anything that a producer wrote gets into a detail: dead letters are read by more
people than the records are.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Final, get_args, get_origin, get_type_hints

import msgspec

from models.touchpoint import Rejected, Touchpoint

TOO_DEEP: Final = 200
"""Levels of nesting from which a value is too deep: far less than any parser's own limit, which differs by
version of Python and by who calls, so that a replay judges as the first run did."""

NULL_VALUE: Final = Rejected("null_value", "value: required")

_WIRE_NAMES: Final = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_MAGIC: Final = (
    (b"\xff\xfe", "looks like UTF-16"),
    (b"\xfe\xff", "looks like UTF-16"),
    (b"\x1f\x8b", "looks like gzip"),
    (b"\x00", "begins with a zero byte, as schema registry formats do"),
)
_PLACE: Final = re.compile(r" - at `\$\.?([^`]*)`\Z")
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`\Z")
_LENGTH: Final = re.compile(r"Expected `\w+` of length (<=|>=) (\d+)\Z")
_BOUND: Final = re.compile(r"Expected `\w+` ([<>]=?) (-?[\d.e+]+)\Z")
_TYPE: Final = re.compile(r"Expected `([\w |]+)`, got `(\w+)`\Z")
_BYTE: Final = re.compile(r"\(byte (\d+)\)\Z")


def missing_field(place: str) -> Rejected:
    """A required field is left out, null, or empty."""
    return Rejected("missing_field", f"{place}: required")


def wrong_type(place: str, expected: str) -> Rejected:
    """A field holds something of another type; `expected` names the right one."""
    return Rejected("wrong_type", f"{place}: expected {expected}")


def out_of_range(place: str, rule: str) -> Rejected:
    """A field of the right type breaks a rule, for which `rule` has the words."""
    return Rejected("out_of_range", f"{place}: {rule}")


def unknown_value(place: str, allowed: Sequence[str]) -> Rejected:
    """A field holds none of the values that the contract lists."""
    return Rejected("unknown_value", f"{place}: expected {'one of ' if len(allowed) > 1 else ''}{', '.join(allowed)}")


def too_large(place: str, limit: str) -> Rejected:
    """A field is longer than `limit` says."""
    return Rejected("too_large", f"{place}: more than {limit}")


def too_deep(place: str) -> Rejected:
    """JSON nests further than anyone would write by hand."""
    return Rejected("too_deep", f"{place}: more than {TOO_DEEP} levels of nesting")


def not_utf8(place: str, raw: bytes = b"") -> Rejected:
    """Bytes that should be text are not UTF-8."""
    return Rejected("not_utf8", f"{place}: {_hint(raw) or 'expected UTF-8'}")


def undecodable(error: Exception, value: bytes, root: type = Touchpoint, within: str = "") -> Rejected:
    """Why msgspec could not read `value`, which is UTF-8, as a `root`.

    The parser stops at its first complaint, which may be a wrong type before a syntax error further on: so
    the syntax is judged first, over the whole value.

    Args:
        within: where the value stood: `""` for the record value itself, else `data` and the like.
    """
    place = within or "value"
    try:
        msgspec.json.decode(value, type=msgspec.Raw)
    except RecursionError:
        return too_deep(place)
    except msgspec.DecodeError as broken:
        if _has_half_pair(value.decode()):
            return Rejected("not_utf8", f"{place}: an escape of half a surrogate pair")
        return Rejected("not_json", f"{place}: {_syntax(str(broken), value)}")
    if isinstance(error, msgspec.ValidationError):
        return _invalid(str(error), root, within)
    return too_deep(
        place
    )  # the typed parser recurses a little more per level than the one that only looks at the syntax


def _has_half_pair(text: str) -> bool:
    """Whether what msgspec refuses is JSON by the grammar, which lets an escape stand for half a character."""
    if "\\ud" not in text.lower():
        return False
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(constant)


def _syntax(message: str, value: bytes) -> str:
    if not value.strip():
        return "empty"
    position = _BYTE.search(message)
    return _hint(value) or (f"not JSON near byte {position[1]}" if position else "ends in the middle of JSON")


def _hint(raw: bytes) -> str | None:
    return next((hint for magic, hint in _MAGIC if raw.startswith(magic)), None)


def _invalid(message: str, root: type, within: str) -> Rejected:
    """Our words for msgspec's. Its place is the last part of the message, whatever a quoted value pretends."""
    match = _PLACE.search(message)
    path, said = (match[1], message[: match.start()]) if match else ("", message)
    place = ".".join(filter(None, (within, path))) or "value"
    if missing := _MISSING.match(said):
        return missing_field(".".join(filter(None, (within, path, missing[1]))))
    if length := _LENGTH.match(said):
        return missing_field(place) if length[1] == ">=" else too_large(place, f"{length[2]} characters")
    if bound := _BOUND.match(said):
        return out_of_range(place, f"expected {bound[1]} {float(bound[2]):g}")
    if said.startswith("Invalid enum value"):
        return unknown_value(place, allowed_values(root, path))
    if kind := _TYPE.match(said):
        return _mistyped(place, path, kind[1], kind[2])
    if "out of range" in said:
        return out_of_range(place, "a number too large to hold")
    return wrong_type(place, "another value")


def _mistyped(place: str, path: str, expected: str, got: str) -> Rejected:
    if not path and expected == "object":
        return Rejected("not_an_object", f"{place}: expected a JSON object")
    if got == "null" and not path.endswith("]"):
        return missing_field(place)
    names = [_WIRE_NAMES.get(name, name) for name in expected.split(" | ") if name != "null"]
    return wrong_type(place, " or ".join(names))


@cache
def allowed_values(root: type, path: str) -> tuple[str, ...]:
    """The values that the type of a field lists: `allowed_values(Touchpoint, "score.metric")` is csat, nps, ..."""
    kind: object = root
    for name in path.split("."):
        kind = next(get_type_hints(part)[name] for part in _parts(kind) if isinstance(part, type))
    return tuple(value for part in _parts(kind) for value in get_args(part) if isinstance(value, str))


def _parts(kind: object) -> tuple[object, ...]:
    """The members of a union, or the type alone."""
    return get_args(kind) if get_origin(kind) is not None and type(None) in get_args(kind) else (kind,)
