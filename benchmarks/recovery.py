"""How fast a worker comes back: it is started again on a full changelog, and says itself what it recovered.

The line `recovered` of its log counts from the assignment of the partitions to the last state in the store. What the
changelog holds is read here by a plain consumer: the newest state of each customer, and its bytes. Before the first
restart it is written again as it stands until it is long enough that nothing but the reading counts.
"""

from dataclasses import dataclass
from typing import Final

from confluent_kafka import Producer

from app.catalogue import changelog
from benchmarks.kafka import flush, produce, whole_topic
from benchmarks.kanarya_worker import Worker
from models.codec import is_profile_key

LEAST_RECORDS: Final = 1_000_000
_RECORD_BATCH_BYTES: Final = 900_000
"""As the worker's."""


@dataclass(frozen=True)
class Recovery:
    """One restart."""

    records: int
    """Of the changelog: states, each customer's as often as it was written and not yet compacted away, and others."""
    size_bytes: int
    took_s: float

    @property
    def per_second(self) -> float:
        """States a second."""
        return self.records / self.took_s

    @property
    def mb_per_second(self) -> float:
        """Megabytes (10^6) fetched a second."""
        return self.size_bytes / 1e6 / self.took_s


@dataclass(frozen=True)
class Customers:
    """What is kept."""

    customers: int
    mean_bytes: float
    """Of a state, without its key."""
    largest_bytes: int


def restart(worker: Worker) -> Recovery:
    """Start a drained worker again."""
    worker.start()
    told = worker.wait_for("recovered")
    return Recovery(told["records"], told["size_bytes"], told["took_s"])


def lengthen(worker: Worker) -> None:
    """Write a drained worker's changelog again, in its order, until it holds `LEAST_RECORDS`: one not yet compacted."""
    topic = changelog(worker.settings)
    records = [(each.partition(), each.key(), each.value()) for each in whole_topic(worker.case.broker, topic)]
    producer = Producer({
        "bootstrap.servers": worker.case.broker, "linger.ms": 50, "batch.size": _RECORD_BATCH_BYTES,
        "batch.num.messages": 100_000, "queue.buffering.max.messages": 200_000, "enable.idempotence": False,
    })  # fmt: skip
    for _ in range(-(-LEAST_RECORDS // len(records)) - 1):
        for partition, key, value in records:
            produce(producer, topic, value, key, partition)
    flush(producer, topic)


def kept(worker: Worker) -> Customers:
    """The newest state of each customer in the worker's changelog."""
    sizes: dict[bytes, int] = {}
    for message in whole_topic(worker.case.broker, changelog(worker.settings)):
        key, value = message.key(), message.value()
        if key is not None and value is not None and is_profile_key(key):
            sizes[key] = len(value)
    return Customers(len(sizes), sum(sizes.values()) / len(sizes), max(sizes.values()))
