"""How far a finite demo is, on standard error; `once` tells it."""

from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

from app.counted import counted
from app.terminal_bar import TerminalBar


class Progress(TerminalBar):
    """A context manager around one bar, or around lines without a terminal."""

    def __init__(self, count: int) -> None:
        share = TextColumn("{task.percentage:>3.0f} %")
        super().__init__((TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn()), count)
        self._count = count
        self._phase = "starting"
        self._committed = 0

    def begin(self, phase: str) -> None:
        """Another phase."""
        self._phase = phase
        self.update(phase, self._committed, self._count)

    def show(self, fed: int, committed: int, alerts: int) -> None:
        """Records fed, records committed by the worker, distinct alerts seen."""
        self._committed = committed
        self.update(self._phase, committed, self._count, f"{fed:,} fed, {counted(alerts, 'alert', form=',')}")
