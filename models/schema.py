"""JSON Schema 2020-12 of what goes in and comes out: `kanarya schema NAME` and docs/schema show it.

Generated from the types that decode and render (`models.touchpoint`, `models.alert_record`): names, limits,
and the docs under the fields, which are read from the source. Left out are the fields that arrival adds.
"""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, Final, Literal

import msgspec

from models.alert_record import Alert, PublicProfile
from models.touchpoint import Touchpoint

Schema = dict[str, Any]
Name = Literal["touchpoint", "alert", "profile"]

NAMES: Final[tuple[Name, ...]] = ("touchpoint", "alert", "profile")

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ROOTS: Final[dict[Name, Any]] = {"touchpoint": Touchpoint, "alert": Alert, "profile": PublicProfile}
_REQUIRED: Final = ("id", "time", "channel", "kind")
_INSTANTS: Final = ("at", "as_of", "customer_since")
_TOUCHPOINT: Final = """One thing that happened between a customer and the company: the value of a record on an input \
topic, or the data of a CloudEvent 1.0 there. In a CloudEvent `id`, `source` and `time` are the envelope's, and `kind` \
may be left out where the event's type ends in `touchpoint.KIND`. Unknown fields are ignored; a null is as if the \
field were left out."""
_ANSWERS: Final = {
    "if": {"properties": {"kind": {"not": {"enum": ["survey_offered", "survey_declined"]}}}},
    "then": {"properties": {"score": {"properties": {"value": {"type": "number"}}, "required": ["value"]}}},
}
"""A score has a value, unless there is no answer yet or never will be."""
_SCALES: Final = [
    {
        "if": {
            "properties": {"metric": {"enum": ["ces", "rating"]}, "value": {"type": "number"}},
            "required": ["value"],
        },
        "then": {"properties": {"min": {"type": "number"}, "max": {"type": "number"}}, "required": ["min", "max"]},
    },
    {
        "if": {"properties": {"metric": {"const": "nps"}}},
        "then": {
            "properties": {
                "value": {"multipleOf": 1, "minimum": 0, "maximum": 10},
                "min": {"enum": [0, None]},
                "max": {"enum": [10, None]},
            }
        },
    },
]
"""What the types of a score cannot say: which scales must be told, and the one that is fixed."""


def json_schema(name: Name) -> Schema:
    """The schema of one public shape, self-contained."""
    root = _ROOTS[name]
    _, components = msgspec.json.schema_components([root], ref_template="#/$defs/{name}")
    parts = {part.__name__: _tidy(part, components[part.__name__]) for part in _types_in(root, components)}
    whole = parts.pop(root.__name__)
    if name == "touchpoint":
        _say_what_decoding_asks(whole, parts["Score"])
    described = {"$schema": _DIALECT, "$id": f"urn:kanarya:{name}.v1", **whole, "title": name}
    return {**described, "$defs": dict(sorted(parts.items()))}


def _types_in(root: Any, components: dict[str, Schema]) -> Iterator[Any]:
    """The classes behind the components, found where the root and the parts it names are written."""
    module = inspect.getmodule(root)
    named = [getattr(module, name) for name in components if hasattr(module, name)]
    modules = list(dict.fromkeys([module, *map(inspect.getmodule, named)]))
    for name in components:
        yield next(getattr(written, name) for written in modules if hasattr(written, name))


def _tidy(part: Any, component: Schema) -> Schema:
    """Fields in the order they are written, each with its doc; no defaults that only say "left out"."""
    docs = _docs_in(inspect.getmodule(part))[part.__name__]
    properties = component.get("properties", {})
    fields = [field for field in _fields(part) if field in properties]
    tidy = {
        field: ({"description": docs[field]} if field in docs else {}) | _field(field, properties[field])
        for field in fields
    }
    required = [field for field in fields if field in component.get("required", [])]
    described = {"description": inspect.cleandoc(part.__doc__ or ""), "type": "object", "properties": tidy}
    return described | ({"required": required} if required else {})


def _fields(part: Any) -> list[str]:
    """As they are on the wire, those of arrival left out."""
    if issubclass(part, msgspec.Struct):
        wire = [field.encode_name for field in msgspec.structs.fields(part)]
        return [name for name in wire if not name.startswith("(") and name != "specversion"]
    return list(part.__annotations__)


def _field(name: str, field: Schema) -> Schema:
    """One property; public times are told by their names."""
    field = {key: told for key, told in field.items() if not (key == "default" and told in (None, ""))}
    if name in _INSTANTS or name.endswith("_at"):
        for one in field.get("anyOf", [field]):
            if one.get("type") == "string":
                one["format"] = "date-time"
    return _brief(field)


def _brief(field: Schema) -> Schema:
    """`anyOf: [{type: T, ...}, {type: null}]` as `{type: [T, null], ...}`, wherever it stands."""
    for key in ("items", "additionalProperties"):
        if isinstance(field.get(key), dict):
            field[key] = _brief(field[key])
    one, *others = field.get("anyOf", [None])
    if others != [{"type": "null"}] or "$ref" in one or "anyOf" in one:
        return field
    rest = {key: told for key, told in field.items() if key != "anyOf"}
    if "enum" in one:
        return rest | {"enum": [*one["enum"], None]}
    return rest | _brief(one) | {"type": [one["type"], "null"]}


def _say_what_decoding_asks(touchpoint: Schema, score: Schema) -> None:
    """The rules of `models.envelope` that the types cannot hold."""
    touchpoint["description"] = _TOUCHPOINT
    touchpoint["required"] = list(_REQUIRED)
    for name in _REQUIRED:
        field = touchpoint["properties"][name]
        if "type" in field:
            field["type"] = "string"
            continue
        told = field["anyOf"][:-1]  # the last one is null
        field |= told[0] if len(told) == 1 else {"anyOf": told}
    touchpoint["allOf"] = [_ANSWERS]
    score["allOf"] = _SCALES


@cache
def _docs_in(module: Any) -> dict[str, dict[str, str]]:
    """Class -> field -> the string written under it. Those strings are gone at run time, so the source is asked."""
    tree = ast.parse(inspect.getsource(module))
    return {part.name: _field_docs(part.body) for part in tree.body if isinstance(part, ast.ClassDef)}


def _field_docs(body: list[ast.stmt]) -> dict[str, str]:
    return {
        above.target.id: inspect.cleandoc(below.value.value)
        for above, below in pairwise(body)
        if isinstance(above, ast.AnnAssign)
        and isinstance(above.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
