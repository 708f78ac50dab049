"""Logging, set up once per process by `app.cli`: our lines and those of faust, mode and aiokafka leave by one door.

A line is an event name and keys (`log.info("partition_taken", topic=..., partition=3)`), written as text on a
terminal and as JSON elsewhere. Customer ids and texts never appear: their keys are hidden here should one slip in,
and tracebacks show no local values. A line that repeats is written once per cause and 10 s, with a count.
"""

import logging
import os
import re
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Final, Literal, TextIO

import structlog

CALM_S: Final = 10.0
"""A warning or error of one cause is written at most once in this many seconds."""

_HIDDEN: Final = frozenset({"customer_id", "customer", "key", "value", "text", "email", "phone", "password"})
_GUESTS: Final = ("aiokafka", "asyncio", "faust", "kafka", "mode")
_NUMBERS: Final = re.compile(r"\d+")


def set_up(
    *,
    form: Literal["auto", "text", "json"] = "auto",
    level: str = "info",
    guests: str | None = None,
    stream: TextIO | None = None,
) -> None:
    """Route every log line of the process to `stream` (standard error by default).

    Args:
        form: `auto` means text on a terminal, JSON elsewhere.
        level: least important line to write: `debug`, `info`, `warning` or `error`.
        guests: the same for lines of the libraries; by default as `level`. `critical` keeps them quiet where the
            command says in a sentence of its own what went wrong.
        stream: an open text stream.
    """
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _hide,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # modules take their logger before the command has chosen the form
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(Calm())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(as_text, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _GUESTS:
        guest = logging.getLogger(name)
        guest.handlers.clear()
        guest.propagate = True
        guest.setLevel((guests or level).upper())


class Calm(logging.Filter):
    """Lets a repeated warning or error through once per `CALM_S`, with the number of lines held back meanwhile.

    One cause = one logger, one level and one text apart from its numbers. Less important lines always pass.
    """

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic_s = monotonic_s
        self._causes: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write the record; adds `repeated` to one that stands for others."""
        if record.levelno < logging.WARNING:
            return True
        now_s = self._monotonic_s()
        cause = (record.name, record.levelno, _cause(record))
        since_s, held = self._causes.get(cause, (-CALM_S, 0))
        if now_s - since_s < CALM_S:
            self._causes[cause] = (since_s, held + 1)
            return False
        self._causes = {each: seen for each, seen in self._causes.items() if now_s - seen[0] < CALM_S or seen[1]}
        self._causes[cause] = (now_s, 0)
        if held:
            _count(record, held)
        return True


def _cause(record: logging.LogRecord) -> str:
    if isinstance(record.msg, dict):  # one of ours, on its way to the formatter
        return str(record.msg.get("event"))
    return _NUMBERS.sub("#", str(record.msg))


def _count(record: logging.LogRecord, held: int) -> None:
    if isinstance(record.msg, dict):
        record.msg["repeated"] = held
    else:
        record.repeated = held


def _hide(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in _HIDDEN & event.keys():
        event[name] = "(hidden)"
    return event


def _renderers(as_text: bool, stream: TextIO) -> list[structlog.typing.Processor]:
    if as_text:
        plain = structlog.dev.plain_traceback  # the rich one prints local values
        colors = stream.isatty() and "NO_COLOR" not in os.environ
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain, timestamp_key="at")]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
