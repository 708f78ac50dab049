"""A terminal in memory around a real command: its pseudo-terminal is read into the screen that a person would see."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

ROOT = Path(__file__).parents[1]
ALTERNATE = b"\x1b[?1049h", b"\x1b[?1049l"
CURSOR = b"\x1b[?25l", b"\x1b[?25h"


class Terminal:
    """A context manager; the command is killed at its end if it still runs."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 120, rows: int = 40
    ) -> None:
        self.written = b""
        """Everything that came, in order."""
        self.reading = True
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._command = list(command)
        self._environment = {"TERM": "xterm-256color", **environment}

    def __enter__(self) -> Self:
        self.master, slave = pty.openpty()
        self.resize(self._screen.columns, self._screen.lines)
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no thread of a test forks
        )  # fmt: skip
        self.slave = slave
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.slave)
        os.close(self.master)

    def resize(self, columns: int, rows: int) -> None:
        """What the window manager does."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, key: bytes) -> None:
        """Press keys."""
        os.write(self.master, key)

    @property
    def lines(self) -> list[str]:
        """What a person sees."""
        return [line.rstrip() for line in self._screen.display]

    def until(self, wanted: Callable[[], object], within_s: float = 60.0) -> float:
        """Read until it holds; seconds it took. Fails with the screen when it does not."""
        begin_s = time.monotonic()
        while not wanted():
            gone_s = time.monotonic() - begin_s
            assert gone_s < within_s, "\n".join(self.lines)
            self._read(0.05)
        return time.monotonic() - begin_s

    def sees(self, text: str) -> bool:
        """Whether it stands on the screen."""
        return any(text in line for line in self.lines)

    def ended(self) -> bool:
        """Whether the command has."""
        return self.process.poll() is not None

    def _read(self, timeout_s: float) -> None:
        if not select.select([self.master], [], [], timeout_s)[0]:
            return
        data = os.read(self.master, 1 << 16)
        self.written += data
        self._stream.feed(data)
