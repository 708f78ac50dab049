"""`kanarya topics generation TOPIC`, and `kanarya topics rewind TOPIC`: where a group reads an input topic from.

`generation` tells the state that an input topic was made anew, so that its low offsets count.

A worker refuses a topic that ends before what it has applied of it. This is the way on: the group goes back to the
topic's beginning, and in each partition of the changelog the topic gets its next generation (`models.generation`).
`rewind` moves the group only: where states are lost, what the topic still holds makes them anew, and the offset guard
skips what the states that are left hold already. No worker of the group may run meanwhile.
"""

from collections import defaultdict

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError

from app.catalogue import changelog
from app.counted import counted
from app.kafka import client_options, producer
from app.reading.records import records
from app.settings import Settings
from app.topics import partitions_of
from models.codec import META_KEY, Meta, decode_meta, encode_meta
from models.epoch_fence import EpochFence
from models.generation import present, renewed


class GenerationError(Exception):
    """No new generation can be started; the message says why and what to do."""


async def start_generation(settings: Settings, topic: str) -> int:
    """Start a topic's next generation in every partition that has read it; returns the highest of their numbers.

    Raises `GenerationError`, `KafkaError`, and `StateError` for a state that this release cannot read.
    """
    if members := await _members(settings):
        raise _running(settings, counted(members, "running worker"))
    metas = await _metas(settings)
    known = {number: meta for number, meta in metas.items() if topic in present(meta)}
    if not known:
        raise GenerationError(f"group {settings.group} has never read a topic {topic}: nothing to renew")
    try:
        values = {number: encode_meta(renewed(meta, topic)) for number, meta in known.items()}
    except OverflowError as error:
        raise GenerationError(
            f"{error}: go on under another KANARYA_GROUP, which begins with an empty state"
        ) from error
    await _rewind(settings, topic)
    async with producer(settings, "generation") as client:
        for number, value in values.items():
            await client.send_and_wait(changelog(settings), value, META_KEY, partition=number)
    return max(present(meta)[topic].generation for meta in known.values()) + 1


async def rewind(settings: Settings, topic: str) -> int:
    """Send the group back to a topic's beginning; returns how many records lie there to be read again.

    Raises `GenerationError` and `KafkaError`.
    """
    if topic not in settings.inputs:
        raise GenerationError(f"{topic} is none of KANARYA_INPUT_TOPICS ({', '.join(settings.inputs)})")
    if members := await _members(settings):
        raise _running(settings, counted(members, "running worker"))
    return await _rewind(settings, topic)


def _running(settings: Settings, who: str) -> GenerationError:
    return GenerationError(
        f"group {settings.group} has {who}: stop them first"
        f" (one that was killed counts for KANARYA_SESSION_TIMEOUT_S={settings.session_timeout_s:g} more)"
    )


async def _rewind(settings: Settings, topic: str) -> int:
    """Commit the topic's beginning for the group: neither the old place nor KANARYA_START says where to read on.

    Returns how many records lie behind it.

    First, so that a failure between this and the changelog leaves a topic that workers still refuse.
    """
    places = [TopicPartition(topic, number) for number in range(await partitions_of(settings, topic))]
    options = client_options(settings, "generation") | {"group_id": settings.group, "enable_auto_commit": False}
    consumer = AIOKafkaConsumer(**options)
    await consumer.start()
    try:
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        await consumer.commit(begins)
        ends = await consumer.end_offsets(places)
        return sum(ends[place] - begins[place] for place in places)
    except (IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError) as error:
        raise _running(settings, "workers that have just started") from error  # the broker guards a group with members
    finally:
        await consumer.stop()


async def _members(settings: Settings) -> int:
    client = AIOKafkaAdminClient(**client_options(settings, "generation"))
    try:
        await client.start()
        (answer,) = await client.describe_consumer_groups([settings.group])
        return sum(len(group[5]) for group in answer.groups)
    finally:
        await client.close()


async def _metas(settings: Settings) -> dict[int, Meta]:
    """The newest meta record of each partition of the changelog that has one."""
    values: dict[int, bytes] = {}
    fences: defaultdict[int, EpochFence] = defaultdict(EpochFence)
    async for record in records(settings, changelog(settings)):
        if record.key != META_KEY or record.value is None:
            continue
        if fences[record.partition].counting([(META_KEY, record.value)]):
            values[record.partition] = record.value
    return {number: decode_meta(value) for number, value in sorted(values.items())}
