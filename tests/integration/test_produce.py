"""`kanarya produce` against a broker, seen by another client library."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from app.cli.commands import run
from app.settings import Settings
from tests.integration.names import flags

ROOT = Path(__file__).parents[2]


def line(number: int, customer_id: str) -> str:
    return json.dumps(
        {
            "id": f"t-{number}",
            "customer_id": customer_id,
            "time": 1_767_225_600_000,
            "channel": "web",
            "kind": "message",
        }
    )


def consumed(settings: Settings, count: int) -> list[Any]:
    """The first `count` records of the input topic, read by librdkafka."""
    consumer = Consumer({"bootstrap.servers": settings.broker, "group.id": "none", "enable.auto.commit": False})
    try:
        consumer.assign([TopicPartition(settings.inputs[0], number, 0) for number in range(settings.partitions)])
        found: list[Any] = []
        while len(found) < count:
            messages = consumer.consume(count - len(found), timeout=30)
            assert messages, "no further record within 30 s"
            found += messages
        return found
    finally:
        consumer.close()


def test_touchpoints_arrive_in_order_keyed_and_placed_as_librdkafka_places_them(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    customers = [f"müşteri-{number % 37}" for number in range(5000)]
    lines = [line(number, customer) for number, customer in enumerate(customers)]
    file = tmp_path / "touchpoints.jsonl"
    file.write_text("\n".join(lines))

    assert run(["produce", str(file), "--json", *flags(settings)]) == 0
    assert json.loads(capsys.readouterr().out)["sent"] == 5000

    found = consumed(settings, 5000)
    by_customer = {customer: [each for each in found if each.key().decode() == customer] for customer in set(customers)}
    for customer, messages in by_customer.items():
        expected = [text for text, owner in zip(lines, customers, strict=True) if owner == customer]
        assert [message.value().decode() for message in messages] == expected

    placed = {}
    producer = Producer({"bootstrap.servers": settings.broker, "partitioner": "murmur2_random"})
    for customer in by_customer:
        producer.produce(
            settings.inputs[0],
            b"{}",
            customer.encode(),
            on_delivery=lambda error, message: placed.update({message.key().decode(): (error, message.partition())}),
        )
    assert producer.flush(30) == 0
    assert placed == {customer: (None, messages[0].partition()) for customer, messages in by_customer.items()}


def test_bad_lines_are_named_and_the_rest_is_sent(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "touchpoints.jsonl"
    file.write_text("\n".join([line(1, "a"), "nope", "", line(4, "b"), '{"id": 5}', line(6, "c")]))

    assert run(["produce", str(file), *flags(settings)]) == 1
    said = capsys.readouterr()
    assert [each.split(": ")[1] for each in said.err.splitlines()] == ["line 2", "line 5"]
    assert said.out.startswith("3 sent, 2 bad")
    assert "put the bad lines, mended, into a file of their own" in said.out.splitlines()[-1]
    assert {message.key() for message in consumed(settings, 3)} == {b"a", b"b", b"c"}


def test_bad_lines_that_are_kept_are_mended_and_sent_alone(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, bad = tmp_path / "touchpoints.jsonl", tmp_path / "bad.jsonl"
    broken = line(2, "b")[:-1]
    file.write_text("\n".join([line(1, "a"), broken, line(3, "c"), "nope"]))

    assert run(["produce", str(file), "--bad", str(bad), *flags(settings)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"2 bad, kept in {bad}: mend them there and send that file"
    assert bad.read_text() == f"{broken}\nnope\n"

    bad.write_text(bad.read_text().replace(broken, line(2, "b")).replace("nope", line(4, "d")))
    assert run(["produce", str(bad), *flags(settings)]) == 0
    assert sorted(message.key() for message in consumed(settings, 4)) == [b"a", b"b", b"c", b"d"]


def test_strict_stops_at_the_first_bad_line_after_sending_what_came_before(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "touchpoints.jsonl"
    file.write_text("\n".join([line(1, "a"), "nope", line(3, "b")]))

    assert run(["produce", str(file), "--strict", *flags(settings)]) == 1
    assert "stopped at line 2" in (said := capsys.readouterr().err)
    assert said.endswith("mend it and go on with --from-line 2\n")
    assert [message.key() for message in consumed(settings, 1)] == [b"a"]


def test_a_record_too_large_to_send_is_a_bad_line(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = json.loads(line(1, "a")) | {"text": "x" * 80_000}
    file = tmp_path / "touchpoints.jsonl"
    file.write_text("\n".join([json.dumps(large), line(2, "b")]))

    assert run(["produce", str(file), "--set", "request_bytes=65536", *flags(settings)]) == 1
    assert "line 1: too_large" in capsys.readouterr().err
    assert [message.key() for message in consumed(settings, 1)] == [b"b"]


def test_standard_input_and_a_map(settings: Settings) -> None:
    review = {"review_id": "1", "customer": "c", "product": "p", "rating": 2, "date": "2014-01-01", "text": "별로"}
    command = [sys.executable, "-m", "app", "produce", "-", "--map", "docs/examples/film_reviews.toml"]
    done = subprocess.run(
        [*command, *flags(settings)], cwd=ROOT, input=json.dumps(review).encode(), capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    (message,) = consumed(settings, 1)
    assert json.loads(message.value())["score"] == {"metric": "rating", "value": 2, "min": 1, "max": 10}


def test_a_missing_topic_is_one_sentence(bare: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "touchpoints.jsonl"
    file.write_text(line(1, "a"))

    assert run(["produce", str(file), *flags(bare)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert bare.inputs[0] in said
    assert "kanarya topics apply" in said
