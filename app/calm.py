"""Keeps a log readable while something fails over and over: `app.log` writes every line through `CalmHandler`.

A warning or error is written at once, and once more in 10 s however often it repeats, with the number of lines that it
stands for. Less important lines always pass, and so do those that tell a state: held back, "away" would come after
"back". What says them says each change once.
"""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TextIO

CALM_S: Final = 10.0
"""A warning or error of one cause is written at most once in this many seconds."""

_NUMBERS: Final = re.compile(r"0x[0-9a-f]+|\d+")
_STATES: Final = ("broker_", "rebalance_", "worker_", "drain_", "stop_")
"""Events of ours that begin so tell a state, or an end."""
_ADD_UP: Final = ("records_rejected",)
"""Events whose newest line tells all of those before it."""
_TOLD_APART: Final = ("broker", "topic", "partition", "file")
"""Keys that make one cause two; `why` besides."""

Cause = tuple[str, int, str]
"""Logger, level, and text apart from its numbers; of our own lines the event, where it happened and why."""


@dataclass
class _Seen:
    written_s: float
    held: int = 0
    last: logging.LogRecord | None = None
    """The newest line held back since."""


class CalmHandler(logging.StreamHandler[TextIO]):
    """Writes the first line of a cause; of those that repeat it within `CALM_S` the last one, with their number.

    The held one is written with the next line of whatever kind after that time, or when the process ends.
    """

    def __init__(self, stream: TextIO, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._monotonic_s = monotonic_s
        self._causes: dict[Cause, _Seen] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or hold it back; adds `repeated` to one that stands for others."""
        now_s = self._monotonic_s()
        cause = _cause(record)
        seen = self._causes.get(cause) if cause is not None else None
        if seen is not None and now_s - seen.written_s < CALM_S:
            seen.held += 1
            seen.last = record
            return
        if cause is not None:
            self._causes[cause] = _Seen(now_s)
        self._write_held(now_s)
        if seen is not None and seen.held:
            _count(record, seen.held)
        super().emit(record)

    def _write_held(self, now_s: float) -> None:
        """What was held back for long enough and has not come again since."""
        for cause, seen in [(c, s) for c, s in self._causes.items() if now_s - s.written_s >= CALM_S]:
            del self._causes[cause]
            self._write_last(seen)

    def _write_last(self, seen: _Seen) -> None:
        if seen.last is not None:
            if seen.held > 1:
                _count(seen.last, seen.held - 1)
            super().emit(seen.last)

    def close(self) -> None:
        """Write what is held back; the process ends."""
        self.acquire()
        try:
            for seen in self._causes.values():
                self._write_last(seen)
            self._causes.clear()
        finally:
            self.release()
        super().close()


def _cause(record: logging.LogRecord) -> Cause | None:
    """What a line repeats if one with the same was written shortly before; None for one that always passes."""
    if record.levelno < logging.WARNING:
        return None
    if not isinstance(record.msg, dict):
        return record.name, record.levelno, _NUMBERS.sub("#", str(record.msg))
    event = str(record.msg.get("event"))
    if event.startswith(_STATES):
        return None
    if event in _ADD_UP:
        return record.name, record.levelno, event
    where = [str(record.msg.get(name)) for name in _TOLD_APART]
    return record.name, record.levelno, "\0".join([event, *where, _NUMBERS.sub("#", str(record.msg.get("why")))])


def _count(record: logging.LogRecord, held: int) -> None:
    if isinstance(record.msg, dict):  # one of ours, on its way to the formatter
        record.msg["repeated"] = held
    else:
        record.repeated = held
