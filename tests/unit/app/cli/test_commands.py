"""Commands that need no broker, exit codes, and what is said on standard error."""

import io
import json
import logging
import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from app.cli.commands import run
from models.policy import Policy
from models.policy_mapping import from_mapping

ROOT = Path(__file__).parents[4]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address at which nothing listens, for as long as the test holds it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def as_json(captured: Captured) -> Any:
    return json.loads(captured.readouterr().out)


def test_no_command_shows_the_commands(capsys: Captured) -> None:
    assert run([]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("worker", "produce", "alerts", "profile", "dlq", "topics", "settings"))


@pytest.mark.parametrize("tokens", [["--help"], ["worker", "--help"], ["topics", "apply", "--help"], ["--version"]])
def test_help_and_version_are_done(tokens: list[str]) -> None:
    assert run(tokens) == 0


@pytest.mark.parametrize(
    "tokens",
    [["wroker"], ["topics", "aply"], ["settings", "--jsn"], ["profile"], ["schema", "nonsense"], ["alerts", "extra"]],
)
def test_what_cannot_be_meant_is_called_wrong(tokens: list[str]) -> None:
    assert run(tokens) == 2


def test_settings_are_shown_with_their_source(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANARYA_GROUP", "blue")

    assert run(["settings", "--json", "--broker", "b:1", "--set", "partitions=3"]) == 0
    shown = {entry["name"]: (entry["value"], entry["source"]) for entry in as_json(capsys)}
    assert shown["broker"] == ("b:1", "flag")
    assert shown["partitions"] == (3, "flag")
    assert shown["group"] == ("blue", "environment")
    assert shown["start"] == ("earliest", "default")


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_password_is_not_shown(capsys: Captured, monkeypatch: pytest.MonkeyPatch, flags: list[str]) -> None:
    monkeypatch.setenv("KANARYA_SASL_PASSWORD", "hunter2")

    assert run(["settings", *flags]) == 0
    out = capsys.readouterr().out
    assert "hunter2" not in out
    assert "****" in out


def test_wrong_settings_are_called_wrong_and_all_said(capsys: Captured) -> None:
    assert run(["topics", "check", "--broker", "x", "--set", "grup=y"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        (
            "kanarya: broker = x (flag): each address needs a host and a port; "
            "must be host:port, several separated by commas; left out it is 127.0.0.1:9092"
        ),
        "kanarya: grup (flag): is no setting; did you mean group?",
    ]


def test_the_policy_is_shown_in_the_form_that_changes_it(capsys: Captured) -> None:
    assert run(["policy"]) == 0
    shown = from_mapping(tomllib.loads(capsys.readouterr().out))
    assert msgspec.to_builtins(shown) == msgspec.to_builtins(Policy())


def test_a_policy_file_is_what_is_shown(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[levels]\nwatch = 41\n")

    assert run(["policy", "--json", "--policy", str(file)]) == 0
    assert as_json(capsys)["levels"]["watch"] == 41


@pytest.mark.parametrize("name", ["touchpoint", "alert", "profile"])
def test_schemas_are_those_of_the_documentation(capsys: Captured, name: str) -> None:
    assert run(["schema", name]) == 0
    assert as_json(capsys) == json.loads((ROOT / f"docs/schema/{name}.schema.json").read_text())


@pytest.mark.parametrize(
    "tokens",
    [
        ["topics", "apply"],
        ["topics", "check"],
        ["alerts"],
        ["profile", "c-1"],
        ["profiles", "dump"],
        ["dlq", "ls"],
        ["dlq", "show", "0@0"],
        ["dlq", "stats"],
        ["dlq", "redrive", "--yes"],
        ["dlq", "redrive", "--dry-run"],
        ["produce", "FILE"],
    ],
)
def test_a_broker_that_is_not_there_is_one_sentence(
    capsys: Captured, tmp_path: Path, nowhere: str, tokens: list[str]
) -> None:
    file = tmp_path / "touchpoints.jsonl"
    file.touch()

    assert run([str(file) if token == "FILE" else token for token in tokens] + ["--broker", nowhere]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"kanarya: no Kafka broker answers at {nowhere}: start one, or set KANARYA_BROKER (--broker)"
    ]


@pytest.mark.parametrize("tokens", [["profile", "c", "--at", "newst"], ["profile", "c", "--at", "2026-01-01T00:00:00"]])
def test_a_time_without_a_moment_is_called_wrong(capsys: Captured, tokens: list[str]) -> None:
    assert run(tokens) == 2
    assert "--at" in capsys.readouterr().err


@pytest.mark.parametrize("tokens", [["show", "17"], ["redrive", "--yes", "0@1", "1@-1"], ["redrive", "--yes", "1@²"]])
def test_a_dead_letter_s_place_has_two_numbers(capsys: Captured, tokens: list[str]) -> None:
    assert run(["dlq", *tokens]) == 2
    told = f"{tokens[-1]}: must be PARTITION@OFFSET, as in 3@17; `kanarya dlq ls` lists them"
    assert capsys.readouterr().err == f"kanarya: {told}\n"


@pytest.mark.parametrize("value", ["noon", "2026-01-01T00:00:00", "5 m", "-1h"])
@pytest.mark.parametrize("flag", ["--since", "--until"])
def test_a_time_of_dead_letters_is_a_moment_or_an_age(capsys: Captured, flag: str, value: str) -> None:
    assert run(["dlq", "ls", f"{flag}={value}"]) == 2
    assert f"kanarya: {flag} {value}: must be an RFC 3339 time" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["--yes", "--rate", "0/s"], "--rate 0/s"),
        (["--yes", "--rate", "fast"], "--rate fast"),
        (["--yes", "--since", "1h", "--until", "2h"], "--until 2h: must be later than --since 1h"),
        (["--yes", "--limit", "0"], "limit"),
        (["--yes", "--reason", "not_jsn"], "not_jsn"),
    ],
)
def test_a_redrive_that_cannot_be_meant_is_called_wrong(capsys: Captured, tokens: list[str], said: str) -> None:
    assert run(["dlq", "redrive", *tokens]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_where_nobody_can_be_asked_nothing_is_redriven_without_yes(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))

    assert run(["dlq", "redrive", "--broker", "127.0.0.1:1"]) == 2
    assert capsys.readouterr().err == "kanarya: nobody can be asked here: add --yes, or --dry-run to look only\n"


@pytest.mark.parametrize("tokens", [["/no/such/file"], ["FILE", "--map", "/no/such/map"], ["FILE", "--map", "FILE"]])
def test_files_that_cannot_be_used_are_called_wrong_and_named(
    capsys: Captured, tmp_path: Path, tokens: list[str]
) -> None:
    file = tmp_path / "touchpoints.jsonl"
    file.write_text("{}\n")
    tokens = [str(file) if token == "FILE" else token for token in tokens]

    assert run(["produce", *tokens]) == 2
    assert tokens[-1] in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [("produce",), ("demo", "--once", "--map", str(ROOT / "docs/examples/film_reviews.toml"), "--input")]
)
@pytest.mark.parametrize(
    ("file", "why"), [("missing.jsonl", "No such file or directory"), ("folder", "Is a directory")]
)
def test_touchpoints_that_cannot_be_read_are_called_wrong_whoever_reads_them(
    capsys: Captured, tmp_path: Path, command: tuple[str, ...], file: str, why: str
) -> None:
    (tmp_path / "folder").mkdir()

    assert run([*command, str(tmp_path / file)]) == 2
    given = f"--input {tmp_path / file}" if command[0] == "demo" else str(tmp_path / file)
    assert capsys.readouterr().err == f"kanarya: {given}: cannot be read ({why}); name a file that can\n"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """The reading end of the pipe is closed before the command writes."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "app", "settings"], cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")


def test_the_demo_names_the_flag_whose_file_is_not_there_and_a_folder_that_cannot_be_made(
    tmp_path: Path, capsys: Captured
) -> None:
    table, place = ROOT / "docs/examples/helpdesk.csv", ROOT / "docs/examples/helpdesk.toml"
    gone = tmp_path / "gone"

    assert run(["demo", "--once", "--input", str(table), "--map", str(gone)]) == 2
    assert capsys.readouterr().err.startswith(f"kanarya: --map {gone}: cannot be read (No such file or directory); ")
    assert run(["demo", "--once", "--input", str(gone), "--map", str(place)]) == 2
    assert capsys.readouterr().err.startswith(f"kanarya: --input {gone}: cannot be read (No such file or directory); ")
    (tmp_path / "file").touch()
    assert run(["demo", "--once", "--out", str(tmp_path / "file" / "x")]) == 2
    assert capsys.readouterr().err.endswith("/file/x: cannot be made (Not a directory); name a folder that can\n")
