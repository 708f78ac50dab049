"""Records as they really are, for the documents: made from the golden files by `python -m tests.docs.examples`.

The touchpoints are those of tests/contract/golden/touchpoints, what came out is what the product makes of
docs/examples/touchpoints.jsonl.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


class Example(msgspec.Struct, frozen=True):
    """One record."""

    name: str
    """Name of the golden file, or of the kind of record."""
    about: str
    """What it shows, in a sentence."""
    key: str
    headers: dict[str, str]
    value: dict[str, Any]


class Examples(msgspec.Struct, frozen=True):
    """All of them."""

    touchpoints: list[Example]
    dead_letters: list[Example]
    alerts: list[Example]
    profiles: list[Example]

    def touchpoint(self, name: str) -> Example:
        """The touchpoint of that name."""
        return next(example for example in self.touchpoints if example.name == name)


@cache
def examples() -> Examples:
    """Those that come with the package."""
    return msgspec.json.decode((files("app.contract") / "examples.json").read_bytes(), type=Examples)
