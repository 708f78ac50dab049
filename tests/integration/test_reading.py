"""What the reading commands show after a worker has met one unhappy customer, a calm one and a bad record."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Producer

from app.catalogue import catalogue, changelog, dead_letters
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.dev.children import Children
from app.reading import records
from app.settings import Settings
from app.topics import apply
from tests.integration.names import flags, fresh_settings

ROOT = Path(__file__).parents[2]
NEWEST = "2026-01-02T00:00:00.000Z"
BAD = b'{"id": "x", "customer_id": "calm", "text": "very private"}'


@dataclass
class Played:
    """A group whose worker has drained."""

    settings: Settings
    followed: bytes
    """First line of `kanarya alerts --follow --json`, running while the alert was published."""


def rating(number: int, customer_id: str, at: str, value: int) -> tuple[bytes, bytes]:
    score = {"metric": "rating", "value": value, "min": 1, "max": 5}
    told = {"id": f"t-{number}", "customer_id": customer_id, "time": at, "channel": "web", "kind": "review"}
    return customer_id.encode(), orjson.dumps(told | {"score": score, "product": "p-1", "text": "very private"})


@pytest.fixture(scope="module")
def played(broker: str) -> Iterator[Played]:
    settings = fresh_settings(broker)
    on_kafka(settings, apply(settings, catalogue(settings)))
    kanarya = [sys.executable, "-m", "app"]
    producer = Producer({"bootstrap.servers": broker, "partitioner": "murmur2_random"})
    told = [
        rating(1, "unhappy", "2026-01-01T00:00:00Z", 1),
        rating(2, "unhappy", NEWEST, 1),
        rating(3, "calm", "2026-01-01T00:00:00Z", 5),
        (b"calm", BAD),
    ]
    for key, value in told:
        producer.produce(settings.inputs[0], value, key)
    assert producer.flush(30) == 0
    following = [*kanarya, "alerts", "--follow", "--from-beginning", "--json", *flags(settings)]
    with Children() as children:
        worker = children.start("worker", [*kanarya, "worker", *flags(settings)], cwd=ROOT)
        with subprocess.Popen(following, cwd=ROOT, stdout=subprocess.PIPE) as follower:
            try:
                assert follower.stdout is not None
                followed = follower.stdout.readline()
            finally:
                follower.terminate()
        worker.signal(15)
        assert worker.wait(30) == 0, worker.last_lines()
        yield Played(settings, followed)


@pytest.fixture
def shown(played: Played, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command; its exit code, standard output and standard error."""

    def show(*tokens: str) -> tuple[int, str, str]:
        code = run([*tokens, *flags(played.settings)])
        return (code, *capsys.readouterr())

    return show


def test_alerts_are_shown_as_they_are_published_and_afterwards(played: Played, shown: Any) -> None:
    code, out, _ = shown("alerts", "--json")

    assert code == 0
    assert out.encode() == played.followed
    assert json.loads(out)["customer_id"] == "unhappy"


def test_alerts_of_one_customer_are_those_of_no_other(played: Played, shown: Any) -> None:
    code, out, _ = shown("alerts", "--customer", "unhappy", "--json")
    assert (code, out.encode()) == (0, played.followed)

    assert shown("alerts", "--customer", "somebody-else", "--json")[:2] == (0, "")


def test_an_alert_for_a_person_has_its_reasons_and_never_the_text(shown: Any) -> None:
    code, out, _ = shown("alerts")
    (line,) = out.splitlines()

    assert code == 0
    assert all(part in line for part in ("unhappy", "critical", "opened", "negative_experience +"))
    assert "private" not in out


def test_a_profile_is_evaluated_for_the_time_asked(shown: Any) -> None:
    code, out, _ = shown("profile", "unhappy", "--at", NEWEST, "--json")
    fresh = json.loads(out)
    assert (code, fresh["as_of"], fresh["touchpoints"]) == (0, NEWEST, 2)

    code, out, _ = shown("profile", "unhappy", "--at", "newest", "--json")
    assert (code, json.loads(out)) == (0, fresh)

    code, out, _ = shown("profile", "unhappy", "--at", "2026-03-02T00:00:00Z", "--json")
    later = json.loads(out)
    assert (code, later["as_of"]) == (0, "2026-03-02T00:00:00.000Z")
    assert later["risk"]["score"] < fresh["risk"]["score"]
    assert later["windows"] == {}


def test_without_a_time_a_profile_is_that_of_now(shown: Any) -> None:
    code, out, _ = shown("profile", "unhappy", "--json")

    assert code == 0
    assert json.loads(out)["as_of"] > NEWEST


def test_a_profile_for_a_person_tells_risk_and_timeline(played: Played, shown: Any) -> None:
    code, out, _ = shown("profile", "unhappy", "--at", NEWEST)

    assert code == 0
    assert all(part in out for part in ("risk", "negative_experience", f"{played.settings.inputs[0]}["))
    assert "private" not in out


def test_a_time_before_the_newest_touchpoint_is_called_wrong(shown: Any) -> None:
    code, _, said = shown("profile", "unhappy", "--at", "2026-01-01T00:00:00Z")

    assert code == 2
    assert NEWEST in said


def test_a_customer_nobody_knows_is_found_wrong(shown: Any) -> None:
    code, _, said = shown("profile", "nobody")

    assert code == 1
    assert "nothing is known" in said


def test_the_dump_has_the_newest_profile_of_each_customer(shown: Any) -> None:
    code, out, _ = shown("profiles", "dump", "--json")
    dumped = {each["customer_id"]: each for each in map(json.loads, out.splitlines())}

    assert code == 0
    assert {customer: each["touchpoints"] for customer, each in dumped.items()} == {"unhappy": 2, "calm": 1}

    _, asked, _ = shown("profile", "unhappy", "--at", NEWEST, "--json")
    assert json.loads(asked) == dumped["unhappy"]


def test_the_dump_for_a_person_is_a_table(shown: Any) -> None:
    code, out, _ = shown("profiles", "dump")
    rows = {line.split()[0]: line.split()[1:4] for line in out.splitlines()}

    assert code == 0
    assert rows["calm"][1:] == ["ok", "lead"]
    assert rows["unhappy"][1] == "critical"


def test_dead_letters_are_listed_without_their_contents(played: Played, shown: Any) -> None:
    code, out, _ = shown("dlq", "ls", "--json")
    letter = json.loads(out)

    assert code == 0
    assert (letter["reason"], letter["topic"]) == ("missing_field", played.settings.inputs[0])
    assert "private" not in out

    assert "1 missing_field" in shown("dlq", "ls")[1]
    assert shown("dlq", "ls", "--reason", "not_json", "--json")[1] == ""


def test_a_dead_letter_is_shown_as_it_came(shown: Any) -> None:
    place = json.loads(shown("dlq", "ls", "--json")[1])["letter"]
    code, out, _ = shown("dlq", "show", place, "--json")
    letter = json.loads(out)

    assert code == 0
    assert (letter["key"], letter["value"]) == ("calm", BAD.decode())
    assert "kanarya-reason" in dict(letter["headers"])
    assert "very private" in shown("dlq", "show", place)[1]


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("0@99999", "there is no dead letter at 0@99999: "),
        ("99@0", "99@0: {topic} has no partition 99, its 4 partitions are 0 to 3; "),
    ],
)
def test_a_dead_letter_that_is_not_there_is_found_wrong(played: Played, shown: Any, place: str, what: str) -> None:
    code, _, said = shown("dlq", "show", place)

    assert code == 1
    assert said.startswith(f"kanarya: {what.format(topic=dead_letters(played.settings))}`kanarya dlq ls` lists ")


def test_following_ends_with_ctrl_c_and_without_a_fault(played: Played) -> None:
    command = [sys.executable, "-m", "app", "alerts", "--follow", "--from-beginning", *flags(played.settings)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        assert b"unhappy" in following.stdout.readline()
        following.send_signal(2)
        said = following.stderr.read()

    assert (following.returncode, said) == (0, b"")


def test_a_partition_of_which_nothing_comes_is_told_with_its_place(
    played: Played, shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a broker that is away since the first answer, or that has an end and no records before it."""
    assign = AIOKafkaConsumer.assign

    def assign_and_pause(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> None:
        assign(consumer, places)
        consumer.pause(*places)

    monkeypatch.setattr(AIOKafkaConsumer, "assign", assign_and_pause)
    monkeypatch.setattr(records, "STILL_S", 0.5)

    code, out, err = shown("profile", "calm")

    assert (code, out) == (1, "")
    assert f"{changelog(played.settings)}[" in err
    assert "]@0 on, for 0.5 s, and says that it ends at " in err
    assert "look whether it is up, whether the partition has a leader, and at its log" in err
