"""How far long work is, as lines on standard error where no terminal is: in a pipe, a file, the log of a CI job.

`app.terminal_bar` writes them in place of its bar.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Final

_EVERY_S: Final = 15.0
"""Within one phase: seldom enough to read, often enough that no job is ended for its silence."""


class PlainProgress:
    """A line whenever another phase begins, and each quarter of a minute while one lasts."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._began_s = monotonic()
        self._told: tuple[str, float] = ("", self._began_s)

    def update(self, phase: str, amount: str = "") -> None:
        """What is done now, and how far it is."""
        now_s = self._monotonic()
        before, told_s = self._told
        if phase == before and now_s - told_s < _EVERY_S:
            return
        self._told = phase, now_s
        parts = [phase, amount, f"{now_s - self._began_s:.0f} s"]
        with contextlib.suppress(OSError):  # a reader who has gone must not stop the work
            sys.stderr.write(f"kanarya: {', '.join(filter(None, parts))}\n")
            sys.stderr.flush()
