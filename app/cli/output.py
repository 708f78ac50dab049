"""What commands write: lines and columns for people, one JSON document or one per line for programs.

Ids, keys and headers come from strangers, and a terminal obeys what it is sent: text for people goes out by `visible`.
"""

import sys
from collections.abc import Sequence
from typing import Final

import orjson

_LINE_BREAK: Final = ord("\n")
_OBEYED: Final = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""C0, DEL and C1, the line and paragraph separators, and what turns the direction of the text around it."""
_SEEN: Final = {code: repr(chr(code))[1:-1] for code in _OBEYED}


def visible(text: str) -> str:
    """The text with each character that a terminal would obey as its escape, such as `\\x1b`; no line break either."""
    return text.translate(_SEEN)


def line(text: str = "") -> None:
    """One line on standard output, whatever the text holds."""
    sys.stdout.write(f"{visible(text)}\n")


def block(text: str) -> None:
    """Lines on standard output that are our own, such as a page."""
    sys.stdout.write(f"{_visible_lines(text)}\n")


def error(text: str) -> None:
    """What is wrong, on standard error; mostly one line."""
    sys.stderr.write(f"kanarya: {_visible_lines(text)}\n")


def _visible_lines(text: str) -> str:
    return text.translate({code: seen for code, seen in _SEEN.items() if code != _LINE_BREAK})


def shown(value: object) -> str:
    """A value for a person; what is not known is a dash."""
    return "-" if value is None else str(value)


def columns(rows: Sequence[Sequence[str]]) -> None:
    """Rows in aligned columns; the last column runs free, so that nothing is cut."""
    rows = [[visible(cell) for cell in row] for row in rows]
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
