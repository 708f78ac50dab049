"""What a fault acts on: a broker, topics and a group of its own, worker processes, the feed, and a watch beside them.

`run` opens one `Rig` for each fault and hands it to the fault's `strike`. Leaving it ends every process; on a cluster
that is not ours it deletes the topics and the group first.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import SecretStr

from app.catalogue import alerts, catalogue, changelog
from app.dev.children import Children
from app.kafka import client_options, producer
from app.settings import Settings
from app.settings.fields import PREFIX
from app.topics import apply
from app.verify.broker import Broker
from app.verify.feed import Feed
from app.verify.leftovers import delete
from app.verify.recovery import Hit
from app.verify.watch import Watch
from app.verify.worker import LOOK_AGAIN_S, RefusedError, VerifyError, Worker, said

PARTITIONS: Final = 4
WORKER: Final = (sys.executable, "-P", "-m", "app", "worker")
"""This program's, whatever lies in the folder where it is called."""
SESSION_S: Final = 6.0
"""The shortest that a broker takes as it comes: what a kill costs is mostly this."""
FED_BYTES: Final = 8 << 20
"""Largest record that is fed: what is too large is the topic's to say."""
STALL_S: Final = 120.0
"""Longest without a commit while there is work to do."""
_WORKER: Final = {
    "session_timeout_s": SESSION_S,
    "rebalance_timeout_s": SESSION_S,
    "fetch_bytes": 65_536,  # many batches, so that a worker that dies has some in its hands
    "log_format": "json",
    "log_level": "info",
}


class Rig:
    """An async context manager; `mark` makes the names of its topics and its group unlike any others."""

    def __init__(self, broker: Broker, mark: str, own: Mapping[str, object]) -> None:
        self.broker = broker
        prefix = f"verify-{mark}."
        names = {"topic_prefix": prefix, "group": f"verify-{mark}", "input_topics": f"{prefix}touchpoints"}
        self._told: dict[str, Any] = {**_WORKER, "partitions": PARTITIONS, **broker.connection, **names, **own}
        # Every field is given, so that none is taken from the caller's environment or file: a policy of theirs would
        # be another truth than the reference's.
        defaults = {name: each.get_default(call_default_factory=True) for name, each in Settings.model_fields.items()}
        self.settings = Settings(**{**defaults, **self._told})
        self.started: list[Worker] = []
        """All workers, ended ones included."""
        self.hits: list[Hit] = []
        self.figures: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _open(self) -> None:
        settings = self.settings
        if self.broker.kind == "given":
            self._stack.push_async_callback(delete, settings)
        findings = await apply(settings, catalogue(settings))
        if refused := [each for each in findings if each.fault]:
            raise RefusedError(
                f"topic {refused[0].topic}: {refused[0].fault}. `kanarya verify` makes topics of its own and deletes"
                f" them: its principal needs CREATE and DELETE on topics that begin with verify-, and the cluster as"
                f" many brokers as replication says ({settings.replication})"
            )
        children = await asyncio.to_thread(Children().__enter__)
        self._stack.push_async_callback(asyncio.to_thread, children.close)
        self._children = children
        options = client_options(settings, "verify")
        self.watch = await self._stack.enter_async_context(
            Watch(options, changelog(settings), alerts(settings), settings.partitions)
        )
        # A broker that is away for minutes costs no record; one that takes no idempotent session gets none.
        more = {"linger_ms": 5, "request_timeout_ms": 900_000, "enable_idempotence": self.broker.kind != "embedded"}
        more["max_request_size"] = FED_BYTES
        client = await self._stack.enter_async_context(producer(settings, "verify", **more))
        self.feed = Feed(client, settings.inputs[0], settings.partitions)
        # Reads the group's commits and never joins it: an admin's question the embedded broker would hang up on.
        self._group = AIOKafkaConsumer(**options, group_id=settings.group, enable_auto_commit=False)
        await self._group.start()
        self._stack.push_async_callback(self._group.stop)
        self._group.assign(self._inputs)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def _inputs(self) -> list[TopicPartition]:
        return [TopicPartition(self.settings.inputs[0], number) for number in range(self.settings.partitions)]

    @property
    def folder(self) -> Path:
        """For files of this run; goes with it."""
        return self._children.folder

    @property
    def workers(self) -> list[Worker]:
        """Those that run, oldest first."""
        return [worker for worker in self.started if worker.child.running]

    async def start_worker(
        self,
        *,
        command: Sequence[str] = WORKER,
        under: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        **own: object,
    ) -> Worker:
        """A new worker process, started and not yet ready.

        `own` are settings of its own, `under` a command to run it under, `environ` more variables; `command` is that
        of another release.
        """
        name = f"worker-{len(self.started) + 1}"
        health, report = self.folder / f"{name}.health", self.folder / f"{name}.report"
        env = self.environ(**{"health_file": health, "report_path": report, **own}) | dict(environ or {})
        child = await asyncio.to_thread(self._children.start, name, [*under, *command], env=env)
        self.started.append(Worker(child, health, report))
        return self.started[-1]

    def environ(self, **own: object) -> dict[str, str]:
        """The environment of a worker, or of another command that is to see what a worker sees."""
        told = {**self._told, **self.broker.for_workers, **own}
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return theirs | {f"{PREFIX}{name.upper()}": _written(value) for name, value in told.items()}

    async def reached(self, place: int) -> None:
        """Return once so many records have been fed."""
        await self.feed.reached(place)

    def hit(self, what: str, began_s: float | None = None) -> Hit:
        """Note that the fault has struck; recovery is measured from now.

        `began_s`: `time.monotonic()` of the beginning of a fault that lasted until now.
        """
        now_s = time.monotonic()
        lasted_s = 0.0 if began_s is None else now_s - began_s
        self.hits.append(Hit(what, self.feed.fed, now_s, time.time_ns() // 1_000_000, lasted_s))
        return self.hits[-1]

    async def committed(self) -> dict[int, int]:
        """The group's committed offset of each partition, 0 before any."""
        return {each.partition: await self._group.committed(each) or 0 for each in self._inputs}

    async def caught_up(self, stall_s: float = STALL_S) -> None:
        """Return once everything fed so far is committed. Raises `VerifyError` when nothing is for so long."""
        before: dict[int, int] = {}
        moved_s = time.monotonic()
        while True:
            self.check()
            committed = await self._patiently()
            if all(committed[partition] >= end for partition, end in self.feed.ends.items()):
                return
            if committed != before:
                before, moved_s = committed, time.monotonic()
            if time.monotonic() - moved_s > stall_s:
                logs = "\n".join(said("is up", worker) for worker in self.workers) or "no worker runs"
                raise VerifyError(f"nothing was committed for {stall_s:g} s, {committed} of {self.feed.ends}: {logs}")
            await asyncio.sleep(LOOK_AGAIN_S * 2)  # a commit sends no event

    async def _patiently(self) -> dict[int, int]:
        """Commits; while the broker is away, those known last are not moved."""
        try:
            return await self.committed()
        except KafkaError:
            return dict.fromkeys(range(self.settings.partitions), 0)

    def check(self) -> None:
        """Raise `VerifyError` if a worker has ended by itself."""
        for worker in self.started:
            if not worker.child.running and not worker.may_end:
                raise VerifyError(said(f"ended by itself with code {worker.child.code}", worker))


def _written(value: object) -> str:
    """A setting as its variable holds it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
