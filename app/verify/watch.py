"""Sees from outside when states become durable and alerts come out: a consumer of changelog and alerts, no worker code.

`rig` runs one beside the workers; `recovery` turns what it saw into times. Each RecordBatch of a partition's states
holds one meta record (key 0x00) whose envelope says the epoch and the last applied offset; docs/architecture.md
describes the bytes.
"""

import asyncio
import json
import struct
import time
from typing import Any, Final, NamedTuple, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from app.dev.demo.tail import partitions_of
from app.verify.worker import READY_S, VerifyError

META_KEY: Final = b"\x00"
_HEAD: Final = struct.Struct(">BIQB")
_APPLIED: Final = struct.Struct(">BQ")


class Applied(NamedTuple):
    """A partition moved."""

    seen_s: float
    """`time.monotonic()` when it was read here."""
    stamp_ms: int
    """When the worker wrote it, by its clock."""
    epoch: int
    offset: int
    """Last applied offset of the input topic, -1 before the first."""


class Watch:
    """An async context manager; reads from the beginning for as long as it is open."""

    def __init__(self, options: dict[str, Any], changelog: str, alerts: str, partitions: int) -> None:
        self.applied: list[list[Applied]] = [[] for _ in range(partitions)]
        self.alerts: dict[str, tuple[float, int, int]] = {}
        """Alert id -> when it was first seen (`time.monotonic()`), partition and offset of its trigger."""
        self._changelog, self._alerts = changelog, alerts
        self._moved = asyncio.Condition()
        self._consumer = AIOKafkaConsumer(**options, auto_offset_reset="earliest", fetch_max_wait_ms=50)

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        told = [await partitions_of(self._consumer, topic) for topic in (self._changelog, self._alerts)]
        self._consumer.assign([partition for each in told for partition in each])
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._consumer.stop()

    async def next_applied(self, within_s: float = READY_S) -> None:
        """Return when a partition has moved after the call; there must be something to apply. Raises `VerifyError`."""
        try:
            async with asyncio.timeout(within_s), self._moved:
                await self._moved.wait()
        except TimeoutError:
            raise VerifyError(f"no partition's states moved within {within_s:g} s") from None

    def stale_writes(self) -> int:
        """How many RecordBatches an owner of the past wrote to the changelog behind one of a newer owner."""
        count = 0
        for seen in self.applied:
            newest = 0
            for each in seen:
                newest = max(newest, each.epoch)
                count += each.epoch < newest
        return count

    async def _read(self) -> None:
        while True:
            try:
                fetched = await self._consumer.getmany(timeout_ms=1000)
            except KafkaError:
                continue  # the broker is away: aiokafka pauses before it tries again
            now_s = time.monotonic()
            before = sum(map(len, self.applied))
            for partition, records in fetched.items():
                if partition.topic == self._alerts:
                    for record in records:
                        self._see_alert(record.value, now_s)
                    continue
                for record in records:
                    if record.key == META_KEY and record.value:
                        moved = Applied(now_s, record.timestamp, *applied_of(record.value))
                        self.applied[partition.partition].append(moved)
            if sum(map(len, self.applied)) > before:
                async with self._moved:
                    self._moved.notify_all()

    def _see_alert(self, value: bytes, now_s: float) -> None:
        alert = json.loads(value)
        trigger = alert["trigger"]
        self.alerts.setdefault(alert["id"], (now_s, trigger["partition"], trigger["offset"]))


def applied_of(value: bytes) -> tuple[int, int]:
    """Epoch and last applied offset (-1 before the first) out of a meta record."""
    _, epoch, _, topics = _HEAD.unpack_from(value)
    return epoch, _APPLIED.unpack_from(value, _HEAD.size)[1] if topics else -1
