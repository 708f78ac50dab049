"""Touchpoints that a producer sends in transactions: what it took back never happened."""

import json
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from app.settings import Settings
from tests.integration.librdkafka import committed
from tests.integration.patience import until
from tests.integration.verdict import newest_profiles
from tests.integration.workers import Workers

real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""Only over a real Kafka: the embedded broker knows no transactions."""


def touchpoint(id_: str) -> bytes:
    return json.dumps({"id": id_, "time": "2026-03-01T10:00:00Z", "channel": "chat", "kind": "message"}).encode()


@real
def test_an_aborted_touchpoint_does_not_count_and_holds_nobody_up(settings: Settings, workers: Workers) -> None:
    (topic,) = settings.inputs
    producer = Producer(
        {"bootstrap.servers": settings.broker, "transactional.id": uuid4().hex, "partitioner": "murmur2_random"}
    )
    producer.init_transactions()
    places: list[tuple[str, int, int]] = []
    for id_, end in [("a", producer.commit_transaction), ("b", producer.abort_transaction), ("c", None)]:
        producer.begin_transaction()
        producer.produce(
            topic, touchpoint(id_), b"ada",
            on_delivery=lambda _, message: places.append((message.topic(), message.partition(), message.offset())),
        )  # fmt: skip
        producer.flush()
        (end or producer.commit_transaction)()

    with committed(settings) as group:
        worker = workers.start()
        group.reach({places[-1][:2]: places[-1][2] + 1})
        worker.stop()
        assert newest_profiles(settings)["ada"]["touchpoints"] == 2

        worker = workers.start().is_ready()
        producer.begin_transaction()
        producer.produce(topic, touchpoint("d"), b"ada")
        producer.flush()
        producer.abort_transaction()
        producer.begin_transaction()
        producer.produce(topic, touchpoint("e"), b"ada")
        producer.flush()
        producer.commit_transaction()
        until(lambda: newest_profiles(settings)["ada"]["touchpoints"] == 3, "the touchpoint behind an aborted one")
        assert worker.stop()["replayed"] == 0
