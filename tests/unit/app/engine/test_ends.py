"""A doubtful end of a topic is read from its last batch, over the broker that gives cause to doubt."""

from collections.abc import AsyncIterator
from contextlib import nullcontext

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from app.catalogue import catalogue
from app.dev.broker import EmbeddedBroker
from app.engine.ends import ends_beyond
from app.kafka import reader
from app.settings import Settings
from app.topics import apply

pytestmark = pytest.mark.kafka

COUNT = 100


@pytest.fixture
async def settings() -> AsyncIterator[Settings]:
    """A topic whose only batch holds a hundred records."""
    async with EmbeddedBroker() as broker:
        settings = Settings(broker=broker.address, partitions=2)
        await apply(settings, catalogue(settings))
        producer = AIOKafkaProducer(bootstrap_servers=broker.address)
        await producer.start()
        batch = producer.create_batch()
        for _ in range(COUNT):
            batch.append(key=b"c", value=b"x", timestamp=None)
        await (await producer.send_batch(batch, settings.inputs[0], partition=1))
        await producer.stop()
        yield settings


async def told(settings: Settings) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.broker)
    await consumer.start()
    place = TopicPartition(settings.inputs[0], 1)
    ends = await consumer.end_offsets([place])
    await consumer.stop()
    return int(ends[place])


async def test_an_end_inside_the_last_batch_is_seen_behind_it(settings: Settings) -> None:
    topic = settings.inputs[0]
    end = await told(settings)
    assert end < COUNT  # else the broker has learned to count, and this module can go

    ends = await ends_beyond({topic: end}, 1, {topic: COUNT - 1}, reader(settings, "ends"))

    assert ends == {topic: COUNT}


async def test_a_topic_that_was_cut_still_ends_before_what_was_applied(settings: Settings) -> None:
    topic = settings.inputs[0]

    ends = await ends_beyond({topic: await told(settings)}, 1, {topic: 7 * COUNT}, reader(settings, "ends"))

    assert ends == {topic: COUNT}


@pytest.mark.parametrize("applied", [{}, {"t": -1}, {"t": 9}])
async def test_an_end_beyond_what_was_applied_is_taken_as_told(applied: dict[str, int]) -> None:
    """`nullcontext` gives no consumer: asking it would raise."""
    assert await ends_beyond({"t": 10, "u": 0}, 1, applied, nullcontext()) == {"t": 10, "u": 0}
