"""A second worker joins a busy group and leaves it again; partitions move twice while touchpoints arrive."""

from collections.abc import Callable

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import assert_exact
from tests.integration.workers import Workers

RECORDS = 8000
PARTS = 8


def test_partitions_move_to_a_second_worker_and_back_without_loss(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = simulated(RECORDS)
    parts = [records[n * RECORDS // PARTS : (n + 1) * RECORDS // PARTS] for n in range(PARTS)]
    topic = settings.inputs[0]
    with committed(settings) as group:
        feed.send(topic, parts[0])
        first = workers.start().is_ready()
        feed.send(topic, parts[1])
        second = workers.start()
        for part in parts[2:4]:
            feed.send(topic, part)
        second.is_ready()
        moved = {line["partition"] for line in second.says("partition_opened", settings.partitions // 2)}
        feed.send(topic, parts[4])
        group.reach(feed.ends)
        feed.send(topic, parts[5])
        left = second.stop()
        feed.send(topic, parts[6])
        group.reach(feed.ends)
        feed.send(topic, parts[7])
        group.reach(feed.ends)
    stayed = first.stop()

    assert len(moved) == settings.partitions // 2
    assert left["applied"] > 0
    assert_exact(settings, feed)
    assert stayed["applied"] + left["applied"] == sum(record.role == "good" for record in records)
