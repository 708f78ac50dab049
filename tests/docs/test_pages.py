"""What README and docs name exists: files, links, make targets, commands with their flags, settings, tests."""

import ast
import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import CycloptsError

from app.cli.commands import _app
from app.settings import Settings
from app.settings.describe import environment_name
from app.settings.load import RESERVED

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
VARIABLES = {environment_name(name) for name in Settings.model_fields}

_PATH = re.compile(r"(?<![\w/.-])((?:models|agents|app|tests|docs|deploy|benchmarks|\.ci)/[\w./@-]*\w/?)(?:::(\w+))?")
_LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_MAKE = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)*)\b")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(page: Path) -> Iterator[str]:
    """Everything that is set as code: spans, and lines of blocks, without prompt and comment."""
    fenced = False
    for line in page.read_text().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip().removeprefix("$ ").partition("  #")[0]
        else:
            yield from _CODE.findall(line)


def commands(page: Path) -> Iterator[list[str]]:
    """Arguments of each `kanarya ...`; of `a|b` each one."""
    for text in code(page):
        if text.startswith("kanarya "):
            words = [word.strip("[]") for word in shlex.split(re.split(r" [>|&] ", text)[0])[1:]]
            yield from map(list, itertools.product(*(word.split("|") for word in words if word != "...")))


def definitions(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}


TESTS = set().union(*(definitions(path) for path in (ROOT / "tests").rglob("test_*.py")))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_named_exists_and_holds_what_is_said_to_be_in_it(page: Path) -> None:
    named = _PATH.findall(page.read_text())
    missing = {path for path, _ in named if not (ROOT / path).exists()}

    assert not missing
    assert not {f"{path}::{inner}" for path, inner in named if inner and inner not in definitions(ROOT / path)}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text()):
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_test_named_exists(page: Path) -> None:
    named = {text for text in code(page) if re.fullmatch(r"test_\w+", text)}

    assert not named - TESTS - {path.stem for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_exists(page: Path) -> None:
    named = {target for text in code(page) for target in _MAKE.findall(text)}

    assert not named - TARGETS


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_line_can_be_read(page: Path) -> None:
    app = _app()
    for tokens in commands(page):
        _, _, arguments = app.parse_commands(tokens)
        if not arguments and len(tokens) == len(app.parse_commands(tokens)[0]):
            continue  # the name of a command
        try:
            app.parse_args(tokens, exit_on_error=False, print_error=False)
        except CycloptsError as error:
            pytest.fail(f"kanarya {' '.join(tokens)}: {error}")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_environment_variable_is_a_setting(page: Path) -> None:
    named = {
        each for each in re.findall(r"\bKANARYA_[A-Z_]*[A-Z]\b", page.read_text()) if not each.startswith(RESERVED)
    }

    assert not named - VARIABLES


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / target).resolve() for target, _ in _LINK.findall(index.read_text())}
    pages = {page for page in (ROOT / "docs").glob("*.md") if page != index}
    decisions = (ROOT / "docs" / "decisions" / "README.md").read_text()

    assert not pages - listed
    assert not {path.name for path in (ROOT / "docs/decisions").glob("0*.md") if path.name not in decisions}


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("0*.md")), ids=name)
def test_every_decision_has_its_six_parts(page: Path) -> None:
    parts = ["Problem", "Success criteria", "Out of scope", "Decision", "Alternatives", "Open questions"]

    assert re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == parts


def test_the_list_of_pages_names_each_of_them_and_each_reader_once() -> None:
    rows = re.findall(r"^\| ([\w ]*)\| \[[^\]]+\]\(([^)]+)\)", (ROOT / "docs/README.md").read_text(), re.MULTILINE)
    readers, pages = [reader for reader, _ in rows if reader.strip()], [page for _, page in rows]

    assert len(readers) == len(set(readers)) > 3
    assert sorted(pages) == sorted(set(pages))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"} <= set(pages)


def test_the_changelog_says_nothing_twice() -> None:
    points = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("- ")]
    begun = [point.partition(",")[0].rstrip(".") for point in points]

    assert len(begun) == len(set(begun)) > 10
