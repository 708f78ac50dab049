"""Feeds the touchpoints of a run at a steady rate, and remembers when the broker acknowledged each.

`run` starts it; `rig` lets a fault wait for places of the stream, hold the feed and let it go on.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from app.dev.simulate.record import Record
from app.partitioner import partition_of

_PACE_S: Final = 0.02


class Feed:
    """Records fed so far, and by partition the time of each acknowledgement."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partitions: int) -> None:
        self.fed = 0
        """Records acknowledged."""
        self.acked: list[dict[int, float]] = [{} for _ in range(partitions)]
        """By partition: offset -> `time.monotonic()` of its acknowledgement."""
        self.records: list[Record] = []
        """What was fed, in order."""
        self.ended = False
        """Whether all that `run` was given is acknowledged."""
        self._producer = producer
        self._topic = topic
        self._failure: BaseException | None = None
        self._moved = asyncio.Condition()
        self._open_to = 0
        self._going = asyncio.Event()
        self._going.set()

    async def run(self, records: Sequence[Record], per_second: float, gates: Iterable[int] = ()) -> None:
        """Send the records in order at the rate; returns once all are acknowledged.

        It stands still at each of the `gates`, places in these records, until somebody waits for a place behind the
        gate or at it: a fault that takes long is met by the same records as a quick one. What a hold or a gate delays
        is not caught up, so the rate is never exceeded. Raises the broker's `KafkaError`.
        """
        self.ended = False
        begin = 0
        began_s = time.monotonic()
        while begin < len(records):
            gate = min((place for place in gates if place > self._open_to), default=len(records))
            if begin >= gate or not self._going.is_set():
                began_s = time.monotonic() - begin / per_second
            else:
                due = min(gate, int((time.monotonic() - began_s) * per_second) + 1)
                if due > begin:
                    await self._send(records[begin:due])
                    began_s += max(0.0, time.monotonic() - began_s - due / per_second)
                    begin = due
            await asyncio.sleep(_PACE_S)
        async with self._moved:
            self.ended = True
            self._moved.notify_all()

    async def reached(self, place: int) -> None:
        """Open the gates up to a place; return once so many records are acknowledged, or all that there are."""
        self._open_to = max(self._open_to, place)
        async with self._moved:
            await self._moved.wait_for(lambda: self.fed >= place or self.ended)

    def hold(self) -> None:
        """Send nothing more until `go_on`."""
        self._going.clear()

    def go_on(self) -> None:
        """Send on after a hold."""
        self._going.set()

    @property
    def ends(self) -> dict[int, int]:
        """Partition -> offset behind its newest acknowledged record, of the partitions that have one."""
        return {partition: max(acked) + 1 for partition, acked in enumerate(self.acked) if acked}

    async def _send(self, records: Sequence[Record]) -> None:
        for record in records:
            # Records without a key are placed too, so that the same stream always lies on the topic the same way.
            partition = partition_of(record.key or b"", len(self.acked))
            headers = list(record.headers)
            sent = await self._producer.send(
                self._topic, record.value, key=record.key, partition=partition, headers=headers
            )
            sent.add_done_callback(partial(self._on_ack, partition))
        await self._producer.flush()
        if self._failure is not None:
            raise self._failure
        self.records += records
        async with self._moved:
            self.fed += len(records)
            self._moved.notify_all()

    def _on_ack(self, partition: int, sent: "asyncio.Future[Any]") -> None:
        if sent.cancelled():
            return
        if sent.exception() is not None:
            self._failure = sent.exception()
        else:
            self.acked[partition][sent.result().offset] = time.monotonic()
