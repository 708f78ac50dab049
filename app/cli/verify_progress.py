"""How far `kanarya verify` is, on standard error."""

from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

from app.terminal_bar import TerminalBar


class Progress(TerminalBar):
    """A context manager around one bar, or around lines without a terminal."""

    def __init__(self) -> None:
        super().__init__((TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()), None)

    def show(self, fault: str, phase: str, fed: int, count: int) -> None:
        """Fault, phase, records fed, records in all."""
        self.update(f"{fault}: {phase}", fed, count)
