"""Signals that come while a command is still importing what it needs."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
NOWHERE = ("--broker", "127.0.0.1:1")


def signalled(number: int, imported: str, *tokens: str) -> tuple[int, list[str]]:
    """Send a signal to a command once it has imported a module; its exit code, and what it said besides imports."""
    command = [sys.executable, "-X", "importtime", "-m", "app", *tokens, *NOWHERE]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        while running.stderr.readline().rpartition("|")[2].strip() != imported:
            assert running.poll() is None
        running.send_signal(number)
        said = [line for line in running.stderr if not line.startswith("import time:")]
    return running.returncode, said


@pytest.mark.parametrize(
    ("number", "imported"),
    [(signal.SIGTERM, "cyclopts"), (signal.SIGTERM, "app.topology"), (signal.SIGINT, "cyclopts")],
)
def test_a_worker_that_is_told_to_stop_while_it_starts_ends_well(number: int, imported: str) -> None:
    assert signalled(number, imported, "worker")[0] == 0


def test_ctrl_c_while_a_command_starts_ends_it_quietly() -> None:
    assert signalled(signal.SIGINT, "cyclopts", "alerts", "--follow") == (130, [])


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A broker that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def signalled_asking(silent: socket.socket, number: int, *tokens: str) -> tuple[int, bytes, bytes]:
    """Send a signal to a command that waits for the silent broker; its exit code, what it wrote, what it said."""
    address = f"127.0.0.1:{silent.getsockname()[1]}"
    command = [sys.executable, "-m", "app", *tokens, "--broker", address]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        connection, _ = silent.accept()
        with connection:
            connection.recv(1)
            running.send_signal(number)
            out, said = running.communicate(timeout=10)
    return running.returncode, out, said


@pytest.mark.parametrize(("tokens", "code"), [(("alerts", "--follow"), 0), (("alerts",), 130), (("dlq", "ls"), 130)])
def test_ctrl_c_while_a_command_waits_for_a_broker_ends_it_quietly(
    silent: socket.socket, tokens: tuple[str, ...], code: int
) -> None:
    assert signalled_asking(silent, signal.SIGINT, *tokens) == (code, b"", b"")


def test_a_worker_that_is_told_to_stop_while_it_waits_for_a_broker_ends_well(silent: socket.socket) -> None:
    assert signalled_asking(silent, signal.SIGTERM, "worker")[0] == 0
