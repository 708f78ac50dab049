"""`kanarya doctor --books`: what was produced is in the profiles, a duplicate, or a dead letter, and nothing else."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from app.catalogue import changelog
from app.cli.commands import run
from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.names import flags
from tests.integration.workers import Workers

RECORDS = 2000
real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)


@pytest.fixture
def books(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, Any]]:
    """The finding of `doctor --books`."""

    def ask() -> dict[str, Any]:
        run(["doctor", "--books", "--json", *flags(settings)])
        findings = json.loads(capsys.readouterr().out)["findings"]
        (found,) = [finding for finding in findings if finding["check"] == "books"]
        return dict(found)

    return ask


def test_the_books_close_over_a_kill_and_open_when_a_state_is_lost(
    settings: Settings,
    workers: Workers,
    feed: Feed,
    simulated: Callable[[int], list[Record]],
    books: Callable[[], dict[str, Any]],
) -> None:
    feed.send(settings.inputs[0], simulated(RECORDS))
    with committed(settings) as group:
        first = workers.start().is_ready()
        first.kill()
        second = workers.start()
        group.reach(feed.ends)
        while_it_runs = books()
        report = second.stop()
    told = while_it_runs["details"]

    assert while_it_runs["state"] == "ok", while_it_runs
    assert told["produced"] == told["touchpoints"] + told["duplicates"] + told["dead_letters"] == len(feed.records)
    assert told["dead_letters"] == sum(record.role == "bad" for record in feed.records)
    assert min(told["touchpoints"], told["duplicates"], told["dead_letters"]) > 0
    assert report["read"] == sum(report[column] for column in ("applied", "replayed", "duplicate", "rejected"))

    customer = next(each.key for each in read(settings.broker, changelog(settings)) if (each.key or b"")[:1] == b"\x01")
    _overwrite(settings, customer or b"", None)
    lost = books()

    assert lost["state"] == "fault"
    assert lost["details"]["open_records"] > 0
    assert "the books are open (partition " in lost["what"]


def _overwrite(settings: Settings, key: bytes, value: bytes | None) -> None:
    producer = Producer({"bootstrap.servers": settings.broker, "partitioner": "murmur2_random"})
    (place,) = {each.place[1] for each in read(settings.broker, changelog(settings)) if each.key == key}
    producer.produce(changelog(settings), value, key, partition=place)
    assert producer.flush(10) == 0


@real
def test_markers_of_transactions_and_records_taken_back_are_no_records(
    settings: Settings, workers: Workers, books: Callable[[], dict[str, Any]]
) -> None:
    producer = Producer(
        {"bootstrap.servers": settings.broker, "transactional.id": uuid4().hex, "partitioner": "murmur2_random"}
    )
    producer.init_transactions()
    sent: list[tuple[str, int, int]] = []
    for number, end in enumerate((producer.commit_transaction, producer.abort_transaction) * 3):
        producer.begin_transaction()
        value = {"id": f"{number}", "time": "2026-03-01T10:00:00Z", "channel": "chat", "kind": "message"}
        producer.produce(
            settings.inputs[0], json.dumps(value).encode(), b"ada",
            on_delivery=lambda _, message: sent.append((message.topic(), message.partition(), message.offset())),
        )  # fmt: skip
        producer.flush()
        end()
    with committed(settings) as group:
        worker = workers.start()
        group.reach({sent[-2][:2]: sent[-2][2] + 1})
        worker.stop()
    found = books()

    assert found["state"] == "ok", found
    assert found["details"]["touchpoints"] == 3
    assert found["details"]["no_records"] >= 3
