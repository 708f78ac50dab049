"""The demo's stage: an embedded broker with its topics, and a worker as a process of its own that can be killed.

`once` and `live` open a `Stage`; leaving it ends every process and removes every file, as does the death of the demo.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.catalogue import catalogue
from app.dev.broker import start_broker
from app.dev.children import Child, Children
from app.settings import Settings
from app.topics import apply

PARTITIONS: Final = 4
_LOOK_AGAIN_S: Final = 0.1
_STALL_S: Final = 90.0
"""Longer than a killed worker's session and the rebalance after it."""
_DRAIN_S: Final = 30.0


class DemoError(RuntimeError):
    """The demo cannot go on; the message says what happened and shows the worker's last lines."""


class WorkerKilledError(DemoError):
    """The worker was killed with SIGKILL, by whomever."""

    def __init__(self) -> None:
        super().__init__("the worker was killed: start the demo again")


class Stage:
    """An async context manager; inside, `settings` reach the broker and `start_worker` may be called."""

    settings: Settings

    async def __aenter__(self) -> Self:
        self._children = await asyncio.to_thread(Children().__enter__)
        try:
            _, address = await asyncio.to_thread(start_broker, self._children)
            overrides = {
                "broker": address,
                "security": "plaintext",
                "group": "kanarya-demo",
                "topic_prefix": "kanarya.",
                "input_topics": "kanarya.touchpoints",
                "start": "earliest",
                "partitions": str(PARTITIONS),
                "replication": "1",
                # The embedded broker waits out the rebalance timeout whenever a worker comes.
                "session_timeout_s": "6",
                "rebalance_timeout_s": "6",
                "log_format": "json",
                "log_level": "info",
                "report_path": str(self._children.folder / "report.json"),
            }
            self._env = {**os.environ, **{f"KANARYA_{name.upper()}": value for name, value in overrides.items()}}
            self.settings = Settings(**overrides)  # type: ignore[arg-type]  # pydantic reads the texts
            faults = [each for each in await apply(self.settings, catalogue(self.settings)) if each.fault]
            if faults:
                raise DemoError(f"topic {faults[0].topic} {faults[0].fault}")
            # Reads the group's committed offsets and never joins it: an admin's question the broker would hang up on.
            options = {"bootstrap_servers": address, "group_id": self.settings.group, "enable_auto_commit": False}
            self._group = AIOKafkaConsumer(**options)
            await self._group.start()
        except BaseException:
            await asyncio.to_thread(self._children.close)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._group.stop()
        await asyncio.to_thread(self._children.close)

    async def start_worker(self) -> None:
        """Start a worker process on this stage's broker, the first or after the end of the one before."""
        log = self._children.folder / "worker.log"
        self._log_begin = log.stat().st_size if log.exists() else 0
        command = [sys.executable, "-m", "app", "worker"]
        self.worker = await asyncio.to_thread(self._children.start, "worker", command, env=self._env)

    async def worker_ready(self) -> None:
        """Return once the worker owns its partitions and waits for records. Raises `DemoError`."""
        until_s = time.monotonic() + _STALL_S
        while b'"event": "worker_ready"' not in self.worker.log.read_bytes()[self._log_begin :]:
            self._check_running()
            if time.monotonic() > until_s:
                raise DemoError(said(f"was not ready within {_STALL_S:g} s", self.worker))
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def kill_worker(self) -> None:
        """SIGKILL the worker, as a machine that dies would, and wait until it is gone."""
        self.worker.signal(signal.SIGKILL)
        await asyncio.to_thread(self.worker.wait)

    async def drain_worker(self) -> dict[str, Any]:
        """SIGTERM the worker, wait until it has finished, and return its report. Raises `DemoError`."""
        self.worker.signal(signal.SIGTERM)
        code = await asyncio.to_thread(self.worker.wait, _DRAIN_S)
        if code != 0:
            happened = "did not drain in time" if code is None else f"ended with code {code} instead of draining"
            raise DemoError(said(happened, self.worker))
        written = self._children.folder / "report.json"
        if not written.exists():
            raise DemoError(said("was stopped before it had finished what it had begun", self.worker))
        report: dict[str, Any] = json.loads(written.read_bytes())
        return report

    async def commits(self, *, every_s: float = _LOOK_AGAIN_S) -> AsyncIterator[dict[int, int]]:
        """The committed offset of each partition (0 before any), again and again, until the caller has seen enough.

        Raises `WorkerKilledError` when the worker was killed, `DemoError` when it ends by itself, or when nothing is
        committed for 90 s.
        """
        partitions = [TopicPartition(self.settings.inputs[0], number) for number in range(PARTITIONS)]
        self._group.assign(partitions)
        before: dict[int, int] = {}
        moved_s = time.monotonic()
        while True:
            committed = {each.partition: await self._group.committed(each) or 0 for each in partitions}
            if committed != before:
                before, moved_s = committed, time.monotonic()
            yield committed
            self._check_running()
            if time.monotonic() - moved_s > _STALL_S:
                at = ", ".join(f"{partition}@{offset}" for partition, offset in committed.items())
                raise DemoError(said(f"has committed nothing for {_STALL_S:g} s (partition@offset {at})", self.worker))
            await asyncio.sleep(every_s)

    def _check_running(self) -> None:
        if not self.worker.running:
            if self.worker.code == -signal.SIGKILL:
                raise WorkerKilledError
            raise DemoError(said(f"ended by itself with code {self.worker.code}", self.worker))


def said(happened: str, worker: Child) -> str:
    """One sentence and what the worker wrote last."""
    return f"the worker {happened}; its last lines:\n{worker.last_lines()}"
