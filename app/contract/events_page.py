"""docs/events.md: its text is `events.template.md`, its tables and examples are made from the types and real records.

`kanarya schema touchpoint --reference-page` prints it. In the template `{{fields}}`, `{{objects}}`, `{{channels}}`,
`{{kinds}}` and `{{example NAME}}` stand for what is made here.
"""

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, Final

from app.contract.examples import Example, examples
from models.schema import Schema, json_schema
from models.vocabulary import CHANNEL_MEANINGS, KIND_MEANINGS

_PLACE: Final = re.compile(r"\{\{(\w+)(?: (\w+))?\}\}")
_WIDTH: Final = 112


def page() -> str:
    """The whole page."""
    template = (files("app.contract") / "events.template.md").read_text(encoding="utf-8")
    made: dict[str, Callable[[str], str]] = {
        "fields": lambda _: _table(("field", "type", "meaning"), _fields(json_schema("touchpoint"))),
        "objects": lambda _: _table(("field", "type", "meaning"), _objects(json_schema("touchpoint"))),
        "channels": lambda _: _table(("channel", "meaning"), _rows(CHANNEL_MEANINGS)),
        "kinds": lambda _: _table(("kind", "meaning"), _rows(KIND_MEANINGS)),
        "example": lambda name: example(examples().touchpoint(name)),
    }
    return _PLACE.sub(lambda place: made[place[1]](place[2]), template)


def example(shown: Example) -> str:
    """A record as a block: its JSON where it has no headers, else key, headers and value line by line."""
    if not shown.headers:
        return f"```json key={shown.key}\n{json_text(shown.value)}\n```"
    rows = [f"key      {shown.key}"]
    rows += [f"header   {name:<14}  {told}" for name, told in shown.headers.items()]
    return "\n".join(["```text", *rows, f"value    {json.dumps(shown.value, ensure_ascii=False)}", "```"])


def json_text(value: dict[str, Any]) -> str:
    """An object with as many members on a line as fit."""
    whole = json.dumps(value, ensure_ascii=False)
    if len(whole) <= _WIDTH:
        return whole
    lines = [""]
    for name, told in value.items():
        member = f"{json.dumps(name)}: {json.dumps(told, ensure_ascii=False)},"
        if len(lines[-1]) + len(member) < _WIDTH and lines[-1]:
            lines[-1] += f" {member}"
        else:
            lines.append(member)
    body = "\n".join(f"  {line}" for line in lines[1:]).removesuffix(",")
    return f"{{\n{body}\n}}"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {' | '.join(row)} |" for row in rows)])


def _rows(meanings: dict[str, str]) -> Iterator[tuple[str, ...]]:
    return ((f"`{name}`", meaning) for name, meaning in meanings.items())


def _fields(schema: Schema, within: str = "", also: tuple[str, ...] = ("customer_id",)) -> Iterator[tuple[str, ...]]:
    required = (*schema.get("required", ()), *also)
    for name, field in schema["properties"].items():
        star = " *" if name in required else ""
        meaning = " ".join(field.get("description", "").split())  # a line break would end the table
        yield f"`{within}{name}`{star}", _type(field), meaning


def _objects(schema: Schema) -> Iterator[tuple[str, ...]]:
    """The fields of the objects within, in the order of these."""
    for name, field in schema["properties"].items():
        part = schema["$defs"].get(_part(field))
        if part is None:
            continue
        yield from _fields(part, f"{name}.", ())
        for inner, list_ in part["properties"].items():
            item = schema["$defs"].get(_part(list_.get("items", {})))
            if item is not None:
                yield from _fields(item, f"{name}.{inner}[].", ())


def _part(field: Schema) -> str:
    """The name of the object that a field refers to; empty for none."""
    told = next((each["$ref"] for each in field.get("anyOf", [field]) if "$ref" in each), "")
    return str(told.rpartition("/")[2])


def _type(field: Schema) -> str:
    """What a field may hold, in words; that it may be null is said once, above the table."""
    if "pattern" in json.dumps(field.get("anyOf", "")):
        return "string" + _length(field)
    options = [each for each in field.get("anyOf", [field]) if each != {"type": "null"}]
    return " or ".join(dict.fromkeys(_one(each) for each in options))


def _one(field: Schema) -> str:
    if "$ref" in field:
        return "object"
    if "enum" in field:
        return ", ".join(f"`{told}`" for told in field["enum"] if told is not None)
    kinds = field.get("type", "any JSON")
    kind = next(each for each in ([kinds] if isinstance(kinds, str) else kinds) if each != "null")
    if field.get("format") == "date-time":
        return "RFC 3339 with an offset"
    if kind == "integer" and "maximum" in field:
        return "whole epoch milliseconds"
    if kind == "array":
        return "list of objects"
    if kind == "object":
        return "object of strings" if "additionalProperties" in field else "object"
    return kind + _length(field) + _range(field)


def _length(field: Schema) -> str:
    if "maxLength" not in field:
        return ""
    low, high = field.get("minLength", 0), field["maxLength"]
    return f", {low}-{high}" if low else f", up to {high}"


def _range(field: Schema) -> str:
    if "minimum" not in field:
        return ""
    return f", {field['minimum']} to {field['maximum']}" if "maximum" in field else f" >= {field['minimum']}"
