"""How far a finite demo is, on standard error and only where a person looks; `once` tells it."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from app.dev.demo.view.writer import Writer, text_stream


class Progress:
    """A context manager around one bar; without a terminal nothing is written."""

    def __init__(self, count: int) -> None:
        console = Console(stderr=True)
        if console.is_terminal:  # one that has stopped reading must not stop the demo
            console = Console(file=text_stream(Writer(sys.stderr.fileno()), sys.stderr.encoding))
        share = TextColumn("{task.percentage:>3.0f} %")
        columns = (TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn())
        self._bar = Bar(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._task = self._bar.add_task("starting", total=count)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, fed: int, committed: int, alerts: int) -> None:
        """Records fed, records committed by the worker, distinct alerts seen."""
        self._bar.update(self._task, completed=committed, description=f"{fed:,} fed, {alerts:,} alerts")
