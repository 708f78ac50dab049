"""Values of a JSON Schema, drawn by Hypothesis, and the same with one thing changed.

It knows the words that docs/schema/touchpoint.schema.json uses, and stops at any other. The library for this,
hypothesis-jsonschema, had its last release in 2024 and was written for older drafts. Rules between fields (`if`,
`allOf`) are left to whoever draws: a validator, which is another library, has the last word.
"""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from hypothesis import strategies as st

Json = Any
_IGNORED: Final = {"description", "title", "default", "examples", "if", "then", "allOf", "$schema", "$id", "$defs"}
_KNOWN: Final = _IGNORED | {
    "type", "properties", "required", "additionalProperties", "maxProperties", "items", "anyOf", "enum", "pattern",
    "$ref", "minLength", "maxLength", "minimum", "maximum", "format",
}  # fmt: skip
WORDS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
SCALARS: Final = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
)
ANYTHING: Final = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=5
)
INSTANTS: Final = st.builds(
    lambda at, minutes: at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes))).isoformat(),
    st.datetimes(datetime(1970, 1, 2), datetime(2026, 9, 20)),  # noqa: DTZ001 - UTC by the builder
    st.integers(-1439, 1439),
)


def values(schema: Json, root: Json) -> st.SearchStrategy[Json]:
    """Values that the schema takes, but for its rules between fields."""
    assert schema.keys() <= _KNOWN, f"a word of JSON Schema that this does not know: {schema.keys() - _KNOWN}"
    if "$ref" in schema:
        return values(resolved(schema["$ref"], root), root)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        rest = {name: told for name, told in schema.items() if name not in {"anyOf", *_IGNORED}}
        return st.one_of([values(rest | part, root) for part in schema["anyOf"]])
    kinds = schema.get("type")
    if kinds is None:
        return ANYTHING
    return st.one_of([_of(kind, schema, root) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def _of(kind: str, schema: Json, root: Json) -> st.SearchStrategy[Json]:
    if kind == "object":
        return _objects(schema, root)
    if kind == "array":
        return st.lists(values(schema["items"], root), max_size=3)
    if kind == "string":
        return _strings(schema)
    low, high = schema.get("minimum"), schema.get("maximum")
    if kind == "integer":
        return st.integers(low, high)
    if kind == "number":
        return st.floats(low, high, allow_nan=False, allow_infinity=False) | st.integers(
            -(10**9) if low is None else low, 10**9 if high is None else high
        )
    return {"null": st.none(), "boolean": st.booleans()}[kind]


def _objects(schema: Json, root: Json) -> st.SearchStrategy[Json]:
    fields = {name: values(told, root) for name, told in schema.get("properties", {}).items()}
    needed = {name: fields[name] for name in schema.get("required", ())}
    known = st.fixed_dictionaries(needed, optional={name: told for name, told in fields.items() if name not in needed})
    more = schema.get("additionalProperties")
    others = st.dictionaries(
        WORDS.filter(lambda name: name not in fields), ANYTHING if more is None else values(more, root), max_size=2
    )
    return st.builds(lambda own, other: other | own, known, others)


def _strings(schema: Json) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return INSTANTS
    drawn = WORDS
    if schema.get("pattern") == "[.]":
        drawn = st.builds(lambda before, behind: f"{before}.{behind}", WORDS, WORDS)
    else:
        assert "pattern" not in schema
    longest, shortest = schema.get("maxLength", 1000), schema.get("minLength", 0)
    edge = st.sampled_from(["x", "ş", "😀"]).map(lambda letter: letter * longest)
    return drawn.filter(lambda text: shortest <= len(text) <= longest) | (edge if "pattern" not in schema else drawn)


def resolved(reference: str, root: Json) -> Json:
    """What a `#/$defs/Name` stands for."""
    return root["$defs"][reference.rpartition("/")[2]]


def places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value inside a value, its own left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, told in inner:
        yield (*path, name)
        yield from places(told, (*path, name))


@st.composite
def changed(draw: st.DrawFn, value: Json) -> Json:
    """The value with one thing replaced, taken out, stretched or put in, at any depth."""
    whole = copy.deepcopy(value)
    path = draw(st.sampled_from(list(places(whole))))
    within = whole
    for name in path[:-1]:
        within = within[name]
    place = path[-1]
    change = draw(st.sampled_from(["replace", "take out", "stretch", "put in"]))
    if change == "take out":
        del within[place]
    elif change == "stretch" and isinstance(within[place], str | int | float) and not isinstance(within[place], bool):
        within[place] = within[place] * 300 if isinstance(within[place], str) else within[place] * -7 - 11
    elif change == "put in" and isinstance(within, dict):
        within[draw(st.sampled_from(["id", "kind", "min", "value", "until", "granted", "name", "x"]))] = draw(ANYTHING)
    else:
        within[place] = draw(ANYTHING)
    return whole
