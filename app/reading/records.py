"""The records of a topic, to its present end or for ever; `kanarya alerts`, `profiles` and `dlq` iterate over them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from app.kafka import StandsStillError, reader
from app.settings import Settings
from app.topics import partitions_of

_POLL_MS: Final = 500
STILL_S: Final = 30.0
"""A broker that has more and hands out nothing for so long is not waited for any longer."""


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
    is more before the end, and nothing of it comes for half a minute.
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
        left, since_s = await _left(consumer, ends), _now_s()
        while follow or left:
            fetched = await consumer.getmany(timeout_ms=_POLL_MS)
            for some in fetched.values():
                for record in some:
                    if record.offset >= first.get(record.partition, 0):
                        yield record
            before, left = left, await _left(consumer, ends)
            if follow or fetched or left != before:
                since_s = _now_s()
            elif _now_s() - since_s >= STILL_S:
                place, position = next(iter(left.items()))
                raise StandsStillError(f"{topic}[{place.partition}]@{position}", f"{STILL_S:g} s", ends[place])


async def _left(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Where each partition goes on of which not everything before its end has been handed out.

    A fetched batch is handed out whole. So this holds with the embedded broker too, whose ends lie behind the first
    record of the last batch.
    """
    positions = {place: await consumer.position(place) for place, end in ends.items() if end > 0}
    return {place: position for place, position in positions.items() if position < ends[place]}


def _now_s() -> float:
    return asyncio.get_running_loop().time()
