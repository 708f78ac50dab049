"""Touchpoints of one customer come on two topics: one profile, one lane, one guard against duplicates."""

from collections.abc import Callable, Iterator

import pytest

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.children import Children
from app.dev.simulate.record import Record
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import assert_exact
from tests.integration.workers import Workers

RECORDS = 3000


@pytest.fixture
def settings(bare: Settings) -> Settings:
    """Two input topics, both made."""
    prefix = bare.topic_prefix
    two = bare.model_copy(update={"input_topics": (f"{prefix}touchpoints", f"{prefix}store")})
    on_kafka(two, apply(two, catalogue(two)))
    return two


def test_two_input_topics_make_one_profile(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    """Half of the customers begin on one topic and go on on the other; retries meet across the change."""
    records = simulated(RECORDS)
    here, there = settings.inputs

    def addressed(half: list[Record], turn: int) -> Iterator[tuple[str, Record]]:
        for record in half:
            yield (here, there)[(hash_of(record) + turn) % 2], record

    with committed(settings) as group:
        worker = workers.start()
        feed.send_each(addressed(records[: RECORDS // 2], 0))
        group.reach(feed.ends)
        feed.send_each(addressed(records[RECORDS // 2 :], 1))
        group.reach(feed.ends)
    report = worker.stop()

    assert len(feed.topics) == 2
    assert report["duplicate"] > 0
    assert_exact(settings, feed)


def hash_of(record: Record) -> int:
    """The same for all records of a customer."""
    return sum(record.customer_id.encode())


def test_input_topics_of_different_width_are_refused(bare: Settings, settings: Settings) -> None:
    """Partition numbers would not mean the same customers."""
    wide = bare.model_copy(update={"input_topics": (f"{bare.topic_prefix}wide",), "partitions": 6})
    on_kafka(wide, apply(wide, catalogue(wide)[:1]))
    both = settings.model_copy(update={"input_topics": (*settings.inputs[:1], *wide.inputs)})
    with Children() as children:
        code, why = Workers(children, both).start().ended(20)

    assert code == 1
    assert wide.inputs[0] in why
    assert "kanarya topics" in why
