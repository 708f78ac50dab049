"""Publishes dead letters: `agents.ports.Publisher` for records that are no touchpoints, whatever their size.

A record that its input topic took may be larger, with a dead letter's headers, than the dead letter topic takes. It
must not stop the worker for ever: then the letter goes out without the value and says where that lies.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from agents.ports import Outgoing
from app.engine.producer import Producer
from app.engine.publisher import refused
from models.dead_letter import provenance, without_value

_TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


class DeadLetterPublisher:
    """The dead letter topic, by hash of the key: a bad record's key may be on a wrong partition, or none."""

    def __init__(self, topic: str, producer: Callable[[], Producer], now_ms: Callable[[], int]) -> None:
        """`producer`: not idempotent; see `app.engine.producer.DeadLetterProducer`."""
        self.topic = topic
        self._producer = producer
        self._now_ms = now_ms

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        """Send all and wait for their acknowledgement; what is too large is sent again in a smaller shape."""
        try:
            sent = [await self._send(partition, record) for record in records]
            answers = await asyncio.gather(*sent, return_exceptions=True)
            for record, answer in zip(records, answers, strict=True):
                if isinstance(answer, _TOO_LARGE):
                    await self._send_smaller(partition, record)
                elif isinstance(answer, BaseException):
                    raise answer
        except KafkaError as error:
            raise refused(self.topic, partition, records, error) from error

    async def _send(self, partition: int, record: Outgoing) -> "asyncio.Future[Any]":
        """Queue a record; the future fails when it is too large for us or for the broker."""
        producer = self._producer()
        if record.key is None and record.value is None:  # aiokafka's own send refuses these
            (sent,) = await producer.send_record_batch(self.topic, partition, [record], self._now_ms())
            return sent.acknowledged
        client = producer._ensure_producer()
        headers = list(record.headers)
        try:
            queued: asyncio.Future[Any] = await client.send(
                self.topic, record.value, key=record.key, timestamp_ms=self._now_ms(), headers=headers
            )
        except _TOO_LARGE as error:
            queued = asyncio.get_running_loop().create_future()
            queued.set_exception(error)
        return queued

    async def _send_smaller(self, partition: int, record: Outgoing) -> None:
        """First as it came, but alone: it may have been its neighbours in the RecordBatch that were too large."""
        *larger, smallest = shapes(record)
        for shape in larger:
            try:
                await (await self._send(partition, shape))
            except _TOO_LARGE:
                continue
            return
        await (await self._send(partition, smallest))


def shapes(record: Outgoing) -> Iterator[Outgoing]:
    """A dead letter as it is, without its value, and without key and own headers too."""
    yield record
    told = without_value(record.headers, len(record.key or b"") + len(record.value or b""))
    yield Outgoing(record.key, None, told)
    yield Outgoing(None, None, provenance(told))
