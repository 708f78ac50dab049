"""Sees alerts as they are published: the demo prints them, measures their latency and keeps their bytes.

Plain aiokafka and `json`, no code of the worker. `once` and `live` run a `Tail` beside the feeding.
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition


class Tail:
    """An async context manager that reads the alert topic from its beginning for as long as it is open."""

    def __init__(self, broker: str, topic: str, on_alert: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
        self.values: list[bytes] = []
        """Record values as they came, redeliveries included."""
        self.seen: dict[str, tuple[float, dict[str, Any]]] = {}
        """Alert id -> when it was first seen (`time.monotonic()`), and the `trigger` it names."""
        self._consumer = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", fetch_max_wait_ms=50)
        self._topic = topic
        self._on_alert = on_alert
        self._moved = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        partitions = await partitions_of(self._consumer, self._topic)
        self._consumer.assign(partitions)
        self.reading = asyncio.create_task(self._read())
        """Never ends by itself but with an error."""
        return self

    async def __aexit__(self, *_: object) -> None:
        self.reading.cancel()
        await asyncio.gather(self.reading, return_exceptions=True)
        await self._consumer.stop()

    async def reached_end(self) -> None:
        """Return once everything published before the call has been seen. Raises what ended the reading."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        there = False
        while not there:
            self._moved.clear()
            there = await arrived(self._consumer, ends)
            moved = asyncio.create_task(self._moved.wait())
            if not there:
                await asyncio.wait({moved, self.reading}, return_when=asyncio.FIRST_COMPLETED)
            moved.cancel()
            if self.reading.done():
                self.reading.result()

    async def _read(self) -> None:
        while True:
            fetched = await self._consumer.getmany(timeout_ms=1000)
            now_s = time.monotonic()
            for records in fetched.values():
                for record in records:
                    self._take(record.value, now_s)
            self._moved.set()

    def _take(self, value: bytes, now_s: float) -> None:
        self.values.append(value)
        alert = json.loads(value)
        if alert["id"] not in self.seen:
            self.seen[alert["id"]] = (now_s, alert["trigger"])
            self._on_alert(alert)


async def partitions_of(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """All partitions of a topic that exists."""
    await consumer._client.force_metadata_update()
    return [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]


async def arrived(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """Whether everything before `ends` has been handed out.

    The embedded broker tells as end the offset behind the first record of the last batch. That is enough here: a
    batch is fetched whole and `getmany` hands out all that was fetched, so behind that record is behind the batch.
    """
    for partition, end in ends.items():
        if end > 0 and await consumer.position(partition) < end:
            return False
    return True
