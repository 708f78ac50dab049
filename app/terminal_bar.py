"""One bar for long work, on standard error; the demo and `kanarya verify` fill it.

Where no person looks, lines say the same (`app.plain_progress`).
"""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, ProgressColumn

from app.dev.demo.view.writer import Writer, text_stream
from app.plain_progress import PlainProgress


class TerminalBar:
    """A context manager around one bar."""

    def __init__(self, columns: Sequence[ProgressColumn], total: int | None) -> None:
        console = Console(stderr=True)
        self._plain = None if console.is_terminal else PlainProgress()
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

    def update(self, phase: str, completed: int, total: int, details: str = "") -> None:
        """What is done now, and how much of it; `details` may change with each call, a phase may not."""
        if self._plain is not None:
            amount = f"{completed:,} of {total:,}"
            self._plain.update(phase, f"{amount}, {details}" if details else amount)
        else:
            description = f"{phase}, {details}" if details else phase
            self._bar.update(self._task, description=description, completed=completed, total=total)
