"""A broker of a test's own that can go away and come back at the same address, as the process it is."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from app.dev.broker import cluster_id
from app.dev.children import Child, Children
from tests.integration.patience import until

_UP_S: Final = 60.0


class Outage:
    """Over a running broker process; `children` hold the process that follows it."""

    def __init__(self, child: Child, address: str, children: Children) -> None:
        process = psutil.Process(child.pid)
        self._command, self._cwd = process.cmdline(), Path(process.cwd())
        self._child = child
        self._children = children
        self.address = address

    def crash(self) -> None:
        """The process is gone, as after a power cut; what it had on disk stays."""
        self._end(signal.SIGKILL)

    def leave(self) -> None:
        """It is shut down in order, which an Apache Kafka comes back from ten seconds sooner."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        self._child.signal(how)
        assert self._child.wait(10) is not None

    def restart(self) -> None:
        """The same command again; returns once it answers."""
        started_s = time.monotonic()
        self._child = self._children.start(f"broker-{started_s:.0f}", self._command, cwd=self._cwd, env=os.environ)
        until(self._answers, f"an answer of the broker: {self._child.last_lines()}", _UP_S)

    def freeze(self) -> None:
        """The process is there and does nothing: its connections hang."""
        self._child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._child.signal(signal.SIGCONT)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It does nothing inside, and goes on behind, whatever came of it."""
        self.freeze()
        try:
            yield
        finally:
            self.thaw()

    def _answers(self) -> bool:
        host, _, port = self.address.rpartition(":")
        return cluster_id(host, int(port), timeout_s=1.0) is not None
