"""Exceptions in log lines by type and place, never by their words: KeyError('cus-42') would name a customer.

`app.log` formats tracebacks with `frames` and sends the libraries' records through `name_only`.
"""

import logging
import traceback
from collections.abc import Iterator

from aiokafka.errors import KafkaError


def frames(error: BaseException) -> str:
    """A traceback of files, lines, functions and types; causes first, members of a group last."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "which led to" if error.__cause__ is not None else "while it was handled"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line:
            yield f"    {frame.line}"
    yield f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, BaseExceptionGroup):
        for number, member in enumerate(error.exceptions, start=1):
            if id(member) not in seen:
                yield f"member {number}:"
                yield from _lines(member, seen)


def name_only(record: logging.LogRecord) -> bool:
    """Take the words of exceptions out of a library's record, in place; those about connections may stay.

    A filter of a handler: always true.
    """
    if isinstance(record.msg, dict):
        return True  # one of ours
    if record.name.startswith("asyncio"):  # its text shows the task and what it raised, the callback and its arguments
        record.msg, record.args = record.getMessage().partition("\n")[0].partition("(")[0], None
    elif isinstance(record.args, tuple):
        record.args = tuple(_named(each) for each in record.args)
    return True


def _named(argument: object) -> object:
    if isinstance(argument, BaseException) and not isinstance(argument, OSError | KafkaError):
        return _Name(type(argument).__name__)
    return argument


class _Name(str):
    """A name that `%r` shows as `%s` does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
