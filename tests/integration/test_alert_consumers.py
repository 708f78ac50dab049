"""The consumers of docs/consuming-alerts.md, run as they stand there, on alerts of which some come twice."""

import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.catalogue import alerts, profiles
from app.dev.children import Children
from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.patience import until
from tests.integration.workers import ROOT, Workers

PAGE = (ROOT / "docs/consuming-alerts.md").read_text()
EXAMPLES: dict[str, str] = dict(re.findall(r"```python client=(\S+)\n(.*?)```", PAGE, re.DOTALL))
LINES = (ROOT / "docs/examples/touchpoints.jsonl").read_bytes().splitlines()

embedded = pytest.mark.parametrize("broker", [pytest.param("embedded", marks=pytest.mark.kafka)], indirect=True)


class Hook(HTTPServer):
    """A system behind a webhook, which is out of order at first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keys: list[str] = []
        self.bodies: list[bytes] = []
        self.failures = 1


class Handler(BaseHTTPRequestHandler):
    """Answers 503 as often as the hook says, then 200."""

    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.append(self.headers["Idempotency-Key"])
        self.server.bodies.append(body)
        self.server.failures -= 1
        self.send_response(503 if self.server.failures >= 0 else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def publish(settings: Settings, workers: Workers) -> dict[str, Any]:
    """Let a worker make the alert of the README's example, and publish it once more, as after a crash."""
    feed = Feed(settings.broker)
    feed.send(settings.inputs[0], [Record(b"cus-42", line, (), "good", "", "", 0) for line in LINES])
    with committed(settings) as group:
        worker = workers.start()
        group.reach(feed.ends)
        worker.stop()
    (made,) = read(settings.broker, alerts(settings))
    assert made.value is not None
    feed.send(alerts(settings), [Record(b"cus-42", made.value, (), "good", "", "", 0)])
    told: dict[str, Any] = json.loads(made.value)
    return told


def text_of(client: str, settings: Settings, **more: str) -> str:
    """The example, with the names that every reader replaces replaced, and a group of the test's own."""
    text = EXAMPLES[client].replace("localhost:9092", settings.broker)
    text = text.replace("kanarya.alerts", alerts(settings)).replace("kanarya.profiles", profiles(settings))
    for group in ("service-desk-2", "service-desk", "webhook", "latecomer"):
        text = text.replace(f'"{group}', f'"{settings.group}-c')
    for old, new in more.items():
        text = text.replace(old, new)
    return text


def committed_by_consumer(settings: Settings) -> int:
    """How many alerts the consumer's group has committed."""
    with committed(settings.model_copy(update={"group": f"{settings.group}-c"})) as group:
        return sum(group.offsets([alerts(settings)], settings.partitions).values())


def test_every_consumer_of_the_page_is_run_here() -> None:
    assert {*EXAMPLES} == {"aiokafka", "confluent-kafka", "webhook", "late"}
    assert len(re.findall(r"^```\w", PAGE, re.MULTILINE)) == len(EXAMPLES)


@embedded
@pytest.mark.parametrize(("client", "file"), [("aiokafka", "tasks.db"), ("confluent-kafka", "seen.db")])
def test_an_alert_that_comes_twice_is_acted_on_once(
    settings: Settings, workers: Workers, tmp_path: Path, client: str, file: str
) -> None:
    alert = publish(settings, workers)
    with Children() as children:
        command = [sys.executable, "-u", "-c", text_of(client, settings)]
        child = children.start("consumer", command, cwd=tmp_path)
        until(lambda: committed_by_consumer(settings) == 2 or not child.running, "both copies committed")
        assert child.running, child.last_lines(20)
        said = child.log.read_text()
    assert said.splitlines() == [f"opened critical cus-42 {alert['summary']}"]
    kept = sqlite3.connect(tmp_path / file)
    assert kept.execute("SELECT id FROM seen").fetchall() == [(alert["id"],)]
    if client == "aiokafka":
        assert kept.execute("SELECT * FROM task").fetchall() == [(alert["episode_id"], "cus-42", "critical", 1)]
    kept.close()


@embedded
def test_a_webhook_gets_every_copy_under_one_key_and_again_after_a_failure(
    settings: Settings, workers: Workers, hook: Hook
) -> None:
    alert = publish(settings, workers)
    text = text_of("webhook", settings, **{"localhost:8080": f"127.0.0.1:{hook.server_port}"})
    with Children() as children:
        child = children.start("consumer", [sys.executable, "-c", text])
        until(lambda: committed_by_consumer(settings) == 2 or not child.running, "both copies committed")
        assert child.running, child.last_lines(20)
    assert hook.keys == [alert["id"]] * 3, "one failure, then both copies"
    assert [json.loads(body) for body in hook.bodies] == [alert] * 3


@embedded
def test_who_starts_late_finds_the_firing_episode_in_the_profiles(settings: Settings, workers: Workers) -> None:
    alert = publish(settings, workers)
    command = [sys.executable, "-c", text_of("late", settings)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"cus-42 critical {alert['episode_id']} {alert['as_of']}\n"
    assert committed_by_consumer(settings) == 2
