"""How far a file was sent, kept in a small file beside it: `kanarya produce --resume`."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from app.produce.lines import START, Content, Lines, Mark

_SAVE_EVERY_S: Final = 1.0


class ResumeError(Exception):
    """A resume file that does not fit, in words that name the mend."""


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    line: int
    crc: int


class Resume:
    """The resume file. A save replaces it whole, so that a crash leaves the one before."""

    def __init__(self, path: Path) -> None:
        """Read the file if there is one. Raises `ResumeError` and `OSError`."""
        self._path = path
        self._saved_s = 0.0
        self.mark = START
        """Where to go on."""
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
            self.mark = Mark(kept.line, kept.crc)
        except FileNotFoundError:
            pass
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ResumeError(f"{path} is no resume file: name another, or delete it to begin anew") from None

    def save(self, mark: Mark, *, now: bool = False) -> None:
        """Keep a newer mark; at most once a second unless it must be `now`. Raises `OSError`."""
        if not now and time.monotonic() - self._saved_s < _SAVE_EVERY_S:
            return
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.write_bytes(msgspec.json.encode(_Kept(mark.line, mark.crc)) + b"\n")
        beside.replace(self._path)
        self._saved_s = time.monotonic()
        self.mark = mark


def behind(lines: Lines, mark: Mark) -> Iterator[tuple[int, Content]]:
    """The lines behind a mark. Raises `ResumeError` if what stands before it is not what it was made of."""
    if mark.line == 0:
        yield from lines
        return
    numbered = iter(lines)
    while lines.mark.line < mark.line:
        if next(numbered, None) is None:
            break
    if lines.mark != mark:
        first = "line is not the one that was" if mark.line == 1 else f"{mark.line} lines are not those that were"
        raise ResumeError(
            f"the first {first} sent: the file has changed; "
            "undo the change, and send mended lines in a file of their own (--bad FILE keeps bad lines so). "
            "Without the resume file it is sent from its beginning, and records are counted twice whose ids are no "
            "longer known (docs/guarantees.md)"
        )
    yield from numbered


def from_line(lines: Iterable[tuple[int, Content]], first: int) -> Iterator[tuple[int, Content]]:
    """The lines from a number on."""
    return ((number, content) for number, content in lines if number >= first)
