"""The live view on a pseudo-terminal: what a person sees, also after a change of size, and what is left behind."""

import os
import signal
import sys
import termios
from collections.abc import Iterator

import psutil
import pytest

from tests.scenes import drawn, scene
from tests.terminal import ALTERNATE, CURSOR, Terminal

_OF_THE_DEVELOPER = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM", "COLORTERM")
DRAW = """
import asyncio, signal, sys
from app.dev.demo.view import scene as module
from app.dev.demo.view.screen import Screen, can_be_drawn_on
from tests.scenes import scene

async def main(watcher):
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    told = scene()
    told.tick = lambda _: None  # the picture stands still
    await watcher.watch(told)

if not can_be_drawn_on(sys.stdout):
    sys.exit("lines it is")
with Screen(sys.stdout) as watcher:
    try:
        asyncio.run(main(watcher))
    except asyncio.CancelledError:
        watcher.end("the end")
"""


def draw(*, columns: int = 120, rows: int = 40, **changes: str) -> Terminal:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_THE_DEVELOPER}
    told = {**environment, "PYTHONUTF8": "1", "PYTHONPATH": ".", **changes}
    return Terminal([sys.executable, "-c", DRAW], told, columns=columns, rows=rows)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with draw() as opened:
        opened.until(lambda: opened.sees("Alerts: 9"))
        yield opened


def test_the_screen_shows_the_picture_and_follows_the_size_of_the_window(terminal: Terminal) -> None:
    for columns, rows in ((120, 40), (80, 24), (100, 30)):
        terminal.resize(columns, rows)
        terminal.until(lambda: terminal.lines == drawn(scene(), columns, rows).splitlines())  # noqa: B023 - now


def test_the_terminal_is_given_back_as_it_was(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGINT)
    terminal.until(terminal.ended)
    terminal.until(lambda: b"the end" in terminal.written)

    entered, left = (terminal.written.count(code) for code in ALTERNATE)
    assert entered == left == 1
    assert terminal.written.index(CURSOR[0]) < terminal.written.rindex(CURSOR[1])
    assert terminal.written.rindex(ALTERNATE[1]) < terminal.written.index(b"the end")
    assert termios.tcgetattr(terminal.slave) == terminal.before
    assert terminal.process.returncode == 0


def test_a_terminal_that_was_stopped_neither_keeps_the_command_nor_stays_as_it_is(terminal: Terminal) -> None:
    """Ctrl-S, then a signal from elsewhere."""
    terminal.type(b"\x13")
    terminal.resize(100, 30)  # something to draw
    terminal.process.send_signal(signal.SIGINT)

    assert terminal.until(terminal.ended) < 5
    terminal.until(lambda: b"the end" in terminal.written)
    assert terminal.written.rindex(ALTERNATE[1]) < terminal.written.index(b"the end")


def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(terminal: Terminal) -> None:
    process = psutil.Process(terminal.process.pid)
    terminal.type(b"\x1a")
    terminal.until(lambda: process.status() == psutil.STATUS_STOPPED)
    terminal.until(lambda: terminal.written.count(ALTERNATE[1]) == 1)

    process.resume()
    terminal.until(lambda: terminal.written.count(ALTERNATE[0]) == 2)
    terminal.until(lambda: terminal.lines == drawn(scene(), 120, 40).splitlines())


def test_at_most_four_pictures_a_second_are_drawn(terminal: Terminal) -> None:
    before = terminal.written.count(b"Alerts: 9")
    took_s = terminal.until(lambda: terminal.written.count(b"Alerts: 9") >= before + 12)

    assert took_s > 2.45  # 2.75, and a terminal that reads late has one of them at once


def test_no_colour_is_sent_where_none_is_wanted() -> None:
    with draw(NO_COLOR="1") as terminal:
        terminal.until(lambda: terminal.lines == drawn(scene(), 120, 40).splitlines())
        for colour in range(30, 38):
            assert b"\x1b[%dm" % colour not in terminal.written
            assert b";%dm" % colour not in terminal.written


def test_a_terminal_without_unicode_gets_ascii() -> None:
    with draw(PYTHONUTF8="0", PYTHONIOENCODING="ascii", columns=80, rows=24) as terminal:
        terminal.until(lambda: terminal.lines == drawn(scene(), 80, 24, unicode=False).splitlines())
        assert terminal.written.isascii()


@pytest.mark.parametrize(
    ("columns", "rows", "changes"),
    [(39, 24, {}), (80, 7, {}), (80, 24, {"TERM": "dumb"})],
    ids=["narrow", "low", "without a cursor"],
)
def test_what_cannot_be_drawn_on_is_left_to_lines(columns: int, rows: int, changes: dict[str, str]) -> None:
    with draw(columns=columns, rows=rows, **changes) as terminal:
        terminal.until(lambda: terminal.sees("lines it is"))
        terminal.until(terminal.ended)
        assert ALTERNATE[0] not in terminal.written
