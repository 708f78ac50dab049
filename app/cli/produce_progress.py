"""The progress bar of `kanarya produce`: how far, how many, how fast; on a terminal only."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.produce.lines import Lines

_SHOW_EVERY_S = 0.1


@contextmanager
def progress(lines: Lines, what: str) -> Iterator[Callable[[int], None]]:
    """Yields what is to be called with how many more are done; `what` is the word for them."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (BarColumn(), TextColumn("{task.fields[done]:,} {task.description}, {task.fields[rate]:,.0f}/s"))
    started_s = shown_s = time.monotonic()
    done = 0
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=lines.size_bytes or None, done=0, rate=0.0)

        def on_done(count: int) -> None:
            nonlocal done, shown_s
            done += count
            now_s = time.monotonic()
            if now_s - shown_s >= _SHOW_EVERY_S:
                shown_s = now_s
                bar.update(task, completed=lines.read_bytes, done=done, rate=done / (now_s - started_s))

        yield on_done
