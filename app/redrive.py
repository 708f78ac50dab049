"""Sends dead letters back to the topics they came from; `kanarya dlq redrive` calls `redrive` with those to be sent.

Key and value go as they came, with the record's own headers, to the partition where a producer would put the key. The
letters stay where they are, as on every Kafka topic.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, Final, cast

import msgspec
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError

from app import catalogue
from app.kafka import is_unreachable, producer
from app.partitioner import partition_of
from app.reading.letters import beginnings
from app.reading.records import records
from app.settings import Settings
from app.topics import partitions_of
from models.dead_letter import redriven
from models.redrive import Letter

_FLYING: Final = 1000
"""Most records sent and not yet acknowledged."""


class Sent(msgspec.Struct, frozen=True):
    """Where a record lies anew, as the broker has acknowledged it."""

    topic: str
    partition: int
    offset: int


Told = Callable[[Letter, Sent | str], object]
"""Hears of each letter once: where its record lies anew, or one sentence why it could not be sent."""


async def redrive(settings: Settings, chosen: Sequence[Letter], tell: Told, *, rate_per_s: float | None = None) -> None:
    """Send the records of the letters, in their order within a partition.

    Args:
        settings: where to.
        chosen: letters of input topics.
        tell: called when a record is acknowledged or refused; never for those that an interruption leaves unsent.
        rate_per_s: most records in a second.

    What was sent before an interruption is waited for. Raises `KafkaError` when the broker is lost.
    """
    topics = {letter.told.topic for letter in chosen}
    counts = {topic: await partitions_of(settings, topic) for topic in sorted(topics)}
    largest = max(catalogue.DEAD_LETTER_BYTES, settings.request_bytes)
    async with producer(settings, "redrive", max_request_size=largest) as client:
        sending = _Sending(client, counts, tell)
        try:
            await _send_all(settings, chosen, sending, _Pace(rate_per_s))
        finally:
            await sending.land()
    if sending.lost is not None:
        raise sending.lost


async def _send_all(settings: Settings, chosen: Sequence[Letter], sending: "_Sending", pace: "_Pace") -> None:
    wanted = {(letter.partition, letter.offset): letter for letter in chosen}
    reading = records(settings, catalogue.dead_letters(settings), begin=beginnings(chosen))
    async with aclosing(reading) as found:
        async for record in found:
            letter = wanted.pop((record.partition, record.offset), None)
            if letter is not None:
                await pace.turn()
                await sending.send(letter, record)
            if not wanted or sending.lost is not None:
                return
    for letter in wanted.values():
        sending.tell(letter, "the topic does not hold it any more")


class _Sending:
    """What is on its way."""

    def __init__(self, client: AIOKafkaProducer, counts: dict[str, int], tell: Told) -> None:
        self._client = client
        self._counts = counts
        self.tell = tell
        self._flying: set[asyncio.Future[Any]] = set()
        self._room = asyncio.Semaphore(_FLYING)
        self.lost: KafkaError | None = None
        """Set when the broker did not answer: nothing more is sent."""

    async def send(self, letter: Letter, record: ConsumerRecord) -> None:
        await self._room.acquire()
        try:
            future = await self._queue(letter, record)
        except KafkaError as error:
            self._room.release()
            self._failed(letter, error)
            return
        self._flying.add(future)
        future.add_done_callback(partial(self._landed, letter))

    async def _queue(self, letter: Letter, record: ConsumerRecord) -> "asyncio.Future[Any]":
        topic, key = letter.told.topic, record.key
        place = None if key is None else partition_of(key, self._counts[topic])
        headers, timestamp_ms = redriven(record.headers), _timestamp_ms(letter)
        if key is None and record.value is None:  # aiokafka's own send refuses these
            builder = self._client.create_batch()
            builder.append(timestamp=timestamp_ms, key=None, value=None, headers=headers)
            builder.close()
            queued = await self._client.send_batch(builder, topic, partition=record.partition % self._counts[topic])
        else:
            queued = await self._client.send(topic, record.value, key, place, timestamp_ms, headers)
        return cast("asyncio.Future[Any]", queued)

    def _landed(self, letter: Letter, future: "asyncio.Future[Any]") -> None:
        self._flying.discard(future)
        self._room.release()
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            self._failed(letter, error)
            return
        lies = future.result()
        self.tell(letter, Sent(lies.topic, lies.partition, lies.offset))

    def _failed(self, letter: Letter, error: BaseException) -> None:
        if isinstance(error, KafkaError) and is_unreachable(error):
            self.lost = error
            self.tell(letter, "no acknowledgement came: it may have been sent or not")
        else:
            self.tell(letter, f"the broker does not take it ({type(error).__name__})")

    async def land(self) -> None:
        """Wait for everything on its way, also when the command is being interrupted."""
        await asyncio.gather(*self._flying, return_exceptions=True)


def _timestamp_ms(letter: Letter) -> int | None:
    """The record's first time, which a CloudEvent without one of its own is dated by; None is now.

    A record that came too early for its time would come too early for ever.
    """
    return None if letter.told.reason == "future_time" or letter.told.timestamp_ms < 0 else letter.told.timestamp_ms


class _Pace:
    """Turns at most so often, evenly."""

    def __init__(self, rate_per_s: float | None) -> None:
        self._gap_s = 1 / rate_per_s if rate_per_s else 0.0
        self._due_s = 0.0

    async def turn(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if self._gap_s and now_s < self._due_s:
            await asyncio.sleep(self._due_s - now_s)
        self._due_s = max(self._due_s, now_s) + self._gap_s
