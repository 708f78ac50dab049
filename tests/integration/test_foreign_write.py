"""A rogue writes old states into the changelog: while the owner rests, while it works, and after its last write."""

from collections.abc import Callable

from confluent_kafka import Producer

from app.catalogue import changelog
from app.dev.simulate.record import Record
from app.settings import Settings
from models.codec import META_KEY
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.recovery_verdict import assert_recovers, foreign_records
from tests.integration.verdict import assert_exact
from tests.integration.workers import Worker, Workers

RECORDS = 3000
REST_S = 10.0
"""So often a resting owner looks."""


class Rogue:
    """A worker of an earlier time: its RecordBatches begin with its meta record, and hold all it ever wrote."""

    def __init__(self, settings: Settings) -> None:
        self._topic = changelog(settings)
        self._old = [each for each in read(settings.broker, self._topic) if each.value is not None]
        self._producer = Producer(
            {"bootstrap.servers": settings.broker, "linger.ms": 50, "acks": "all", "batch.num.messages": 100_000}
        )

    def write(self) -> None:
        """One RecordBatch for each partition: alerts that were published and deleted long since are among it."""
        for partition in {each.place[1] for each in self._old}:
            own = [each for each in self._old if each.place[1] == partition]
            *_, meta = [each for each in own if each.key == META_KEY]
            for each in (meta, *(old for old in own if old.key != META_KEY)):
                self._producer.produce(self._topic, each.value, each.key, partition=partition)
        assert self._producer.flush(60) == 0


def mended(worker: Worker, times: int) -> None:
    """Return when the worker has mended so many times; no partition's is held back as one said already."""
    worker.says("foreign_write_mended", times, within_s=3 * REST_S)


def test_whatever_a_rogue_writes_into_the_changelog_the_owner_s_states_stay(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records, topic = simulated(RECORDS), settings.inputs[0]
    parts = [records[n * RECORDS // 5 : (n + 1) * RECORDS // 5] for n in range(5)]
    with committed(settings) as group:
        feed.send(topic, parts[0])
        first = workers.start()
        group.reach(feed.ends)
        first.stop()
        rogue = Rogue(settings)

        owner = workers.start().is_ready()
        feed.send(topic, parts[1])
        group.reach(feed.ends)
        rogue.write()
        mended(owner, settings.partitions)  # while it rests

        feed.send(topic, parts[2])
        rogue.write()
        feed.send(topic, parts[3])  # while it works
        group.reach(feed.ends)
        mended(owner, 2 * settings.partitions)
        told = owner.stop()
        rogue.write()  # after its last write

        next_owner = workers.start().is_ready()
        mended(next_owner, settings.partitions)
        feed.send(topic, parts[4])
        group.reach(feed.ends)
    last = next_owner.stop()

    assert_exact(settings, feed)
    assert_recovers(settings)
    assert foreign_records(settings) == told["foreign_records"] + last["foreign_records"] > 0
    assert told["keys_mended"] >= 2 * settings.partitions
    assert not [line for worker in workers.started for line in worker.lines("partition_fenced")]
