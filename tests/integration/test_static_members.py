"""Workers with an id of their own in the group: a restart moves nothing, and an id belongs to one of them."""

import signal
from collections.abc import Callable
from typing import Final

import pytest

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.patience import until
from tests.integration.verdict import assert_exact
from tests.integration.workers import Worker, Workers

real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""The embedded broker forgets the ids of its members."""
RECORDS: Final = 3000
PARTS: Final = 4
SESSION_S: Final = 25.0
"""A restart takes less, also on a busy machine."""


def parts_of(records: list[Record]) -> list[list[Record]]:
    return [records[n * RECORDS // PARTS : (n + 1) * RECORDS // PARTS] for n in range(PARTS)]


def share(worker: Worker, partitions: int) -> tuple[int, tuple[int, ...]]:
    """Generation and partitions that the worker was last given, once these are so many."""

    def given() -> tuple[int, tuple[int, ...]] | None:
        lines = [line for line in worker.lines("rebalance_ended") if len(line["partitions"]) == partitions]
        return (lines[-1]["generation"], tuple(lines[-1]["partitions"])) if lines else None

    found = until(given, f"{partitions} partitions for {worker.child.name}")
    assert found is not None
    return found


@real
def test_a_worker_that_is_restarted_within_the_session_timeout_moves_no_partition(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = parts_of(simulated(RECORDS))
    topic, half = settings.inputs[0], settings.partitions // 2
    with committed(settings) as group:
        feed.send(topic, records[0])
        first = workers.start(instance="worker-a", session_timeout_s=SESSION_S).is_ready()
        other = workers.start(instance="worker-b", session_timeout_s=SESSION_S).is_ready()
        generation, of_other = share(other, half)
        assert share(first, half)[0] == generation
        _, of_first = share(first, half)
        began = len(other.lines("rebalance_began"))
        feed.send(topic, records[1])
        group.reach(feed.ends)

        first.stop()
        feed.send(topic, records[2])
        again = workers.start(instance="worker-a", session_timeout_s=SESSION_S).is_ready()
        assert share(again, half) == (generation, of_first)
        feed.send(topic, records[3])
        group.reach(feed.ends)
        assert share(other, half) == (generation, of_other)
        assert len(other.lines("rebalance_began")) == began
        again.stop()
        other.stop()

    assert_exact(settings, feed)


@real
def test_a_second_worker_of_the_same_id_stops_the_first_one(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = parts_of(simulated(RECORDS))
    topic = settings.inputs[0]
    with committed(settings) as group:
        feed.send(topic, records[0])
        first = workers.start(instance="worker-a").is_ready()
        feed.send(topic, records[1])
        group.reach(feed.ends)
        second = workers.start(instance="worker-a").is_ready()
        code, why = first.ended()
        feed.send(topic, records[2])
        feed.send(topic, records[3])
        group.reach(feed.ends)
        second.stop()

    assert code == 1
    assert why == (
        f"KANARYA_INSTANCE = worker-a: another worker of group {settings.group} has started under this id and has taken"
        " over its partitions; give each worker an id of its own, or stop one of the two"
    )
    assert_exact(settings, feed)


@real
def test_a_worker_that_was_frozen_beyond_its_session_comes_back_under_its_id(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = parts_of(simulated(RECORDS))
    topic, half = settings.inputs[0], settings.partitions // 2
    with committed(settings) as group:
        feed.send(topic, records[0])
        frozen = workers.start(instance="worker-a").is_ready()
        other = workers.start(instance="worker-b").is_ready()
        share(other, half)
        group.reach(feed.ends)
        frozen.child.signal(signal.SIGSTOP)
        share(other, settings.partitions)
        openings = len(frozen.lines("partition_opened"))
        frozen.child.signal(signal.SIGCONT)
        frozen.says("partition_opened", openings + half)
        for part in records[1:]:
            feed.send(topic, part)
        group.reach(feed.ends)
        frozen.stop()
        other.stop()

    assert_exact(settings, feed)
