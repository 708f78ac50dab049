"""Every fenced block of README and docs is run, decoded, loaded or compared; one of a kind not known here fails."""

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from app.cli.commands import run
from app.produce.mapping import Mapper
from models.envelope import decode
from models.policy_mapping import from_mapping
from models.touchpoint import Touchpoint
from tests.docs import demo_picture, test_events_page, test_pages
from tests.integration import test_alert_consumers, test_clients, test_tutorial

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").rglob("*.md")])
_FENCE: Final = re.compile(r"^```(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
NOWHERE: Final = ["--broker", "127.0.0.1:1"]
SENT_MS: Final = 1_790_000_000_000

Block = tuple[str, str, str]
"""Page, what stands behind the fence (a language, then what the block is), text."""

BLOCKS: Final[list[Block]] = [
    (str(page.relative_to(ROOT)), info, text) for page in PAGES for info, text in _FENCE.findall(page.read_text())
]
PLAYED: Final[dict[str, Mapping[str, str | tuple[str, str]]]] = {
    "docs/producing.md": test_clients.EXAMPLES,
    "docs/consuming-alerts.md": test_alert_consumers.EXAMPLES,
}
"""Pages whose clients a test runs on a broker."""


def played_by_its_test(page: str, what: str, text: str) -> None:
    """A client: `python client=NAME`."""
    name = what.removeprefix("client=")
    assert text in PLAYED[page][name]


def typed(page: str, what: str, text: str) -> None:
    """Shell lines without output: each program, make target and command with its flags exists."""
    if what.startswith("client="):
        played_by_its_test(page, what, text)
        return
    assert what == ""
    known = {("kanarya", *words) for words in map(tuple, test_pages.commands(ROOT / page))}
    for line in text.splitlines():
        program, *words = shlex.split(line, comments=True)
        if program == "make":
            assert words[0] in test_pages.TARGETS
        elif program == "kanarya":
            assert (program, *words) in known, f"{line}: not read by test_every_command_line_can_be_read"
        else:
            assert line == ". .venv/bin/activate", f"{line}: a program that no test knows"


def session(page: str, what: str, text: str) -> None:
    """What is typed into a terminal, with what it says: the tutorial's, played by its test."""
    assert page == "docs/tutorial.md"
    assert (what.removeprefix("terminal="), text) in test_tutorial.SESSIONS


def toml(page: str, what: str, text: str) -> None:
    """A policy, a map, or a file of the project."""
    if what.startswith("file="):
        a_file(page, what, text)
        return
    load: Callable[[dict[str, object]], object] = {"policy": from_mapping, "map": Mapper}[what]
    load(tomllib.loads(text))


def a_file(_: str, what: str, text: str) -> None:
    """The contents of a file, as it is; `produce` takes rows, and a map or a policy can be loaded."""
    path = ROOT / what.removeprefix("file=")
    assert path.read_text() == text
    if path.suffix == ".toml":
        (from_mapping if "version" in tomllib.loads(text) else Mapper)(tomllib.loads(text))
    else:
        assert (
            run(["produce", str(path), "--map", str(ROOT / "docs/examples/helpdesk.toml"), "--dry-run", *NOWHERE]) == 0
        )


def table(page: str, what: str, text: str) -> None:
    """Rows that `kanarya produce` takes as they are; `test_produce_dry_run` says what it makes of them."""
    if what:
        a_file(page, what, text)
        return
    assert page == "docs/producing.md"
    assert text == (ROOT / page).read_text().split("```csv\n")[1].split("```")[0], "it looks at the first one"


def record(page: str, what: str, text: str) -> None:
    """A touchpoint with its key, or a line of the log with an event that the page explains."""
    if what == "log":
        assert f"| `{json.loads(text)['event']}` |" in (ROOT / page).read_text()
        return
    key = what.removeprefix("key=").encode()
    assert isinstance(decode(key, text.encode(), (), SENT_MS), Touchpoint)


def shown(page: str, what: str, text: str) -> None:
    """A drawing, whose file names `test_pages` looks up; the demo's picture; records with headers."""
    if what == "drawing":
        return
    if page == "docs/demo.md":
        whole = (ROOT / page).read_text()
        assert demo_picture.with_picture(whole) == whole
        return
    assert page == "docs/events.md"
    assert text in test_events_page.TEXT_EXAMPLES


CHECKS: Final[dict[str, Callable[[str, str, str], None]]] = {
    "python": played_by_its_test,
    "sh": typed,
    "console": session,
    "toml": toml,
    "csv": table,
    "json": record,
    "text": shown,
}
"""Language -> what proves that the block is right."""


@pytest.mark.parametrize(("page", "info", "text"), BLOCKS, ids=[f"{page}:{info}" for page, info, _ in BLOCKS])
def test_a_block_is_proved_right(page: str, info: str, text: str) -> None:
    language, _, what = info.partition(" ")
    assert language in CHECKS, f"{page}: a block of kind {info!r} that no test looks at"
    CHECKS[language](page, what, text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_block_escapes(page: Path) -> None:
    """One that is indented, made of tildes or never closed would not be found above."""
    text = page.read_text()

    assert len(_FENCE.findall(text)) * 2 == len(re.findall(r"^\s*(?:>\s*)?(?:```|~~~)", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("page", "info", "text"),
    [
        ("docs/tutorial.md", "", "kanarya worker\n"),
        ("docs/tutorial.md", "ruby", "puts 1\n"),
        ("docs/tutorial.md", "sh", "kanarya worker --no-such-flag\n"),
        ("docs/tutorial.md", "sh", "make no-such-target\n"),
        ("docs/tutorial.md", "console terminal=yours", "$ kanarya alerts\nnothing\n"),
        ("docs/tutorial.md", "text", "anything\n"),
        ("docs/policy.md", "toml policy", "[levels]\nat_risk = 500\n"),
        ("docs/produce-map.md", "toml map", 'id = "no"\n'),
        ("docs/events.md", "json key=cust-1", '{"id": "1"}\n'),
        ("docs/producing.md", "python client=unknown", "print(1)\n"),
        ("docs/logs.md", "json log", '{"event": "no_such_event"}\n'),
    ],
    ids=lambda part: part[:20].strip(),
)
def test_a_block_that_is_wrong_or_of_no_known_kind_fails(page: str, info: str, text: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011  (each check fails in its own way)
        test_a_block_is_proved_right(page, info, text)
