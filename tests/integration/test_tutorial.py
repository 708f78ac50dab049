"""docs/tutorial.md, played as a reader would: its terminals are processes, and what it shows is what they say."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.dev.broker import cluster_id
from tests.integration.patience import LONG_S, until
from tests.integration.workers import ROOT

PAGE = (ROOT / "docs/tutorial.md").read_text()
SESSIONS = re.findall(r"```console terminal=(\w+)\n(.*?)```", PAGE, re.DOTALL)
FILES = re.findall(r"```\w+ file=(\S+)\n(.*?)```", PAGE, re.DOTALL)
SERVING = ("kanarya broker", "kanarya worker")
SHOWN_PORT = "9092"

Step = tuple[str, str, list[str]]
"""Terminal, what is typed into it, the lines that the page shows for it."""


def steps() -> Iterator[Step]:
    """What the page types, in its order."""
    for terminal, text in SESSIONS:
        for typed, shown in re.findall(r"^(?:\$ (?=.)|(?=\^C))(.+)\n((?:(?!\$ |\^C).*\n)*)", text, re.MULTILINE):
            yield terminal, typed, shown.splitlines()


def pattern(shown: list[str]) -> str:
    """Rates differ from run to run, and `...` stands for lines that the page leaves out."""
    lines = [".*" if line == "..." else re.escape(line) for line in shown]
    return re.sub(r"\d+\\ per\\ second", r"\\d+ per second", "\n".join(lines))


class Terminals:
    """The reader's terminals: one process at a time in each."""

    def __init__(self, port: int, folder: Path) -> None:
        self._port = str(port)
        self._env = os.environ | {"KANARYA_BROKER": f"127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
        self._folder = folder
        self.serving: dict[str, subprocess.Popen[bytes]] = {}

    def _argv(self, typed: str) -> list[str]:
        program, *words = shlex.split(typed)
        assert program == "kanarya"
        return [sys.executable, "-m", "app", *words]

    def start(self, terminal: str, typed: str, shown: list[str]) -> None:
        """Start what goes on until Ctrl-C; return once it has said what the page shows, or, the worker, is ready."""
        assert terminal not in self.serving, "the page types into a terminal that is busy"
        log = self._folder / f"{terminal}.log"
        port = ["--port", self._port] if typed == "kanarya broker" else []
        with log.open("wb") as out:
            self.serving[terminal] = subprocess.Popen(
                [*self._argv(typed), *port], cwd=ROOT, env=self._env, stdout=out, stderr=subprocess.STDOUT
            )
        wanted = pattern(shown).replace(SHOWN_PORT, self._port) if port else ".*worker_ready.*"
        until(lambda: re.match(wanted, log.read_text(), re.DOTALL), f"{typed}: {log.read_text()}")

    def interrupt(self, terminal: str) -> None:
        """Ctrl-C: it ends well."""
        running = self.serving.pop(terminal)
        running.send_signal(signal.SIGINT)
        assert running.wait(LONG_S) == 0

    def run(self, typed: str, shown: list[str]) -> None:
        """A command that ends. One that reads is asked again until the worker has done what the page waits for."""

        def said() -> Any:
            done = subprocess.run(
                self._argv(typed), cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=LONG_S, check=False
            )
            told.append(done.stdout + done.stderr)
            return re.fullmatch(pattern([*shown, ""]), done.stdout, re.DOTALL) and done.returncode == 0

        told: list[str] = []
        if typed.split()[1] in ("alerts", "profile"):
            until(said, typed)
        else:
            assert said(), told


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[Terminals]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    played = Terminals(port, tmp_path)
    yield played
    for running in reversed(played.serving.values()):
        running.kill()
        running.wait()


@pytest.mark.kafka
def test_the_tutorial_goes_as_it_says(terminals: Terminals) -> None:
    typed_lines = [typed for _, typed, _ in steps()]
    assert len(typed_lines) == sum(line.startswith(("$ ", "^C")) for _, text in SESSIONS for line in text.splitlines())

    for terminal, typed, shown in steps():
        if typed == "^C":
            terminals.interrupt(terminal)
        elif typed.startswith(SERVING):
            terminals.start(terminal, typed, shown)
        else:
            terminals.run(typed, shown)

    assert not terminals.serving, "the page leaves something running"


@pytest.mark.parametrize(("path", "text"), FILES, ids=[path for path, _ in FILES])
def test_a_file_on_the_page_is_the_one_in_the_folder(path: str, text: str) -> None:
    assert (ROOT / path).read_text() == text


def test_the_arithmetic_is_right() -> None:
    worked = re.findall(r"(\d+) · 2\^\(-([\d.]+) h / (\d+) d\) = ([\d.]+), rounded (\d+)", PAGE)

    assert len(worked) == 4
    for points, hours, half_life, exact, rounded in worked:
        value = int(points) * 2 ** (-float(hours) / 24 / int(half_life))
        assert (f"{value:.1f}", f"{value:.0f}") == (exact, rounded)


@pytest.mark.kafka
def test_a_broker_refuses_a_taken_port_and_ends_with_its_command(terminals: Terminals) -> None:
    terminals.start("broker", "kanarya broker", ["export KANARYA_BROKER=127.0.0.1:9092"])
    command, port = terminals._argv("kanarya broker"), terminals._port
    second = subprocess.run([*command, "--port", port], cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"something listens on port {port} of this machine already: name another one with --port" in second.stderr

    terminals.serving["broker"].send_signal(signal.SIGTERM)
    assert terminals.serving.pop("broker").wait(LONG_S) == 0
    assert cluster_id("127.0.0.1", int(port), timeout_s=1.0) is None
