"""One bar for long work, on standard error and only where a person looks; the demo and `kanarya verify` fill it."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, ProgressColumn

from app.dev.demo.view.writer import Writer, text_stream


class TerminalBar:
    """A context manager around one bar; without a terminal nothing is written."""

    def __init__(self, columns: Sequence[ProgressColumn], total: int | None) -> None:
        console = Console(stderr=True)
        if console.is_terminal:  # one that has stopped reading must not stop the work
            console = Console(file=text_stream(Writer(sys.stderr.fileno()), sys.stderr.encoding))
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._task = self._bar.add_task("starting", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, description: str, completed: int, total: int) -> None:
        """What is done now, and how much of it."""
        self._bar.update(self._task, description=description, completed=completed, total=total)
