"""What the engine hands over: all records of one fetch of one partition, as they came.

`app.engine.consumer` makes them, `agents.profiles` folds them.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Record(Protocol):
    """One Kafka record; aiokafka's own record class satisfies it."""

    @property
    def offset(self) -> int:
        """Place in the partition."""

    @property
    def timestamp(self) -> int:
        """When it was sent, epoch ms."""

    @property
    def timestamp_type(self) -> int:
        """0: the producer's time, 1: the broker's."""

    @property
    def key(self) -> bytes | None:
        """Customer id, UTF-8."""

    @property
    def value(self) -> bytes | None:
        """The touchpoint as it came."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """Header names and values, in order."""


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Consecutive records of one topic partition; of an input topic empty only once it is applied."""

    topic: str
    partition: int
    records: Sequence[Record]
    first_offset: int
    last_offset: int
    lag: int
    """Records behind it that the broker already held when it was fetched."""
    size_bytes: int
    """Keys and values together."""


def emptied(batch: Batch) -> Batch:
    """The batch without its records: where it lies."""
    return msgspec.structs.replace(batch, records=())


def halves(batch: Batch) -> tuple[Batch, Batch]:
    """The batch cut in two; it has at least two records."""
    middle = len(batch.records) // 2
    end_offset = batch.last_offset + 1 + batch.lag
    first, second = batch.records[:middle], batch.records[middle:]
    return (
        batch_of(batch.topic, batch.partition, first, end_offset=end_offset),
        batch_of(batch.topic, batch.partition, second, end_offset=end_offset),
    )


def batch_of(topic: str, partition: int, records: Sequence[Record], *, end_offset: int | None = None) -> Batch:
    """A batch of `records`, ascending by offset and not empty; `end_offset` is the broker's, if known."""
    last = records[-1].offset
    size = sum([len(record.value or b"") + len(record.key or b"") for record in records])
    return Batch(
        topic=topic,
        partition=partition,
        records=records,
        first_offset=records[0].offset,
        last_offset=last,
        lag=max(0, end_offset - last - 1) if end_offset is not None else 0,
        size_bytes=size,
    )
