"""Text to a terminal or a pipe that may have stopped reading (Ctrl-S, a full pipe), without ever waiting for it.

`screen`, `lines` and `app.dev.demo.progress` write through it. A thread of its own does the waiting; what it cannot
get rid of is kept up to a bound, beyond that left out and counted. So nothing stands between a person and Ctrl-C.
"""

import contextlib
import io
import os
import select
import termios
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_MOST_BYTES: Final = 1 << 18


class ReaderGoneError(Exception):
    """Nobody can read any more: the pipe or the terminal is closed."""


class Writer(io.RawIOBase):
    """A writable stream over a file descriptor that is not its own: closing it leaves the descriptor open."""

    def __init__(self, fd: int, *, most_bytes: int = _MOST_BYTES) -> None:
        super().__init__()
        self.left_out = 0
        """Writes that found no room."""
        self._fd = fd
        self._most_bytes = most_bytes
        self._pending: deque[bytes] = deque()
        self._size_bytes = 0
        self._error: OSError | None = None
        self._moved = threading.Condition()
        threading.Thread(target=self._drain, name="writer", daemon=True).start()

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Whether a terminal is at the other end."""
        return os.isatty(self._fd)

    def fileno(self) -> int:
        """The descriptor."""
        return self._fd

    def write(self, data: "ReadableBuffer") -> int:
        """Take everything or, where the reader has stopped and the bound is reached, nothing; returns its length."""
        taken = bytes(data)
        with self._moved:
            if self._error is None and self._size_bytes + len(taken) <= self._most_bytes:
                self._pending.append(taken)
                self._size_bytes += len(taken)
                self._moved.notify_all()
            else:
                self.left_out += 1
        return len(taken)

    @property
    def idle(self) -> bool:
        """Everything taken has been written."""
        return self._size_bytes == 0

    def check(self) -> None:
        """Raise `ReaderGoneError` if so."""
        if self._error is not None:
            raise ReaderGoneError from self._error

    def finish(self, wait_s: float) -> bool:
        """Wait until everything is written, at most so long; whether it is.

        A terminal that was stopped with Ctrl-S is started again, as it would be by Ctrl-C.
        """
        with contextlib.suppress(OSError, termios.error):
            if os.isatty(self._fd) and os.tcgetpgrp(self._fd) == os.getpgrp():
                # Linux starts with TCOON only what TCOOFF has stopped.
                termios.tcflow(self._fd, termios.TCOOFF)
                termios.tcflow(self._fd, termios.TCOON)
        with self._moved:
            return self._moved.wait_for(lambda: self.idle, wait_s) and self._error is None

    def _drain(self) -> None:
        while True:
            with self._moved:
                self._moved.wait_for(lambda: len(self._pending) > 0)
                data = self._pending.popleft()
            try:
                self._write_all(data)
            except OSError as error:
                with self._moved:
                    self._error = error
                    self._pending.clear()
                    self._size_bytes = 0
                    self._moved.notify_all()
                return
            with self._moved:
                self._size_bytes -= len(data)
                self._moved.notify_all()

    def _write_all(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:  # whoever opened it set it so
                select.select([], [self._fd], [])


def text_stream(writer: Writer, encoding: str) -> io.TextIOWrapper:
    """The writer for text; what the encoding cannot say becomes a question mark."""
    return io.TextIOWrapper(writer, encoding=encoding, errors="replace", newline="", write_through=True)  # type: ignore[arg-type]  # it has no name
