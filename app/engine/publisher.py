"""Publishes to topics that others read: `agents.ports.Publisher` for alerts and public profiles.

These topics have as many partitions as the inputs, so a customer's records go to the partition of the same number,
and no key is hashed again.
"""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka.errors import KafkaError

from agents.ports import Outgoing, Stop
from app.counted import counted
from app.engine.producer import Producer


class TopicPublisher:
    """One topic through one producer; returns when the broker has acknowledged."""

    def __init__(self, topic: str, producer: Callable[[], Producer], now_ms: Callable[[], int]) -> None:
        self.topic = topic
        self._producer = producer
        self._now_ms = now_ms

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        """Send all and wait for their acknowledgement."""
        if not records:
            return
        try:
            sent = await self._producer().send_record_batch(self.topic, partition, records, self._now_ms())
            await asyncio.gather(*(each.acknowledged for each in sent))
        except KafkaError as error:
            raise refused(self.topic, partition, records, error) from error


def refused(topic: str, partition: int, records: Sequence[Outgoing], error: KafkaError) -> Stop:
    """What the worker stops with."""
    return Stop(
        topic, partition, None, f"the broker did not take {counted(len(records), 'record')} ({type(error).__name__})"
    )
