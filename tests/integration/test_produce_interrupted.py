"""`kanarya produce` stopped half-way: what it says is acknowledged is on the topic, and it goes on behind that."""

import json
import random
import signal
import string
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from app.dev.apache_kafka import ApacheKafka
from app.settings import Settings
from tests.integration.librdkafka import Read, read, watching
from tests.integration.names import flags, fresh_settings
from tests.integration.patience import until
from tests.integration.real_kafka import require_own

ROOT = Path(__file__).parents[2]
CUSTOMERS = 50


def line(number: int) -> bytes:
    customer = f"c-{number % CUSTOMERS}"
    told = {"id": f"{number}", "customer_id": customer, "time": 1_767_225_600_000, "channel": "web", "kind": "message"}
    return json.dumps(told).encode() + b"\n"


PRODUCE = ("-m", "app", "produce")


def command(settings: Settings, *tokens: str, program: tuple[str, ...] = PRODUCE) -> list[str]:
    return [sys.executable, *program, *tokens, *flags(settings)]


@contextmanager
def producing(
    settings: Settings, *tokens: str, stdin: int | None = subprocess.PIPE, program: tuple[str, ...] = PRODUCE
) -> Iterator[Any]:
    """The process; it is killed if the test leaves it running."""
    with subprocess.Popen(
        command(settings, *tokens, program=program),
        cwd=ROOT,
        bufsize=0,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def feed_without_end(pipe: Any) -> None:
    """Write numbered lines until the reader is gone."""
    number = 1
    with suppress(BrokenPipeError):
        while True:
            pipe.write(b"".join(map(line, range(number, number + 100))))
            number += 100


def ids(records: list[Read]) -> list[int]:
    return [int(json.loads(each.value or b"")["id"]) for each in records]


def arrived(settings: Settings, enough: Callable[[int], bool], topic: str | None = None) -> None:
    with watching(settings.broker, topic or settings.inputs[0]) as news:
        seen: list[Read] = []

        def there() -> bool:
            seen.extend(news())
            return enough(len(seen))

        until(there, "records on the topic")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_under_load_tells_exactly_what_is_acknowledged_and_how_to_go_on(
    settings: Settings, number: int, code: int, tmp_path: Path
) -> None:
    with producing(settings, "-", "--json") as running:
        feeder = threading.Thread(target=feed_without_end, args=(running.stdin,))
        feeder.start()
        arrived(settings, lambda count: count > 0)
        running.send_signal(number)
        out, said = running.stdout.read(), running.stderr.read().decode()
        assert running.wait(30) == code
        feeder.join()

    told = json.loads(out)
    sent = told["sent"]
    assert (told["interrupted"], told["bad"], told["next_line"]) == (True, 0, sent + 1)
    assert said == (
        f"kanarya: interrupted; every line up to {sent} is acknowledged: go on with --from-line {sent + 1}\n"
    )
    assert sorted(ids(read(settings.broker, settings.inputs[0]))) == [*range(1, sent + 1)]

    file = tmp_path / "whole.jsonl"
    file.write_bytes(b"".join(map(line, range(1, sent + 1001))))
    subprocess.run(
        command(settings, str(file), "--from-line", str(told["next_line"])), cwd=ROOT, check=True, capture_output=True
    )
    records = read(settings.broker, settings.inputs[0])
    assert sorted(ids(records)) == [*range(1, sent + 1001)]
    by_customer = [ids([each for each in records if each.key == f"c-{n}".encode()]) for n in range(CUSTOMERS)]
    assert all(numbers == sorted(numbers) for numbers in by_customer)


def test_ctrl_c_while_a_pipe_is_silent_ends_it_with_what_it_gave_before(settings: Settings, tmp_path: Path) -> None:
    """Lines are sent as they come, not when the next ones do, and no further line is needed to stop."""
    bad = tmp_path / "bad.jsonl"
    with producing(settings, "-", "--bad", str(bad)) as running:
        running.stdin.write(b"".join(map(line, range(1, 4))) + b"no touchpoint\n")
        arrived(settings, lambda count: count == 3)
        assert running.stderr.readline() == b"kanarya: line 4: not_json: value: not JSON near byte 1\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
        out, said = running.stdout.read().decode(), running.stderr.read().decode()

    assert out.startswith("3 sent, 1 bad")
    told = "interrupted; every line up to 4 is acknowledged: go on with --from-line 5 and a new file for --bad\n"
    assert said.endswith(told)
    assert bad.read_bytes() == b"no touchpoint\n"


def test_a_killed_sending_goes_on_where_its_resume_file_says(settings: Settings, tmp_path: Path) -> None:
    file, state, count = tmp_path / "export.csv", tmp_path / "state", 60_000
    header = "id,customer_id,time,channel,kind\n"
    rows = [f"{n},c-{n % CUSTOMERS},2026-01-01T00:00:00Z,web,message\n" for n in range(1, count + 1)]
    file.write_text(header + "".join(rows))

    with producing(settings, str(file), "--resume", str(state), stdin=None) as running:
        until(state.exists, "the resume file")
        running.send_signal(signal.SIGKILL)
        assert running.wait(20) == -signal.SIGKILL
    kept = json.loads(state.read_bytes())["line"]
    before = ids(read(settings.broker, settings.inputs[0]))
    assert 1 < kept < count, "it was to die half-way"
    assert {*before} >= {*range(1, kept)}, "the state names a line that is not on the topic"

    again = command(settings, str(file), "--resume", str(state), "--json")
    done = subprocess.run(again, cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout)["sent"] == count - (kept - 1)
    assert {*ids(read(settings.broker, settings.inputs[0]))} == {*range(1, count + 1)}

    with file.open("a") as more:
        more.write(f"{count + 1},c-1,2026-01-01T00:00:00Z,web,message\n")
    done = subprocess.run(again, cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout)["sent"] == 1

    file.write_text(header + "".join(reversed(rows)))
    refused = subprocess.run(again, cwd=ROOT, capture_output=True, check=False)
    assert refused.returncode == 2
    assert b"the file has changed" in refused.stderr


@pytest.fixture
def own() -> Iterator[ApacheKafka]:
    """A Kafka that the test may kill."""
    require_own("a Kafka of its own that is killed")
    with ApacheKafka() as kafka:
        yield kafka


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.parametrize("signals", [1, 2])
def test_after_a_broker_has_died_nothing_unacknowledged_is_told_as_sent(
    own: ApacheKafka, signals: int, tmp_path: Path
) -> None:
    """Ctrl-C waits a while for the answers that do not come, a second one does not."""
    settings = fresh_settings(own.address)
    subprocess.run(
        [sys.executable, "-m", "app", "topics", "apply", *flags(settings)], cwd=ROOT, check=True, capture_output=True
    )
    answered = tmp_path / "answered"
    program = ("-m", "tests.integration.telling_producer", str(answered))
    with producing(settings, "-", "--json", program=program) as running:
        running.stdin.write(b"".join(map(line, range(1, 101))))
        until(lambda: answered.exists() and answered.read_text() == "100", "the answers to all lines")
        own.child.signal(signal.SIGKILL)
        own.child.wait(10)
        running.stdin.write(b"".join(map(line, range(101, 201))))
        told_s = time.monotonic()
        for _ in range(signals):
            running.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                running.wait(2)
        out, said = running.stdout.read(), running.stderr.read().decode()
        assert running.wait(60) == 130
        assert signals == 1 or time.monotonic() - told_s < 8

    told = json.loads(out)
    assert (told["sent"], told["next_line"]) == (100, 101)
    assert said == "kanarya: interrupted; every line up to 100 is acknowledged: go on with --from-line 101\n"


@pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
def test_a_record_that_the_broker_refuses_ends_it_with_a_sentence_and_where_to_go_on(settings: Settings) -> None:
    """The topic takes less than KANARYA_REQUEST_BYTES; a pipe that then says nothing does not hide it."""
    topic = "small" + settings.topic_prefix.rstrip(".")
    admin = AdminClient({"bootstrap.servers": settings.broker})
    (made,) = admin.create_topics([NewTopic(topic, 4, 1, config={"max.message.bytes": "1000"})]).values()
    made.result(30)
    until(lambda: len(admin.list_topics(topic, 10).topics[topic].partitions) == 4, f"the broker to show {topic}")
    large = json.loads(line(4)) | {"text": random_text(3000)}
    with producing(settings, "-", "--json", "--topic", topic) as running:
        running.stdin.write(b"".join(map(line, range(1, 4))))
        arrived(settings, lambda count: count == 3, topic)
        running.stdin.write(json.dumps(large).encode() + b"\n" + line(5))
        out, said = running.stdout.read(), running.stderr.read().decode()
        assert running.wait(30) == 1

    told = json.loads(out)
    assert (told["sent"], told["next_line"], told["interrupted"]) in {(3, 4, False), (4, 4, False)}
    assert "max.message.bytes" in said
    assert said.endswith("every line up to 3 is acknowledged: go on with --from-line 4\n")


def random_text(length: int) -> str:
    """A text that no compression makes small."""
    return "".join(random.Random(length).choices(string.ascii_letters, k=length))
