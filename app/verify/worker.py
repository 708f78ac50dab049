"""One tested worker: a `kanarya worker` process that can be killed, stopped, frozen, and asked how it is.

`rig.Rig.start_worker` makes it. What it says is read from its log, its status file and the report of its drain.
"""

import asyncio
import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.dev.children import Child

LOOK_AGAIN_S: Final = 0.05
READY_S: Final = 90.0
"""Longer than a killed worker's session and the rebalance after it, on a machine that does other things too."""
STOP_S: Final = 60.0


class VerifyError(RuntimeError):
    """A run cannot go on; the message says what happened, and the mend where there is one."""


class RefusedError(VerifyError):
    """The user's cluster does not let the rig be built: no fault can be tried there."""


@dataclass(frozen=True)
class Stopped:
    """How a worker that was told to stop ended."""

    code: int | None
    took_s: float
    report: dict[str, Any] | None
    """Its books; None where it could not finish in time."""


class Worker:
    """A running or ended worker."""

    def __init__(self, child: Child, health_file: Path, report: Path) -> None:
        self.child = child
        self.name = child.name
        self.may_end = False
        """Whether it may end by itself; else the run fails when it does."""
        self._status = health_file.with_name(health_file.name + ".json")
        self._report = report

    async def ready(self, within_s: float = READY_S) -> "Worker":
        """Return once it owns its partitions and waits for records. Raises `VerifyError`."""
        await self.says("worker_ready", within_s)
        return self

    async def says(self, event: str, within_s: float = READY_S, times: int = 1) -> list[dict[str, Any]]:
        """Return its log lines of an event once there are so many. Raises `VerifyError`."""
        until_s = time.monotonic() + within_s
        while len(lines := self.lines(event)) < times:
            if not self.child.running:
                raise VerifyError(said(f"ended with code {self.child.code} before {event}", self))
            if time.monotonic() > until_s:
                raise VerifyError(said(f"did not say {event} within {within_s:g} s", self))
            await asyncio.sleep(LOOK_AGAIN_S)  # a file sends no event
        return lines

    async def serves(self, within_s: float = READY_S) -> "Worker":
        """Return once it says that it has partitions and serves them. Raises `VerifyError`."""
        await self.tells(lambda status: status["state"] == "serving" and bool(status["partitions"]), within_s)
        return self

    async def tells(self, wanted: Callable[[dict[str, Any]], bool], within_s: float) -> dict[str, Any]:
        """Return the first status from now on that is as wanted. Raises `VerifyError`."""
        asked_s = time.monotonic()
        before = self.status()
        while True:
            status = self.status()
            if status is not None and status != before and wanted(status):
                return status
            if time.monotonic() - asked_s > within_s or not self.child.running:
                raise VerifyError(said(f"did not come to it within {within_s:g} s: its status is {status}", self))
            await asyncio.sleep(LOOK_AGAIN_S)  # a file sends no event

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Its log lines of one event so far."""
        written = self.child.log.read_bytes().splitlines()
        wanted = f'"event": "{event}"'.encode()
        return [json.loads(line) for line in written if wanted in line and line.endswith(b"}")]

    def status(self) -> dict[str, Any] | None:
        """What `kanarya worker --status` would show; None before the first second."""
        try:
            found: dict[str, Any] = json.loads(self._status.read_bytes())
        except FileNotFoundError:
            return None
        return found

    async def kill(self) -> None:
        """SIGKILL, as a machine that dies; returns when it is gone."""
        self.may_end = True
        self.child.signal(signal.SIGKILL)
        await asyncio.to_thread(self.child.wait)

    async def stop(self, within_s: float = STOP_S) -> Stopped:
        """SIGTERM; returns when it has ended. One that runs longer than `within_s` is killed: its code is -9."""
        self.may_end = True
        asked_s = time.monotonic()
        self.child.signal(signal.SIGTERM)
        code = await asyncio.to_thread(self.child.wait, within_s)
        if code is None:
            self.child.signal(signal.SIGKILL)
            code = await asyncio.to_thread(self.child.wait)
        took_s = time.monotonic() - asked_s
        report = json.loads(self._report.read_bytes()) if code == 0 and self._report.exists() else None
        return Stopped(code, took_s, report)

    def freeze(self) -> None:
        """SIGSTOP: it keeps its connections and does nothing."""
        self.child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.child.signal(signal.SIGCONT)


def said(happened: str, worker: Worker) -> str:
    """One sentence and what the worker wrote last."""
    return f"{worker.name} {happened}; its last lines:\n{worker.child.last_lines()}"
