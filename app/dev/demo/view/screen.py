"""The live view: a scene drawn over the whole terminal, at most four times a second, and the terminal as it was after.

`app.cli.demo` opens a `Screen` where a person looks at a terminal that can be drawn on, and `live` tells it.
"""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from typing import Any, Final, TextIO

from rich.console import Console, ConsoleDimensions
from rich.live import Live

from app.dev.demo.view.page import page
from app.dev.demo.view.scene import Scene
from app.dev.demo.view.writer import Writer, text_stream

_REDRAW_S: Final = 0.25
_FINISH_S: Final = 0.5
_LEAST_COLUMNS: Final = 40
_LEAST_ROWS: Final = 8
"""Below these lines say more."""


def can_be_drawn_on(out: TextIO) -> bool:
    """Whether it is a terminal with a cursor and some room."""
    if not out.isatty() or os.environ.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return False
    size = os.get_terminal_size(out.fileno())
    return size.columns >= _LEAST_COLUMNS and size.lines >= _LEAST_ROWS


class Screen:
    """A context manager around the drawn terminal, `out`."""

    follows_profiles: Final = True

    def __init__(self, out: TextIO) -> None:
        self._fd = out.fileno()
        self._writer = Writer(self._fd)
        self._console = Console(file=text_stream(self._writer, out.encoding), legacy_windows=False)
        self._unicode = out.encoding.lower().startswith("utf")
        self._live = Live(
            console=self._console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def __enter__(self) -> "Screen":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        self._writer.finish(_FINISH_S)

    def alert(self, alert: Mapping[str, Any]) -> None:
        """The scene has it."""

    def say(self, text: str) -> None:
        """The scene shows it."""

    def end(self, text: str) -> None:
        """Give the terminal back and print the last line."""
        self._live.stop()
        self._console.print(text, soft_wrap=True, highlight=False, markup=False)

    async def watch(self, scene: Scene) -> None:
        """Draw until cancelled. Raises `ReaderGoneError`."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTSTP, self._pause)
        while True:
            self._writer.check()
            scene.tick(time.monotonic())
            if self._writer.idle:  # else the terminal has stopped reading: the next picture will be newer
                self._draw(scene)
            await asyncio.sleep(_REDRAW_S)

    def _pause(self) -> None:
        """Ctrl-Z: give the terminal back, stop, and draw again once somebody says `fg`."""
        self._live.stop()
        self._writer.finish(_FINISH_S)
        os.kill(os.getpid(), signal.SIGSTOP)
        self._live.start()

    def _draw(self, scene: Scene) -> None:
        size = os.get_terminal_size(self._fd)
        self._console.size = ConsoleDimensions(*size)
        self._live.update(page(scene, size.columns, size.lines, unicode=self._unicode), refresh=True)
