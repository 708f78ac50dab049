"""A broker that wants a login gets it from every client; a wrong one is said by its settings."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue import catalogue
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.dev.apache_kafka import LOGIN, ApacheKafka
from app.dev.children import Children
from app.topics import apply
from tests.integration.names import flags, fresh_settings
from tests.integration.real_kafka import require_own

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    require_own("a Kafka that wants a login")
    with ApacheKafka() as kafka:
        yield kafka.login_address


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    user, password = LOGIN
    monkeypatch.setenv("KANARYA_SECURITY", "sasl_plaintext")
    monkeypatch.setenv("KANARYA_SASL_WITHOUT_TLS", "true")
    monkeypatch.setenv("KANARYA_SASL_MECHANISM", "PLAIN")
    monkeypatch.setenv("KANARYA_SASL_USER", user)
    monkeypatch.setenv("KANARYA_SASL_PASSWORD", password)


def test_topics_producer_worker_and_readers_log_in(
    login: None, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = fresh_settings(address)
    told = {"id": "1", "customer_id": "c-1", "time": 1_767_225_600_000, "channel": "web", "kind": "complaint"}
    score = {"metric": "nps", "value": 0}
    answers = [
        told | {"id": str(number), "channel": channel, "score": score}
        for number, channel in enumerate(("web", "phone"))
    ]
    file = tmp_path / "touchpoints.jsonl"
    file.write_text("\n".join(map(json.dumps, answers)))
    on_kafka(settings, apply(settings, catalogue(settings)))
    assert run(["produce", str(file), *flags(settings)]) == 0

    report = tmp_path / "report.json"
    with Children() as children:
        command = [sys.executable, "-m", "app", "worker", "--set", f"report_path={report}", *flags(settings)]
        worker = children.start("worker", command, cwd=ROOT, env=dict(os.environ))
        follow = [sys.executable, "-m", "app", "alerts", "--follow", "--from-beginning", "--json", *flags(settings)]
        reader = children.start("reader", follow, cwd=ROOT)
        while not reader.log.read_bytes().endswith(b"\n"):
            assert worker.wait(0.05) is None, worker.last_lines()
        worker.signal(15)
        assert worker.wait(30) == 0, worker.last_lines()

    assert json.loads(report.read_text())["applied"] == 2
    capsys.readouterr()
    assert run(["profile", "c-1", "--json", *flags(settings)]) == 0
    assert json.loads(capsys.readouterr().out)["touchpoints"] == 2


COMMANDS = {
    "topics": ["topics", "check"],
    "produce": ["produce", str(ROOT / "docs/examples/touchpoints.jsonl")],
    "redrive": ["dlq", "redrive", "--yes"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KANARYA_SASL_PASSWORD", "wrong", ("user 'canary'", "KANARYA_SASL_USER", "KANARYA_SASL_PASSWORD")),
        ("KANARYA_SASL_MECHANISM", "SCRAM-SHA-256", ("KANARYA_SASL_MECHANISM = SCRAM-SHA-256",)),
        ("KANARYA_SECURITY", "sasl_ssl", ("KANARYA_SECURITY = sasl_ssl",)),
        ("KANARYA_SECURITY", "plaintext", ("KANARYA_SECURITY = plaintext",)),
    ],
)
def test_a_login_that_fails_is_said_by_its_settings(
    login: None,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
    value: str,
    told: tuple[str, ...],
) -> None:
    monkeypatch.setenv(name, value)

    assert run([*COMMANDS[command], "--broker", address]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert all(word in said for word in told)
    assert said.startswith("kanarya: ")
    assert LOGIN[1] not in said
