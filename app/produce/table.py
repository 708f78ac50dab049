"""CSV with a header row, as exports write it: rows with their line numbers, by column name.

`app.produce.source` opens one; `app.produce.cells` makes touchpoints of its rows where no map does.
"""

import codecs
import csv
import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from app.counted import counted
from app.produce.lines import START, Broken, Mark, unpacked

_DELIMITERS: Final = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PEEKED_BYTES: Final = 1 << 16
_NO_ROW: Final = "value: a quote that is not closed or not doubled, or a cell of more than 128 KiB"


class TableError(Exception):
    """A file that cannot be read as CSV, in words that name the mend."""


class Table:
    """The rows of a CSV file; see `app.produce.lines.Lines`.

    A row is numbered by its first line, since a cell in quotes may hold several. Empty cells are left out of it.
    """

    def __init__(
        self, file: io.BufferedReader, size_bytes: int = 0, delimiter: str | None = None, encoding: str | None = None
    ) -> None:
        """Read the header. Raises `TableError`.

        Args:
            delimiter: between cells; None for the one that the header has most of.
            encoding: None for UTF-8, or what the byte order mark says.
        """
        text = unpacked(file)
        start = text.peek(_PEEKED_BYTES)
        self.size_bytes = size_bytes
        self._encoding = encoding or _encoding_of(start)
        self._file = file
        # Bytes that are no text become lone surrogates, so that one bad row stays one bad row.
        self._text = io.TextIOWrapper(text, self._encoding, "surrogateescape", newline="")
        self._line, self._crc = START
        self._taken: list[str] = []
        # One for the whole of the file: a byte order mark stands before the header row only.
        self._encoder = codecs.getincrementalencoder(self._encoding)()
        delimiter = delimiter or delimiter_of(start.decode(self._encoding, "replace"))
        self._rows = csv.reader(self._read_lines(), delimiter=delimiter, strict=True)
        self.columns = self._header()
        self.header = self.raw()
        self.mark = Mark(self._line, self._crc)

    @property
    def read_bytes(self) -> int:
        """How far the file has been read, as it lies on disk."""
        return self._file.tell() if self.size_bytes else 0

    def raw(self) -> bytes:
        """The row that was given last as it came, with its end; at most once for each."""
        text = "".join(self._taken)
        text += "" if text.endswith(("\n", "\r")) else "\n"
        try:
            self._encoder.errors = "surrogateescape"
            return self._encoder.encode(text)
        except UnicodeEncodeError:  # a part of a character, in an encoding of two bytes and more
            self._encoder.errors = "replace"
            return self._encoder.encode(text)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str] | Broken]]:
        while True:
            number = self._line + 1
            self._taken.clear()
            try:
                cells = next(self._rows)
                content = self._row(cells)
            except StopIteration:
                return
            except csv.Error:
                cells, content = [""], Broken("not_csv", _NO_ROW)
            if cells:  # a blank line has none
                self.mark = Mark(self._line, self._crc)
                yield number, content

    def _row(self, cells: Sequence[str]) -> dict[str, str] | Broken:
        if len(cells) != len(self.columns):
            return Broken("not_csv", f"value: {counted(len(cells), 'cell')}, and the header has {len(self.columns)}")
        if not _is_text(cells):
            return Broken("not_utf8", f"value: is not {self._encoding}; --encoding names another")
        return {name: cell for name, cell in zip(self.columns, cells, strict=True) if cell and not cell.isspace()}

    def _header(self) -> tuple[str, ...]:
        try:
            cells = next(self._rows, None)
        except csv.Error:
            cells = None
        if not cells:
            raise TableError("has no header row: the first line of CSV names the columns")
        if not _is_text(cells):
            raise TableError(f"has a header row that is not {self._encoding}: name its encoding with --encoding")
        columns = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
        if twice := sorted({name for name in columns if name and columns.count(name) > 1}):
            raise TableError(f"has more than one column {', '.join(twice)}: rename one of them")
        return columns

    def _read_lines(self) -> Iterator[str]:
        """The lines, counted as the CSV reader takes them: it takes those of one row and not one more."""
        for line in self._text:
            self._line += 1
            self._taken.append(line)
            if text := line.strip():
                self._crc = zlib.crc32(text.encode("utf-8", "surrogatepass"), self._crc)
            yield line


def delimiter_of(text: str) -> str:
    """The character that parts the cells of a header row: the one it has most of, outside quotes."""
    header = next(iter(text.lstrip().splitlines()), "")
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def looks_like_a_table(start: bytes) -> bool:
    """Whether a file begins with a row of names rather than with JSON."""
    text = start.decode(_encoding_of(start), "replace")
    header = next(iter(text.lstrip("\ufeff \t\r\n").splitlines()), "")
    return not header.startswith(("{", "[")) and delimiter_of(header) in header


def _encoding_of(start: bytes) -> str:
    """What the byte order mark says, UTF-8 without one."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), "utf-8")


def _is_text(cells: Sequence[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
