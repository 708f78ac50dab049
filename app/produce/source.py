"""Opens what `kanarya produce` and the demo read: JSON lines or CSV, a file or standard input, plain or gzip."""

import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from app.produce.lines import GZIP, JsonLines, Lines
from app.produce.table import Table, looks_like_a_table

Form = Literal["json", "csv"]

_FORM_OF: Final[dict[str, Form]] = {
    ".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json",
}  # fmt: skip
"""By the end of a file's name; `.gz` may stand behind it."""
_PEEKED_BYTES: Final = 1 << 16


@contextmanager
def open_lines(
    path: Path | None, form: Form | None = None, *, delimiter: str | None = None, encoding: str | None = None
) -> Iterator[Lines]:
    """The lines of a file, or of standard input for None.

    Args:
        form: None goes by the file's name, and for other names by its first line.
        delimiter: between the cells of CSV; None finds it in the header row.
        encoding: of CSV; None is UTF-8, or what the file's byte order mark says.

    Raises `OSError` and `TableError`; while reading also `EOFError` and `zlib.error` for gzip that is cut short or
    damaged, and `UnicodeError` where an encoding cannot go on behind a fault.
    """
    raw: Any = io.FileIO(sys.stdin.fileno(), closefd=False) if path is None else io.FileIO(path)
    file: io.BufferedReader = io.BufferedReader(raw, _PEEKED_BYTES)
    regular = path is not None and path.is_file()
    size_bytes = path.stat().st_size if path is not None and regular else 0
    try:
        if (form or _form_of(path, file)) == "csv":
            yield Table(file, size_bytes, delimiter, encoding)
        else:
            yield JsonLines(file, size_bytes)
    finally:
        if regular:  # closing a pipe would wait for whoever still reads it
            file.close()


def _form_of(path: Path | None, file: io.BufferedReader) -> Form:
    suffixes = [suffix.lower() for suffix in path.suffixes] if path else []
    named = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else "".join(suffixes[-1:])
    if named in _FORM_OF:
        return _FORM_OF[named]
    return "csv" if looks_like_a_table(_start(file)) else "json"


def _start(file: io.BufferedReader) -> bytes:
    """The beginning of what a file holds, without reading on in it."""
    packed = file.peek(_PEEKED_BYTES)
    if not packed.startswith(GZIP):
        return packed
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(packed, _PEEKED_BYTES)
    except zlib.error:
        return b""  # reading it will say what is wrong
