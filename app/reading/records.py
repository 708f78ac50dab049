"""The records of a topic, to its present end or for ever; `kanarya alerts`, `profiles` and `dlq` iterate over them."""

from collections.abc import AsyncGenerator, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from app.kafka import reader
from app.settings import Settings
from app.topics import partitions_of

_POLL_MS = 500


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

    Raises `KafkaError`, `UnknownTopicOrPartitionError` for a topic that does not exist.
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
        while follow or not await _arrived(consumer, ends):
            for fetched in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                for record in fetched:
                    if record.offset >= first.get(record.partition, 0):
                        yield record


async def _arrived(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """Whether everything before `ends` has been handed out.

    A fetched batch is handed out whole. So this holds with the embedded broker too, whose ends lie behind the first
    record of the last batch.
    """
    for place, end in ends.items():
        if end > 0 and await consumer.position(place) < end:
            return False
    return True
