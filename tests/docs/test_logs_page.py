"""docs/logs.md has every event that the code logs, with its level, and none besides."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/logs.md").read_text()
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
TOLD = {"say": "info", "_say": "info", "warn": "warning", "_warn": "warning"}
"""Functions that `app.topology` gives to `agents`."""
LOGGED = sorted(
    path
    for path in (*(ROOT / "app").rglob("*.py"), *(ROOT / "agents").rglob("*.py"))
    if "dev" not in path.parts and path.name != "demo.py"
)
"""The demo says its lines on a screen of its own, by functions that bear the same names."""


def calls() -> Iterator[tuple[str, str]]:
    """Event and level of each logging call."""
    for path in LOGGED:
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            event, name = node.args[0], node.func.attr
            if isinstance(event, ast.Constant) and isinstance(event.value, str) and name in LEVELS | TOLD.keys():
                yield event.value, TOLD.get(name, name)


def test_every_event_of_the_code_stands_there_with_its_level_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE)

    assert len(dict(rows)) == len(rows) > 15
    assert set(rows) == set(calls())


def test_no_event_is_put_together_at_run_time() -> None:
    """A name in a variable would escape this page."""
    for path in LOGGED:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).partition(".")[::2] in {
                ("log", n) for n in LEVELS
            }:
                assert isinstance(node.args[0], ast.Constant), f"{path}: line {node.lineno}"
