"""A file as numbered lines, plain or gzip; `app.produce.source` opens one, `app.produce.records` makes records of it.

JSON lines are read here, rows of CSV by `app.produce.table`.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

GZIP: Final = b"\x1f\x8b"
"""What gzip begins with."""


class Mark(NamedTuple):
    """How far a file is read.

    The checksum leaves out blank lines and white space at the ends of lines: a file to which lines were added still
    has the same one at the same line.
    """

    line: int
    """Number of the last line read, 0 before the first."""
    crc: int
    """CRC-32 of everything up to there."""


START: Final = Mark(0, 0)


class Broken(NamedTuple):
    """A row that cannot be read; told as a `BadLine` is."""

    reason: str
    detail: str


Content = bytes | dict[str, str] | Broken
"""A line of JSON, or a row by its column names without its empty cells, or why it is neither."""


class Lines(Protocol):
    """What both forms of a file give."""

    size_bytes: int
    """Length of the file as it lies on disk, 0 when unknown."""
    mark: Mark
    """How far it is read with the line that was given last; a row of CSV may take several lines."""
    columns: tuple[str, ...]
    """Names in the header row of CSV; none for JSON."""
    header: bytes
    """The header row of CSV as it came, with its end; empty for JSON."""

    @property
    def read_bytes(self) -> int:
        """How far the file has been read, as it lies on disk."""

    def raw(self) -> bytes:
        """The line that was given last as it came, with its end."""

    def __iter__(self) -> Iterator[tuple[int, Content]]:
        """The number of a line, from 1, and what it holds; blank ones are left out."""


class JsonLines:
    """One JSON value a line, without the white space around it."""

    def __init__(self, file: io.BufferedReader, size_bytes: int = 0) -> None:
        self.size_bytes = size_bytes
        self.mark = START
        self.columns: tuple[str, ...] = ()
        self.header = b""
        self._given = b""
        self._file = file
        self._text = unpacked(file)

    @property
    def read_bytes(self) -> int:
        """How far the file has been read, as it lies on disk."""
        return self._file.tell() if self.size_bytes else 0

    def raw(self) -> bytes:
        """The line that was given last, without white space around it, with its end."""
        return self._given + b"\n"

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        crc = 0
        for number, line in enumerate(self._text, 1):
            if text := line.strip():
                crc = zlib.crc32(text, crc)
                self.mark = Mark(number, crc)
                self._given = text
                yield number, text


def unpacked(file: io.BufferedReader) -> io.BufferedReader | gzip.GzipFile:
    """The file itself, or what is in it if it is gzip, whatever its name says."""
    return gzip.GzipFile(fileobj=file) if file.peek(2).startswith(GZIP) else file
