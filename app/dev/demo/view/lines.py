"""The plain view: a line for each alert, for pipes, logs, small terminals and whoever asks for it.

`app.cli.demo` opens `Lines`, and `live` tells it.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, TextIO

from rich.console import Console

from app.counted import counted
from app.dev.demo.view.scene import Scene
from app.dev.demo.view.writer import Writer, text_stream

_CHECK_S: Final = 0.25
_FINISH_S: Final = 0.5


class Lines:
    """A context manager.

    Args:
        show: prints an alert as one line.
        out: standard output.
    """

    follows_profiles: Final = False

    def __init__(self, show: Callable[[Console, Mapping[str, Any]], None], out: TextIO) -> None:
        self._show = show
        self._writer = Writer(out.fileno())
        self._console = Console(file=text_stream(self._writer, out.encoding))

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.finish(_FINISH_S)

    def alert(self, alert: Mapping[str, Any]) -> None:
        """Print it; a reader who stopped, and reads again, is told how many are missing."""
        if self._writer.left_out and self._writer.idle:
            left_out, self._writer.left_out = self._writer.left_out, 0
            these = "it" if left_out == 1 else "them"
            self.say(f"({counted(left_out, 'line is', 'lines are')} left out: nobody read {these})")
        self._show(self._console, alert)

    def say(self, text: str) -> None:
        """Print a line of our own."""
        self._console.print(text, soft_wrap=True, highlight=False, markup=False)

    def end(self, text: str) -> None:
        """Print the last line."""
        self.say(text)

    async def watch(self, _scene: Scene) -> None:
        """Until cancelled. Raises `ReaderGoneError`."""
        while True:
            self._writer.check()
            await asyncio.sleep(_CHECK_S)
