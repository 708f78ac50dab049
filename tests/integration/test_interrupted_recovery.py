"""A second worker comes while the first one still recovers: what was recovered until then is not all there is."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest
from confluent_kafka.admin import AdminClient

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.patience import until
from tests.integration.verdict import newest_profiles
from tests.integration.workers import Workers

real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""Only over a real Kafka: the embedded broker hands out a whole changelog at once, whatever was asked for."""
CUSTOMERS: Final = 6000
SESSION_S: Final = 6.0
"""A frozen worker must not lose its place in the group before the other one is there."""


@pytest.fixture
def joining(settings: Settings) -> Callable[[], bool]:
    """Whether a member waits for the others to join again."""
    admin = AdminClient({"bootstrap.servers": settings.broker})

    def is_joining() -> bool:
        told = admin.describe_consumer_groups([settings.group])[settings.group].result(10)
        return bool(told.state.name != "STABLE")

    return is_joining


def visits(turn: int) -> list[Record]:
    """One touchpoint of each customer."""
    now_ms = time.time_ns() // 1_000_000
    return [_visit(f"c-{number:05d}", turn, now_ms - 1000 + turn) for number in range(CUSTOMERS)]


def _visit(customer_id: str, turn: int, at_ms: int) -> Record:
    told = {"id": f"t-{turn}", "customer_id": customer_id, "time": at_ms, "channel": "web", "kind": "page_view"}
    return Record(customer_id.encode(), json.dumps(told).encode(), (), "good", customer_id, f"/t-{turn}", at_ms)


@real
def test_no_partition_is_opened_on_half_of_its_states(
    settings: Settings, workers: Workers, feed: Feed, joining: Callable[[], bool]
) -> None:
    topic = settings.inputs[0]
    with committed(settings) as group:
        feed.send(topic, visits(1))
        first = workers.start()
        group.reach(feed.ends)
        first.stop()

        slow = workers.start(fetch_bytes=1024, session_timeout_s=SESSION_S)
        slow.says("rebalance_ended")
        slow.child.signal(signal.SIGSTOP)
        assert not slow.lines("recovered"), "too late: its states are whole"
        second = workers.start(session_timeout_s=SESSION_S)
        until(joining, "the second worker to join", SESSION_S)
        slow.child.signal(signal.SIGCONT)
        second.is_ready()
        slow.is_ready()
        feed.send(topic, visits(2))
        group.reach(feed.ends)
        second.stop()
        feed.send(topic, visits(3))
        group.reach(feed.ends)
        slow.stop()

    whole = Counter(partition for _, partition, _ in feed.sent)
    openings = [line for worker in workers.started for line in worker.lines("partition_opened")]
    later = [line for line in sorted(openings, key=told_at) if line["epoch"] > 1]
    assert {line["customers"] * 3 - whole[line["partition"]] for line in later} == {0}
    for partition in range(settings.partitions):
        epochs = [line["epoch"] for line in later if line["partition"] == partition]
        assert epochs == sorted(set(epochs)), "an owner began from a meta record that was not the newest"
    assert Counter(profile["touchpoints"] for profile in newest_profiles(settings).values()) == {3: CUSTOMERS}


def told_at(line: dict[str, Any]) -> str:
    return str(line["at"])
