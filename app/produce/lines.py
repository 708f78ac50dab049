"""Numbered lines of a file or of standard input, plain or gzip; `app.produce.records` reads them."""

import gzip
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_GZIP: Final = b"\x1f\x8b"


class Lines:
    """Iterates over (number, line): numbers from 1, lines without their end, blank ones left out."""

    def __init__(self, file: io.BufferedReader, size_bytes: int = 0) -> None:
        self.size_bytes = size_bytes
        """Length of the file as it lies on disk, 0 when unknown."""
        self._file = file
        self._text: Iterable[bytes] = gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP) else file

    @property
    def read_bytes(self) -> int:
        """How far the file has been read, as it lies on disk."""
        return self._file.tell() if self.size_bytes else 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(self._text, 1):
            if text := line.strip():
                yield number, text


@contextmanager
def open_lines(path: Path | None) -> Iterator[Lines]:
    """The lines of a file, or of standard input for None.

    Raises `OSError`, and `EOFError` for gzip that is cut short, while reading too.
    """
    if path is None:
        yield Lines(io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False)))
        return
    with path.open("rb") as file:
        yield Lines(file, path.stat().st_size)
