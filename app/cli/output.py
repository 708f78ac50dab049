"""What commands write: lines and columns for people, one JSON document or one per line for programs."""

import sys
from collections.abc import Sequence

import orjson


def line(text: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(f"{text}\n")


def error(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"kanarya: {text}\n")


def shown(value: object) -> str:
    """A value for a person; what is not known is a dash."""
    return "-" if value is None else str(value)


def columns(rows: Sequence[Sequence[str]]) -> None:
    """Rows in aligned columns; the last column runs free, so that nothing is cut."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        *cells, last = row
        line("  ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), last]).rstrip())


def json_line(value: object) -> None:
    """One JSON value on one line, flushed, so that a reader at the other end of a pipe sees it now."""
    raw_line(orjson.dumps(value))


def raw_line(value: bytes) -> None:
    """Bytes that are one JSON value already."""
    sys.stdout.flush()
    sys.stdout.buffer.write(value + b"\n")
    sys.stdout.buffer.flush()


def json_document(value: object) -> None:
    """One JSON value over several lines."""
    raw_line(orjson.dumps(value, option=orjson.OPT_INDENT_2))
