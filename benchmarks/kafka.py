"""The broker of a benchmark and the data on it: a real Apache Kafka where this machine can run one, else the embedded.

`__main__` opens one broker for the whole run, on its own core where `taskset` exists, and feeds each data set once.
"""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from app.dev.apache_kafka import VERSION, ApacheKafka, lacking
from app.dev.broker import EmbeddedBroker

PARTITIONS: Final = 4
_FLUSH_S: Final = 120
_ANSWER_S: Final = 30
_HEAP_MB: Final = 1024


@dataclass(frozen=True)
class Cores:
    """The core of the broker and its clients, and that of the system under test; empty where nothing is pinned."""

    broker: list[str]
    tested: list[str]
    """Commands to start a process under."""

    @property
    def pinned(self) -> bool:
        """Whether the two stand on different cores."""
        return bool(self.tested)


def cores() -> Cores:
    """The first two cores of this process, where `taskset` exists and there are two."""
    if shutil.which("taskset") is None or not hasattr(os, "sched_getaffinity"):
        return Cores([], [])
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return Cores([], [])
    return Cores(["taskset", "-c", str(allowed[0])], ["taskset", "-c", str(allowed[1])])


def stay_with_broker(pins: Cores) -> None:
    """Put this process, and what it starts from now on, on the broker's core."""
    if pins.pinned:
        os.sched_setaffinity(0, {int(pins.broker[-1])})


@contextmanager
def broker(pins: Cores) -> Iterator[tuple[str, str]]:
    """Address and name of a broker of its own."""
    if lacking() is None:
        with ApacheKafka(pin=pins.broker, heap_mb=_HEAP_MB) as kafka:
            yield kafka.address, f"Apache Kafka {VERSION}"
        return
    with EmbeddedBroker() as embedded:
        if pins.pinned:
            os.sched_setaffinity(embedded.child.pid, {int(pins.broker[-1])})
        yield embedded.address, "tansu (embedded)"


def make_topic(address: str, topic: str) -> None:
    """Create a topic that keeps its records; returns when it can be written."""
    admin = AdminClient({"bootstrap.servers": address})
    (made,) = admin.create_topics([NewTopic(topic, PARTITIONS, 1, config={"retention.ms": "-1"})]).values()
    made.result(_ANSWER_S)


def feed(address: str, topic: str, records: Iterable[tuple[bytes, bytes]]) -> tuple[int, float]:
    """Produce all records with murmur2 placement; (bytes of the values, seconds)."""
    producer = Producer({
        "bootstrap.servers": address, "partitioner": "murmur2_random", "acks": "all", "linger.ms": 20,
        "batch.size": 1 << 18, "queue.buffering.max.messages": 500_000, "queue.buffering.max.kbytes": 1 << 18,
        "enable.idempotence": False,  # the embedded broker has none
    })  # fmt: skip
    size_bytes, started_s = 0, time.monotonic()
    for number, (key, value) in enumerate(records):
        produce(producer, topic, value, key)
        size_bytes += len(value)
        if not number % 2000:
            producer.poll(0)
    flush(producer, topic)
    return size_bytes, time.monotonic() - started_s


def produce(producer: Producer, topic: str, value: bytes | None, key: bytes | None, partition: int = -1) -> None:
    """Hand a record over, as soon as there is room."""
    while True:
        try:
            producer.produce(topic, value, key, partition)
        except BufferError:
            producer.poll(0.05)
        else:
            return


def flush(producer: Producer, topic: str) -> None:
    """Wait for all acknowledgements."""
    if left := producer.flush(_FLUSH_S):
        raise RuntimeError(f"{left} records of {topic} were not acknowledged within {_FLUSH_S} s")


def reader(address: str, group: str = "bench-reader", **more: Any) -> Consumer:
    """A consumer that never joins its group."""
    return Consumer({
        "bootstrap.servers": address, "group.id": group, "enable.auto.commit": False,
        "auto.offset.reset": "earliest", **more,
    })  # fmt: skip


def places(topic: str) -> list[TopicPartition]:
    """All partitions of a topic of the benchmark."""
    return [TopicPartition(topic, number) for number in range(PARTITIONS)]


def ends(consumer: Consumer, topic: str) -> list[int]:
    """The end offset of each partition."""
    return [consumer.get_watermark_offsets(place, _ANSWER_S)[1] for place in places(topic)]


def committed(consumer: Consumer, topic: str) -> list[int]:
    """The committed offset of each partition by the consumer's group, 0 before any."""
    return [max(0, place.offset) for place in consumer.committed(places(topic), _ANSWER_S)]


def whole_topic(address: str, topic: str) -> Iterator[Message]:
    """Every record of a topic up to its present end."""
    consumer = reader(address)
    try:
        left = {number: end for number, end in enumerate(ends(consumer, topic)) if end}
        consumer.assign([TopicPartition(topic, number, 0) for number in left])
        while left:
            for message in consumer.consume(10_000, 1.0):
                if message.error() is not None:
                    raise RuntimeError(str(message.error()))
                if message.offset() + 1 >= left.get(message.partition(), 0):
                    left.pop(message.partition(), None)
                yield message
    finally:
        consumer.close()
