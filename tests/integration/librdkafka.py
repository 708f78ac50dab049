"""The other side of the broker, by librdkafka alone: producers of touchpoints, and readers of what came out.

Nothing of the product stands between these and the broker. `verdict` compares what they saw.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.patience import until

_BATCH_RECORDS: Final = 40
"""Of one RecordBatch; small, so that a short stream is many batches to the worker."""
_ANSWER_S: Final = 10.0
_COORDINATOR_MOVES: Final = (
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
)

Place = tuple[str, int, int]
"""Topic, partition, offset."""


class Feed:
    """A producer, and where everything it sent lies."""

    def __init__(self, broker: str, **options: object) -> None:
        """`options`: librdkafka's; by default keys are placed as Java clients place them."""
        self.sent: dict[Place, tuple[int, Record]] = {}
        """Place -> number of the `send` and the record, once the broker has acknowledged it."""
        self._sends = 0
        self._producer = Producer(
            {
                "bootstrap.servers": broker,
                "partitioner": "murmur2_random",
                "acks": "all",
                "max.in.flight.requests.per.connection": 1,  # what is sent again stays in its order
                "linger.ms": 2,
                "batch.num.messages": _BATCH_RECORDS,
                **options,
            }
        )

    def send(self, topic: str, records: Iterable[Record], timestamp_ms: int = 0) -> None:
        """Send records in order, by default with the present as their timestamp; returns once all are acknowledged."""
        self.send_each(((topic, record) for record in records), timestamp_ms)

    def send_each(self, addressed: Iterable[tuple[str, Record]], timestamp_ms: int = 0) -> None:
        """Send records, each to its topic; returns once all are acknowledged."""
        self._sends += 1
        for topic, record in addressed:
            note = partial(self._on_delivery, self._sends, record)
            headers = list(record.headers)
            self._producer.produce(
                topic, record.value, record.key, headers=headers, timestamp=timestamp_ms, on_delivery=note
            )
            self._producer.poll(0)
        assert self._producer.flush(60) == 0, "the broker did not acknowledge everything"

    def _on_delivery(self, send: int, record: Record, error: object, message: Any) -> None:
        assert error is None, error
        self.sent[message.topic(), message.partition(), message.offset()] = (send, record)

    @property
    def records(self) -> list[Record]:
        """Everything acknowledged."""
        return [record for _, record in self.sent.values()]

    @property
    def topics(self) -> list[str]:
        return sorted({topic for topic, _, _ in self.sent})

    @property
    def ends(self) -> dict[tuple[str, int], int]:
        """(topic, partition) -> offset behind the newest record."""
        ends: dict[tuple[str, int], int] = {}
        for topic, partition, offset in self.sent:
            ends[topic, partition] = max(ends.get((topic, partition), 0), offset + 1)
        return ends


@dataclass(frozen=True)
class Read:
    """A record as it lies on a topic."""

    place: Place
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes] = field(repr=False)
    timestamp_ms: int


def read(broker: str, topic: str) -> list[Read]:
    """Everything on a topic, by partition and offset."""
    found: list[Read] = []
    with _consumer(broker, "reader", {"enable.partition.eof": True}) as consumer:
        numbers = set(consumer.list_topics(topic, _ANSWER_S).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, number, 0) for number in numbers])
        ended: set[int] = set()

        def at_end() -> bool:
            for message in consumer.consume(1000, 0.1):
                if message.error() is not None and message.error().code() == KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                else:
                    found.append(_read(message))
            return ended == numbers

        until(at_end, f"the end of {topic}")
    return sorted(found, key=lambda each: each.place)


@contextmanager
def watching(broker: str, topic: str) -> Iterator[Callable[[], list[Read]]]:
    """A function that gives what was published since it was called last, from the topic's beginning on."""
    with _consumer(broker, "watcher", {}) as consumer:
        numbers = consumer.list_topics(topic, _ANSWER_S).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, 0) for number in numbers])
        yield lambda: [_read(message) for message in consumer.consume(1000, 0.02)]


def _read(message: Any) -> Read:
    assert message.error() is None, message.error()
    place = message.topic(), message.partition(), message.offset()
    return Read(place, message.key(), message.value(), dict(message.headers() or ()), message.timestamp()[1])


class Committed:
    """What a group has committed, asked without joining it."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    def offsets(self, topics: Iterable[str], partitions: int) -> dict[tuple[str, int], int]:
        """(topic, partition) -> next offset to read, of those that have one."""
        asked = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        told = until(lambda: self._answer(asked), "the group's coordinator")
        return {(each.topic, each.partition): each.offset for each in told if each.offset >= 0}

    def _answer(self, asked: list[Any]) -> list[Any]:
        try:
            return list(self._consumer.committed(asked, timeout=_ANSWER_S))
        except KafkaException as error:  # a broker that has just started moves the coordinator about
            if error.args[0].code() not in _COORDINATOR_MOVES:
                raise
            return []

    def reach(self, ends: Mapping[tuple[str, int], int], within_s: float = 60.0) -> None:
        """Return once everything before `ends` is committed."""
        topics, partitions = {topic for topic, _ in ends}, 1 + max(number for _, number in ends)

        def behind() -> list[str]:
            now = self.offsets(topics, partitions)
            return [f"{topic}[{n}]" for (topic, n), end in ends.items() if now.get((topic, n), 0) < end]

        until(lambda: not behind(), f"commits up to {dict(ends)}", within_s)


@contextmanager
def committed(settings: Settings) -> Iterator[Committed]:
    """The worker group's commits."""
    with _consumer(settings.broker, settings.group, {}) as consumer:
        yield Committed(consumer)


@contextmanager
def _consumer(broker: str, group: str, more: dict[str, object]) -> Iterator[Any]:
    options = {"bootstrap.servers": broker, "group.id": group, "enable.auto.commit": False, "fetch.wait.max.ms": 20}
    consumer = Consumer({**options, "auto.offset.reset": "earliest", **more})
    try:
        yield consumer
    finally:
        consumer.close()
