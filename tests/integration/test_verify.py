"""`kanarya verify` on a real Kafka: every fault of the short set, and that nothing is left on a cluster of others."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from app.verify.faults import registry
from tests.integration.patience import until
from tests.integration.real_kafka import require_own
from tests.integration.workers import ROOT
from tests.terminal import Terminal

SEED = 7
real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
SHORT = {name: fault for name, fault in registry().items() if fault.in_short_set}
SHARED = [name for name, fault in SHORT.items() if "own_broker" not in fault.needs]
OWN = [name for name in SHORT if name not in SHARED]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "app", "verify", *map(str, words)]


def verified(*words: object) -> None:
    """Run one fault; on failure its whole result is shown."""
    done = subprocess.run(
        command(*words, "--seed", SEED, "--json"), cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    (result,) = json.loads(done.stdout)["results"]

    assert result["faults"] == [], json.dumps(result, indent=2)
    assert done.returncode == 0
    if registry()[result["fault"]].exact:
        assert result["verdict"]["produced"] >= result["events"]
    assert len(result["hits"]) >= registry()[result["fault"]].short.hits


@pytest.fixture
def ours(broker: str) -> Iterator[Callable[[], set[str]]]:
    """Topics and groups of `kanarya verify` on the broker."""
    admin = AdminClient({"bootstrap.servers": broker})

    def listed() -> set[str]:
        groups = {group.group_id for group in admin.list_consumer_groups().result(10).valid}
        return {name for name in groups | set(admin.list_topics(timeout=10).topics) if name.startswith("verify-")}

    yield listed
    until(lambda: not listed(), "the end of everything that verify made", 10)


@real
@pytest.mark.slow
@pytest.mark.parametrize("fault", SHARED)
def test_nothing_is_lost_or_counted_twice(broker: str, ours: Callable[[], set[str]], fault: str) -> None:
    verified("--fault", fault, "--broker", broker)


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.parametrize("fault", OWN)
def test_nothing_is_lost_when_the_broker_is_harmed(fault: str) -> None:
    require_own("a Kafka that may be killed")
    verified("--fault", fault, "--kafka")


@real
def test_an_interrupted_run_leaves_nothing_on_the_cluster(broker: str, ours: Callable[[], set[str]]) -> None:
    words = command("--fault", "steady", "--broker", broker, "--json")
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: any(not name.endswith("changelog") and "." not in name for name in ours()), "the workers' group")
    process.send_signal(signal.SIGINT)
    asked_s = time.monotonic()
    out, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "kanarya: interrupted; without a result: steady"
    assert [json.loads(out)[name] for name in ("passed", "not_run", "results")] == [False, ["steady"], []]
    assert "Traceback" not in said
    assert time.monotonic() - asked_s < 20


@real
@pytest.mark.parametrize(
    ("end", "code"), [(lambda it: it.process.terminate(), 143), (lambda it: it.type(b"\x03"), 130)], ids=["TERM", "INT"]
)
def test_a_run_that_is_broken_off_while_it_compares_ends_soon_and_leaves_nothing(
    broker: str, ours: Callable[[], set[str]], tmp_path: Path, end: Callable[[Terminal], None], code: int
) -> None:
    words = command("--fault", "steady", "--events", 12_000, "--rate", 12_000, "--broker", broker)
    with Terminal(words, {**os.environ, "TMPDIR": str(tmp_path)}) as terminal:
        terminal.until(lambda: terminal.sees("comparing"), 120)
        end(terminal)
        terminal.until(terminal.ended, 20)

    assert terminal.process.returncode == code
    assert b"Traceback" not in terminal.written
    assert list(tmp_path.iterdir()) == []


@real
def test_a_cluster_that_refuses_the_topics_is_said_to_and_nothing_runs(
    broker: str, ours: Callable[[], set[str]]
) -> None:
    words = command("--broker", broker, "--set", "replication=9")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1, done.stderr
    assert "CREATE" in done.stderr
    assert "replication says (9)" in done.stderr
    assert ".." not in done.stderr
    assert "Traceback" not in done.stderr
