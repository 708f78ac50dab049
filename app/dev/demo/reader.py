"""Reads what came out, as any consumer would: plain aiokafka and `json`, no code of the worker, no group.

`once` calls it after the worker has drained, and compares `Outcome` with the manifest of what was fed.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from app.dev.demo.tail import arrived, partitions_of


@dataclass
class Outcome:
    """What stands on the output topics."""

    profiles: dict[str, bytes] = field(default_factory=dict)
    """Customer id -> newest public profile, as its bytes."""
    touchpoints: dict[str, int] = field(default_factory=dict)
    """Customer id -> touchpoints its profile counts."""
    duplicates: int = 0
    """Sum of the profiles' duplicates."""
    rejected: dict[tuple[str, int, int], dict[str, Any]] = field(default_factory=dict)
    """(topic, partition, offset) of the source record -> its dead letter; sent twice, it is one."""


async def read_outcome(broker: str, profiles: str, dead_letters: str) -> Outcome:
    """Read both topics from the first to the last record."""
    outcome = Outcome()
    async for record in _records(broker, profiles):
        customer_id = record.key.decode()
        if record.value is None:
            outcome.profiles.pop(customer_id, None)
        else:
            outcome.profiles[customer_id] = record.value
    for customer_id, value in outcome.profiles.items():
        profile = json.loads(value)
        outcome.touchpoints[customer_id] = profile["touchpoints"]
        outcome.duplicates += profile["duplicates"]
    async for record in _records(broker, dead_letters):
        outcome.rejected[place_of(record)] = _dead_letter(record)
    return outcome


async def _records(broker: str, topic: str) -> AsyncIterator[ConsumerRecord]:
    """Everything on a topic at the time of the call, in the order of each partition."""
    async with _consumer(broker) as consumer:
        consumer.assign(await partitions_of(consumer, topic))
        ends = await consumer.end_offsets(consumer.assignment())
        while not await arrived(consumer, ends):
            fetched = await consumer.getmany(timeout_ms=1000)
            for records in fetched.values():
                for record in records:
                    yield record


@asynccontextmanager
async def _consumer(broker: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


def place_of(record: ConsumerRecord) -> tuple[str, int, int]:
    """Topic, partition and offset of the source record of a dead letter."""
    headers = dict(record.headers)
    partition, offset = headers["kafka_dlt-original-partition"], headers["kafka_dlt-original-offset"]
    return (
        headers["kafka_dlt-original-topic"].decode(),
        int.from_bytes(partition, "big"),
        int.from_bytes(offset, "big"),
    )


def _dead_letter(record: ConsumerRecord) -> dict[str, Any]:
    """A dead letter as one JSON object; bytes that are no UTF-8 are shown as escapes."""
    headers = dict(record.headers)
    topic, partition, offset = place_of(record)
    return {
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "reason": headers["kanarya-reason"].decode(),
        "detail": headers["kanarya-detail"].decode(),
        "key": _text(record.key),
        "value": _text(record.value),
    }


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="backslashreplace")
