"""Bad input that others have collected, each case with the reason that it must be refused for; see README.md here."""

import base64
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

HERE: Final = Path(__file__).parent


class Whole(NamedTuple):
    """The bytes of a whole record, or of a part of one."""

    name: str
    raw: bytes
    reason: str
    """As a record's value."""
    inside: str
    """As the value of an attribute; empty where the touchpoint is a good one."""


def json_test_suite() -> list[Whole]:
    """The 318 parsing cases of JSONTestSuite."""
    return [Whole(case["name"], _raw(case), case["reason"], case["inside"]) for case in _cases("json_test_suite.json")]


def naughty_strings() -> list[tuple[str, str]]:
    """The Big List of Naughty Strings: each with its reason as a record's value."""
    return [(case["text"], case["reason"]) for case in _cases("naughty_strings.json")]


def _cases(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return cases


def _raw(case: dict[str, Any]) -> bytes:
    if "base64" in case:
        return base64.b64decode(case["base64"])
    text: str = case["text"] if "text" in case else case["part"] * case["times"] + case["end"]
    return text.encode()
