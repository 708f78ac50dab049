"""One line that says what is being read, on a terminal only; commands that read whole topics show it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def reading_progress() -> Iterator[Callable[[str], None]]:
    """Gives a function that shows where the reading is; it shows nothing where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Console(stderr=True).status("reading") as status:
        yield status.update
