"""Dead letters go back to their topic: by our command, by another tool, again and again, and only so often."""

import json
import os
import pty
import signal
import struct
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from confluent_kafka import Producer

from app.catalogue import dead_letters
from app.dev.simulate.record import Record
from app.partitioner import partition_of
from app.settings import Settings
from tests.integration.commands import Kanarya
from tests.integration.librdkafka import Feed, Place, Read, committed, read
from tests.integration.verdict import newest_profiles
from tests.integration.workers import ROOT, Workers

FAULTY = ("-m", "tests.integration.faulty_worker")
OURS = ("kanarya-", "__streams.errors.", "kafka_dlt-")

pytestmark = pytest.mark.kafka


def told(number: int, kind: str = "message", customer: str = "ada", headers: Any = (), **more: Any) -> Record:
    body = {"id": str(number), "time": "2026-03-01T10:00:00Z", "channel": "chat", "kind": kind} | more
    return Record(customer.encode(), json.dumps(body).encode(), headers, "good", customer, str(number), 0)


def bad(value: bytes | None = b"{no json", key: bytes | None = b"ada", headers: Any = ()) -> Record:
    return Record(key, value, headers, "bad", "", "", 0)


@dataclass
class Stage:
    """Everything a test needs: what was fed, who reads it, and the command."""

    settings: Settings
    workers: Workers
    feed: Feed
    kanarya: Kanarya

    def work(self, *arguments: str, **more: object) -> dict[str, Any]:
        """Have a worker read everything on the input topics; its report."""
        worker = self.workers.start(*arguments, **more)
        ends = {(place[0], place[1]): place[2] + 1 for topic in self.settings.inputs for place in self.places(topic)}
        with committed(self.settings) as group:
            group.reach(ends)
        return worker.stop()

    def places(self, topic: str) -> list[Place]:
        return [each.place for each in read(self.settings.broker, topic)]

    def send(self, *records: Record) -> None:
        self.feed.send(self.settings.inputs[0], records)

    @property
    def letters(self) -> list[Read]:
        return read(self.settings.broker, dead_letters(self.settings))

    def redrive(self, *words: object, code: int = 0) -> list[Any]:
        return self.kanarya.lines("dlq", "redrive", "--yes", *words, code=code)


@pytest.fixture
def stage(settings: Settings, workers: Workers, feed: Feed) -> Stage:
    return Stage(settings, workers, feed, Kanarya(settings))


def test_a_record_that_our_own_fault_rejected_is_applied_when_it_is_redriven_after_the_mend(stage: Stage) -> None:
    stage.send(told(1), told(2, "idea", headers=(("traceparent", b"00-ab"),)), told(3, "idea", customer="bea"), told(4))
    assert stage.work(*FAULTY)["handler_error"] == 2
    before = stage.places(stage.settings.inputs[0])

    looked = stage.kanarya.lines("dlq", "redrive", "--dry-run", "--reason", "handler_error")
    assert [each["outcome"] for each in looked] == ["would_send"] * 2
    assert stage.places(stage.settings.inputs[0]) == before, "a dry run sent something"

    sent = stage.redrive("--reason", "handler_error")
    assert [(each["outcome"], each["redrives"]) for each in sent] == [("sent", 1)] * 2
    back = {
        each.place: each for each in read(stage.settings.broker, stage.settings.inputs[0]) if each.place not in before
    }
    assert {(each["topic"], each["partition"], each["offset"]) for each in sent} == set(back)
    for place, each in back.items():
        assert place[1] == partition_of(each.key or b"", stage.settings.partitions)
    first = {
        each.key: each
        for each in read(stage.settings.broker, stage.settings.inputs[0])
        if each.place in before and b"idea" in (each.value or b"")
    }
    assert {each.key: each.value for each in back.values()} == {key: each.value for key, each in first.items()}
    assert {each.key: each.timestamp_ms for each in back.values()} == {k: e.timestamp_ms for k, e in first.items()}
    (ada,) = [each for each in back.values() if each.key == b"ada"]
    source = next(place for place, each in ((e.place, e) for e in first.values()) if each.key == b"ada")
    assert ada.headers == {
        "traceparent": b"00-ab",
        "kanarya-redrives": b"1",
        "kanarya-redrive-of": b"%s[%d]@%d" % (source[0].encode(), source[1], source[2]),
    }

    report = stage.work()
    assert (report["applied"], report["rejected"]) == (2, 0)
    profiles = newest_profiles(stage.settings)
    assert {name: profile["touchpoints"] for name, profile in profiles.items()} == {"ada": 3, "bea": 1}

    stage.redrive("--reason", "handler_error")
    report = stage.work()
    assert (report["applied"], report["duplicate"], report["rejected"]) == (0, 2, 0), "a second redrive counted"


def test_bad_bytes_come_back_three_times_and_are_then_refused(stage: Stage) -> None:
    own = (("x", b"\xff\0"),)
    stage.send(bad(b"\xff\xfe{", headers=own), told(1))
    stage.work()
    for times in range(1, 4):
        outcomes = stage.redrive("--reason", "not_utf8")
        assert [each["outcome"] for each in outcomes] == ["skipped"] * (times - 1) + ["sent"]
        assert {each["cause"] for each in outcomes[:-1]} <= {"came_back"}
        stage.work()
        letter = max(stage.letters, key=lambda each: int(each.headers["kanarya-redrives"]))
        assert letter.headers["kanarya-redrives"] == b"%d" % times
        assert (letter.key, letter.value, letter.headers["x"]) == (b"ada", b"\xff\xfe{", b"\xff\0")
        assert letter.headers["__streams.errors.offset"] == b"%d" % outcomes[-1]["offset"]

    before = stage.places(stage.settings.inputs[0])
    refused = stage.redrive(code=1)
    assert [(each["outcome"], each["cause"]) for each in refused] == [("skipped", "came_back")] * 3 + [
        ("refused", "redrives")
    ]
    assert stage.places(stage.settings.inputs[0]) == before
    counts = json.loads(stage.kanarya("dlq", "stats", "--json"))
    assert (counts["letters"], counts["can_be_redriven"]) == (4, 0)
    assert counts["redrives"] == {"0": 1, "1": 1, "2": 1, "3": 1}
    assert counts["reasons"] == {"not_utf8": 4}
    assert "redriven 3 times already" in stage.kanarya("dlq", "redrive", "--yes", code=1)


def test_what_another_tool_sends_back_with_all_its_headers_is_judged_like_any_other(stage: Stage) -> None:
    stage.send(bad(headers=(("x", b"1"),)), told(1))
    stage.work(max_age_s=60)
    assert {each.headers["kanarya-reason"] for each in stage.letters} == {b"not_json", b"past_retention"}

    sent_back(stage.settings, stage.letters)
    report = stage.work()

    assert (report["applied"], report["rejected"]) == (1, 1)
    ((again,), (first, _)) = split(stage.letters)
    assert sorted(again.headers) == sorted({*first.headers, "x", "kanarya-redrive-of"})
    with_x = next(each for each in (first, _) if "x" in each.headers)
    assert (again.value, again.headers["x"], again.headers["kanarya-redrives"]) == (with_x.value, b"1", b"1")
    lies = int(again.headers["__streams.errors.offset"])
    assert again.headers["kafka_dlt-original-offset"] == struct.pack(">q", lies)
    assert lies > int(with_x.headers["__streams.errors.offset"])
    assert [each["cause"] for each in stage.redrive("--reason", "not_json")].count("came_back") == 1


def sent_back(settings: Settings, letters: list[Read]) -> None:
    """As a tool does that knows Spring's headers: to the original topic, with everything that the letter has."""
    producer = Producer({"bootstrap.servers": settings.broker, "partitioner": "murmur2_random"})
    for each in letters:
        topic = each.headers["kafka_dlt-original-topic"].decode()
        (partition,) = struct.unpack(">i", each.headers["kafka_dlt-original-partition"])
        assert topic == settings.inputs[0]
        producer.produce(topic, each.value, each.key, partition, headers=list(each.headers.items()))
    assert producer.flush(30) == 0


def split(letters: list[Read]) -> tuple[list[Read], list[Read]]:
    """Those that came back, and the others."""
    back = [each for each in letters if each.headers["kanarya-redrives"] != b"0"]
    return back, [each for each in letters if each not in back]


def test_records_without_key_or_value_and_single_places_go_back_too(stage: Stage) -> None:
    stage.send(
        bad(None, None), bad(b"x", None), bad(None, b"ada", (("h", b""),)), bad(b"z" * 500_000, b"\xff"), told(1)
    )
    stage.work()
    places = {(each.key, len(each.value or b"")): f"{each.place[1]}@{each.place[2]}" for each in stage.letters}

    one = stage.redrive(places[b"\xff", 500_000])
    assert sorted(each["outcome"] for each in one) == ["sent", "skipped", "skipped", "skipped"]
    assert {each["cause"] for each in one if each["outcome"] == "skipped"} == {"filter"}
    rest = stage.redrive("--limit", 2)
    assert [each["outcome"] for each in rest].count("sent") == 2
    assert {each["cause"] for each in rest} == {None, "limit"}
    stage.redrive(*(places[key] for key in ((None, 0), (None, 1), (b"ada", 0))))
    report = stage.work()

    assert report["rejected"] == 6
    back, _ = split(stage.letters)
    assert {(each.key, len(each.value or b"")) for each in back} == set(places)
    assert {each.headers["kanarya-redrives"] for each in back} == {b"1"}


def test_only_configured_input_topics_are_sent_to_and_places_must_hold_a_letter(stage: Stage) -> None:
    stage.send(bad())
    stage.work()
    (letter,) = stage.letters
    place = f"{letter.place[1]}@{letter.place[2]}"
    before = stage.places(stage.settings.inputs[0])

    (refused,) = stage.redrive("--input-topics", "elsewhere", code=1)
    assert (refused["outcome"], refused["cause"]) == ("refused", "topic")
    stage.kanarya("dlq", "redrive", "--yes", place, "7@99", code=1)
    assert "there is no dead letter at 7@99" in stage.kanarya.said
    assert stage.redrive("--until", "1h")[0]["cause"] == "filter"
    assert stage.redrive("--topic", "other")[0]["cause"] == "filter"

    code, out, said = asked(stage, b"n\n")
    assert (code, out) == (1, "")
    assert f"Send back 1 to {stage.settings.inputs[0]}? [y/N]" in said
    assert "nothing was sent: answer y, or give --yes" in said

    assert stage.places(stage.settings.inputs[0]) == before
    code, out, _ = asked(stage, b"y\n")
    assert (code, out.splitlines()[-1]) == (0, "1 sent")
    assert len(stage.places(stage.settings.inputs[0])) == len(before) + 1
    assert f"{place:<12} sent       to {stage.settings.inputs[0]}[" in stage.kanarya(
        "dlq", "redrive", "--yes", place, "--since", "1h", "--topic", stage.settings.inputs[0]
    )


def asked(stage: Stage, answer: bytes) -> tuple[int, str, str]:
    """Redrive on a terminal where a person answers; exit code, output, and what was said."""
    person, terminal = pty.openpty()
    command = stage.kanarya.command("dlq", "redrive")
    with subprocess.Popen(command, cwd=ROOT, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        os.write(person, answer)
        out, said = running.communicate(timeout=30)
    os.close(person)
    os.close(terminal)
    return running.returncode, out.decode(), said.decode()


def test_ctrl_c_stops_a_redrive_and_says_what_was_sent(stage: Stage) -> None:
    count = 30
    stage.send(*(bad(b"%d" % number) for number in range(count)))
    stage.work()
    before = len(stage.places(stage.settings.inputs[0]))

    command = stage.kanarya.command("dlq", "redrive", "--yes", "--rate", "10/s", "--json")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        told = [json.loads(running.stdout.readline()) for _ in range(5)]
        running.send_signal(signal.SIGINT)
        rest, said = running.communicate(timeout=30)
    told += [json.loads(line) for line in rest.splitlines()]

    assert running.returncode == 130
    assert {each["outcome"] for each in told} == {"sent"}
    assert f"interrupted: {len(told)} of {count} were sent" in said
    assert 5 <= len(told) < count
    assert len(stage.places(stage.settings.inputs[0])) - before == len(told)
