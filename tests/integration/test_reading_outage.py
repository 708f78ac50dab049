"""The broker goes away while a command reads."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.catalogue import catalogue, changelog
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.dev.broker import EmbeddedBroker
from app.dev.children import Children
from app.kafka import producer
from app.reading import records
from app.settings import Settings
from app.topics import apply
from tests.integration.names import flags, fresh_settings
from tests.integration.outage import Outage

pytestmark = pytest.mark.kafka


@pytest.fixture
def outage() -> Iterator[Outage]:
    """A broker of the test's own."""
    with Children() as children, EmbeddedBroker() as embedded:
        yield Outage(embedded.child, embedded.address, children)


async def _send(settings: Settings, topic: str) -> None:
    async with producer(settings, "test") as client:
        for partition in range(settings.partitions):
            await client.send_and_wait(topic, b"value", b"key", partition=partition)


def test_a_broker_that_goes_away_while_a_command_reads_is_told_as_one_that_is_away(
    outage: Outage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = fresh_settings(outage.address)
    on_kafka(settings, apply(settings, catalogue(settings)))
    on_kafka(settings, _send(settings, changelog(settings)))
    assign, end_offsets = AIOKafkaConsumer.assign, AIOKafkaConsumer.end_offsets

    def assign_and_pause(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> None:
        assign(consumer, places)
        consumer.pause(*places)

    async def ask_and_lose(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> Any:
        ends = await end_offsets(consumer, places)
        outage.crash()
        consumer.resume(*places)
        return ends

    monkeypatch.setattr(AIOKafkaConsumer, "assign", assign_and_pause)
    monkeypatch.setattr(AIOKafkaConsumer, "end_offsets", ask_and_lose)
    monkeypatch.setattr(records, "STILL_S", 1.0)

    code = run(["profile", "anybody", *flags(settings)])

    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith(f"kanarya: no Kafka broker answers at {outage.address}")
