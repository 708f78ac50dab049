"""`kanarya schema NAME`: the JSON Schema of a public record; docs/schema holds the same."""

from typing import Literal

from app.cli import output
from models.schema import json_schema


def schema(name: Literal["touchpoint", "alert", "profile"]) -> None:
    """Print the JSON Schema (2020-12) of what goes in or comes out.

    Args:
        name: touchpoint goes in; alert and profile come out.
    """
    output.json_document(json_schema(name))
