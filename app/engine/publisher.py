"""Publishes to topics that others read: `agents.ports.Publisher` for alerts, dead letters and public profiles.

A topic with as many partitions as the inputs takes a customer's records in the partition of the same number, so
no key is hashed again; any other count is met by hashing.
"""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka.errors import KafkaError

from agents.ports import Outgoing, Stop
from app.engine.producer import Producer


class TopicPublisher:
    """One topic through one producer; returns when the broker has acknowledged."""

    def __init__(
        self, topic: str, producer: Callable[[], Producer], now_ms: Callable[[], int], *, aligned: bool
    ) -> None:
        """`aligned`: the topic has the inputs' partition count, and its key is the customer."""
        self.topic = topic
        self._producer = producer
        self._now_ms = now_ms
        self._aligned = aligned

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        """Send all and wait for their acknowledgement."""
        if not records:
            return
        producer, now_ms = self._producer(), self._now_ms()
        try:
            if self._aligned:
                await asyncio.gather(*await producer.send_record_batch(self.topic, partition, records, now_ms))
            else:
                client = producer._ensure_producer()
                sent = [
                    await client.send(
                        self.topic, record.value, key=record.key, timestamp_ms=now_ms, headers=list(record.headers)
                    )
                    for record in records
                ]
                await asyncio.gather(*sent)
        except KafkaError as error:
            raise Stop(
                self.topic, partition, None, f"the broker did not take {len(records)} records ({type(error).__name__})"
            ) from error
