"""The records of a topic, to its present end or for ever; every command that reads one iterates over them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from app.kafka import StandsStillError, reader
from app.settings import Settings
from app.topics import partitions_of

_POLL_MS: Final = 500
STILL_S: Final = 90.0
"""Nobody waits longer for a broker that has more and hands out nothing. After 40 s without an answer aiokafka tries
again."""


async def records(
    settings: Settings,
    topic: str,
    *,
    partition: int | None = None,
    begin: Mapping[int, int] | None = None,
    follow: bool = False,
    from_beginning: bool = True,
    committed: bool = False,
) -> AsyncGenerator[ConsumerRecord, None]:
    """Every record, in offset order within a partition, in no order between partitions.

    Args:
        settings: where the broker is.
        topic: an existing topic.
        partition: only this one; all by default.
        begin: partition -> offset of the first record wanted; only these partitions.
        follow: go on for ever; else end where the topic ends at the time of the call, or a little later.
        from_beginning: begin with the oldest record; else with the next one to come.
        committed: leave out records that a producer took back, or may yet, as a worker does.

    Raises `KafkaError`: `UnknownTopicOrPartitionError` for a topic that does not exist, `StandsStillError` when there
    is more before the end, and nothing of it comes for `STILL_S`.
    """
    count = await partitions_of(settings, topic)
    if partition is not None and partition >= count:
        raise UnknownTopicOrPartitionError(f"{topic}[{partition}]")
    first = begin or {}
    numbers = sorted(first) or (range(count) if partition is None else [partition])
    places = [TopicPartition(topic, number) for number in numbers]
    reset = "earliest" if from_beginning else "latest"
    isolation = "read_committed" if committed else "read_uncommitted"
    async with reader(settings, "read", auto_offset_reset=reset, isolation_level=isolation) as consumer:
        consumer.assign(places)
        await (consumer.seek_to_beginning if from_beginning else consumer.seek_to_end)(*places)
        ends = await consumer.end_offsets(places)
        for number, offset in first.items():
            place = TopicPartition(topic, number)
            consumer.seek(place, min(offset, max(0, ends[place] - 1)))  # the embedded broker's ends come too early
        toward = _Toward(consumer, {} if follow else ends)
        while follow or await toward.has_more():
            for fetched in (await toward.poll()).values():
                for record in fetched:
                    if record.offset >= first.get(record.partition, 0):
                        yield record


class _Toward:
    """How far a consumer has come towards the ends."""

    def __init__(self, consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> None:
        self._consumer, self._ends = consumer, ends
        self._left = dict.fromkeys(ends, -1)
        self._waited_s = 0.0
        """In polls since it last came nearer; not what the caller took, nor the time of a process that was stopped."""

    async def poll(self) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What has come, by partition."""
        now_s = asyncio.get_running_loop().time
        began_s = now_s()
        fetched: dict[TopicPartition, list[ConsumerRecord]] = await self._consumer.getmany(timeout_ms=_POLL_MS)
        self._waited_s += min(now_s() - began_s, _POLL_MS / 1000)
        return fetched

    async def has_more(self) -> bool:
        """Whether there is more before the ends. Raises `StandsStillError`."""
        try:
            async with asyncio.timeout(STILL_S):
                left = await _left(self._consumer, self._ends)
        except TimeoutError:  # the broker does not say any more where the oldest record lies
            raise self._stands_still() from None
        if left != self._left:
            self._left, self._waited_s = left, 0.0
        if left and self._waited_s >= STILL_S:
            raise self._stands_still()
        return bool(left)

    def _stands_still(self) -> StandsStillError:
        place, position = next(iter(self._left.items()))
        at = f"{place.topic}[{place.partition}]@{position}" if position >= 0 else f"{place.topic}[{place.partition}]"
        return StandsStillError(at, f"{STILL_S:g} s", self._ends[place])


async def _left(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Where each partition goes on of which not everything before its end has been handed out.

    A fetched batch is handed out whole. So this holds with the embedded broker too, whose ends lie behind the first
    record of the last batch.
    """
    positions = {place: await consumer.position(place) for place, end in ends.items() if end > 0}
    return {place: position for place, position in positions.items() if position < ends[place]}
