"""The JSON Schemas of `models.schema` with examples from real records; `kanarya schema` prints them."""

from typing import Final

from app.contract.examples import examples
from models.schema import Name, Schema, json_schema

PLAIN: Final = "plain"
"""What the names of plain touchpoints begin with; the others are CloudEvents, whose schema is their own."""


def published(name: Name) -> Schema:
    """The schema of one public shape, self-contained, with `examples`."""
    told = examples()
    by_name = {
        "touchpoint": [each for each in told.touchpoints if each.name.startswith(PLAIN)],
        "alert": told.alerts,
        "profile": told.profiles,
    }
    schema = json_schema(name)
    parts = schema.pop("$defs")
    return {**schema, "examples": [each.value for each in by_name[name]], "$defs": parts}
