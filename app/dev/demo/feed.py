"""Feeds records onto the input topic and remembers when the broker acknowledged each; `once` and `live` call it."""

import asyncio
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from aiokafka import AIOKafkaProducer

from app.dev.simulate.record import Record
from app.partitioner import partition_of

_PACE_S: Final = 0.05


class Feeder:
    """Counts and acknowledgement times of the records fed so far."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        topic: str,
        partitions: int,
        on_sent: Callable[[Record], None] = lambda _: None,
    ) -> None:
        self.fed = 0
        """Records handed to the producer."""
        self.acked: list[dict[int, float]] = [{} for _ in range(partitions)]
        """By partition: offset -> `time.monotonic()` of its acknowledgement."""
        self._producer = producer
        self._topic = topic
        self._on_sent = on_sent
        self._failure: BaseException | None = None

    async def feed(self, records: Iterable[Record], *, per_second: float | None = None) -> None:
        """Send the records in order, as fast as the broker takes them or at a pace; returns once all are acked.

        Raises the broker's `KafkaError` if one is refused.
        """
        started_s = time.monotonic()
        for count, record in enumerate(records):
            if per_second is not None and count >= per_second * (time.monotonic() - started_s):
                await self._producer.flush()
                await asyncio.sleep(_PACE_S)
            await self._send(record)
        await self._producer.flush()
        if self._failure is not None:
            raise self._failure

    @property
    def ends(self) -> dict[int, int]:
        """Partition -> offset behind its newest acknowledged record, of the partitions that have one."""
        return {partition: max(acked) + 1 for partition, acked in enumerate(self.acked) if acked}

    async def _send(self, record: Record) -> None:
        # Records without a key are placed too, so that the same stream always lies on the topic the same way.
        partition = partition_of(record.key or b"", len(self.acked))
        sent = await self._producer.send(
            self._topic, record.value, key=record.key, partition=partition, headers=list(record.headers)
        )
        sent.add_done_callback(partial(self._on_ack, partition))
        self.fed += 1
        self._on_sent(record)

    def _on_ack(self, partition: int, sent: asyncio.Future) -> None:  # type: ignore[type-arg]  # aiokafka is untyped
        if sent.cancelled():
            return
        if sent.exception() is not None:
            self._failure = sent.exception()
        else:
            self.acked[partition][sent.result().offset] = time.monotonic()
