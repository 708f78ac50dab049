"""Logging, set up once per process by `app.cli`: our lines and those of faust, mode and aiokafka leave by one door.

A line is an event name and keys (`log.info("partition_taken", topic=..., partition=3)`), written as text on a
terminal and as JSON elsewhere; docs/logs.md has every event. Customer ids and texts never appear: a customer is told by
a keyed hash, other keys are hidden should one slip in, exceptions show no words and no local values (`app.wordless`),
and lines of the libraries that hold whole records are left out. `app.calm` keeps a line that repeats to one in 10 s.
"""

import hmac
import logging
import os
import secrets
import sys
from collections.abc import MutableMapping
from functools import partial
from typing import Any, Final, Literal, TextIO

import structlog

from app.calm import CalmHandler
from app.wordless import frames, name_only

_HASHED: Final = frozenset({"customer_id", "customer"})
_HIDDEN: Final = frozenset({"key", "value", "text", "email", "phone", "password"})
_HASH_DIGITS: Final = 12
_GUESTS: Final = ("aiokafka", "asyncio", "faust", "kafka", "mode")
_HOLD_RECORDS: Final = ("aiokafka.conn", "aiokafka.producer.producer", "faust.agents.agent", "faust.topics")
"""Loggers of the libraries whose debug lines show keys and values."""
_OF_THIS_PROCESS: Final = secrets.token_bytes(32)


def set_up(
    *,
    form: Literal["auto", "text", "json"] = "auto",
    level: str = "info",
    guests: str | None = None,
    key: bytes | None = None,
    stream: TextIO | None = None,
) -> None:
    """Route every log line of the process to `stream` (standard error by default).

    Args:
        form: `auto` means text on a terminal, JSON elsewhere.
        level: least important line to write: `debug`, `info`, `warning` or `error`.
        guests: the same for lines of the libraries; by default as `level`. `critical` keeps them quiet where the
            command says in a sentence of its own what went wrong.
        key: under which customer ids are hashed (`customer_hash`); by default one of this process's own.
        stream: an open text stream.
    """
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        partial(_hide, key or _OF_THIS_PROCESS),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # modules take their logger before the command has chosen the form
    )
    handler = CalmHandler(stream)
    handler.addFilter(_holds_no_record)
    handler.addFilter(name_only)
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


def customer_hash(customer_id: str, key: bytes) -> str:
    """A customer in a log line: 12 hex digits of HMAC-SHA256. Ids are short and guessed easily, hence the key."""
    return hmac.digest(key, customer_id.encode(), "sha256").hex()[:_HASH_DIGITS]


def _holds_no_record(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO or record.name not in _HOLD_RECORDS


def _hide(key: bytes, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in _HASHED & event.keys():
        event[name] = customer_hash(str(event[name]), key)
    for name in _HIDDEN & event.keys():
        event[name] = "(hidden)"
    return event


def _order(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """When, how important and what at the beginning of a line, for the eye."""
    first = {name: event[name] for name in ("at", "level", "event") if name in event}
    return {**first, **event}


def _renderers(as_text: bool, stream: TextIO) -> list[structlog.typing.Processor]:
    if as_text:
        colors = stream.isatty() and "NO_COLOR" not in os.environ
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=_write_frames, timestamp_key="at")]
    return [structlog.processors.ExceptionRenderer(_frames), _order, structlog.processors.JSONRenderer()]


def _frames(exc_info: structlog.typing.ExcInfo) -> str:
    return frames(exc_info[1])


def _write_frames(stream: TextIO, exc_info: structlog.typing.ExcInfo) -> None:
    stream.write("\n" + _frames(exc_info))
