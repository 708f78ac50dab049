"""A bad record of any size, even none, becomes a dead letter, and the worker goes on."""

import dataclasses
import json

import pytest

from app.catalogue import DEAD_LETTER_BYTES, catalogue, dead_letters
from app.cli.failure import on_kafka
from app.dev.simulate.record import Record
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import Feed, Read, committed, read
from tests.integration.verdict import newest_profiles
from tests.integration.workers import Workers

real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""Only over a real Kafka: the embedded broker takes records of any size."""
CUSTOMER = b"ada"
LARGE = 1_040_000
"""Bytes of a record that Kafka's defaults let into an input topic."""
LARGEST = 1_048_000
"""The same, and with a dead letter's headers they would no longer let it into that topic."""


@pytest.fixture
def settings(bare: Settings, request: pytest.FixtureRequest) -> Settings:
    """Every topic exists; a parameter gives those whose name ends so other configs, as another hand would."""
    own: dict[str, dict[str, str]] = getattr(request, "param", {})
    specs = [
        dataclasses.replace(spec, configs=own.get(spec.name.removeprefix(bare.topic_prefix), spec.configs))
        for spec in catalogue(bare)
    ]
    on_kafka(bare, apply(bare, specs))
    return bare


def bad(size: int, headers: tuple[tuple[str, bytes], ...] = ()) -> Record:
    return Record(CUSTOMER, b"x" * size, headers, "bad", "", "not_json", 0)


def good() -> Record:
    body = {"id": "1", "time": "2026-03-01T10:00:00Z", "channel": "chat", "kind": "message"}
    return Record(CUSTOMER, json.dumps(body).encode(), (), "good", "ada", "1", 0)


def letters_of(settings: Settings, workers: Workers, records: list[Record]) -> tuple[Feed, list[Read]]:
    """Have a worker read the records and a good touchpoint behind them; the dead letters, by size of the original."""
    feed = Feed(settings.broker, **{"message.max.bytes": 10_000_000, "batch.num.messages": 1})
    feed.send(settings.inputs[0], [*records, good()])
    worker = workers.start()
    with committed(settings) as group:
        group.reach(feed.ends)
    worker.stop()
    assert newest_profiles(settings)[CUSTOMER.decode()]["touchpoints"] == 1
    return feed, read(settings.broker, dead_letters(settings))


def test_a_bad_record_of_one_megabyte_becomes_a_dead_letter_as_it_came(settings: Settings, workers: Workers) -> None:
    _, (letter,) = letters_of(settings, workers, [bad(LARGE, headers=(("traceparent", b"00-ab"),))])

    assert (letter.key, letter.value) == (CUSTOMER, b"x" * LARGE)
    assert (letter.headers["traceparent"], letter.headers["kanarya-reason"]) == (b"00-ab", b"not_json")


def test_a_record_without_key_and_value_becomes_a_dead_letter(settings: Settings, workers: Workers) -> None:
    _, (letter,) = letters_of(settings, workers, [Record(None, None, (), "bad", "", "null_value", 0)])

    assert (letter.key, letter.value, letter.headers["kanarya-reason"]) == (None, None, b"null_value")


@real
@pytest.mark.parametrize("settings", [{"touchpoints-dlt": {"max.message.bytes": "1048588"}}], indirect=True)
def test_what_the_dead_letter_topic_does_not_take_goes_there_without_its_value(
    settings: Settings, workers: Workers
) -> None:
    """The topic has Kafka's default limit."""
    records = [bad(LARGEST), bad(10), bad(LARGEST, headers=(("a", b"1"),)), bad(20)]

    feed, letters = letters_of(settings, workers, records)

    told = {letter.headers["__streams.errors.offset"]: letter for letter in letters}
    found = [told[b"%d" % offset] for (_, _, offset), (_, record) in sorted(feed.sent.items()) if record.role == "bad"]
    assert [letter.value for letter in found] == [None, b"x" * 10, None, b"x" * 20]
    assert {letter.key for letter in found} == {CUSTOMER}
    assert (found[2].headers["a"], found[2].headers["kanarya-reason"]) == (b"1", b"not_json")
    detail = found[0].headers["kanarya-detail"].decode()
    topic, partition, offset = min(feed.sent)
    assert f"key and value are {LARGEST + len(CUSTOMER)} bytes: it stands at {topic}[{partition}]@{offset}" in detail


@real
@pytest.mark.parametrize("settings", [{"touchpoints": {"max.message.bytes": "8000000"}}], indirect=True)
def test_what_is_too_large_by_its_headers_leaves_these_and_its_key_behind_too(
    settings: Settings, workers: Workers
) -> None:
    _, (letter,) = letters_of(settings, workers, [bad(10, headers=(("a", b"h" * (DEAD_LETTER_BYTES + 1)),))])

    assert (letter.key, letter.value, letter.headers["kanarya-reason"]) == (None, None, b"not_json")
    assert "a" not in letter.headers
