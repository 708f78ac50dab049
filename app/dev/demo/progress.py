"""How far a finite demo is, on standard error and only where a person looks; `once` tells it."""

from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

from app.counted import counted
from app.terminal_bar import TerminalBar


class Progress(TerminalBar):
    """A context manager around one bar; without a terminal nothing is written."""

    def __init__(self, count: int) -> None:
        share = TextColumn("{task.percentage:>3.0f} %")
        super().__init__((TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn()), count)
        self._count = count

    def show(self, fed: int, committed: int, alerts: int) -> None:
        """Records fed, records committed by the worker, distinct alerts seen."""
        self.update(f"{fed:,} fed, {counted(alerts, 'alert', form=',')}", committed, self._count)
