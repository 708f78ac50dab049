"""A changelog of millions of customers, written without folding millions of touchpoints, and touchpoints of theirs.

`stores` puts it before a worker. The states are those that a fold of the benchmark's touchpoints gives, each of them
given to many customers: a state does not hold its customer's id.
"""

import random
from collections.abc import Iterator
from typing import Final

import numpy as np
from confluent_kafka import Producer

from agents.batch import batch_of
from agents.fold import fold_batch
from agents.folded import Rules
from app.partitioner import partition_of
from benchmarks.data import FIRST_MS, SPAN_MS, records
from benchmarks.kafka import PARTITIONS
from benchmarks.stages import _Record
from models.alert_record import Place
from models.codec import META_KEY, Meta, TopicMeta, encode_meta, profile_key
from models.policy import Policy
from models.sentiment import built_in

BEFORE: Final = "bench.before"
"""The topic that the states came from; its small id is 1, so that no offset of the other one is known."""
_FOLDED: Final = 40_000
_FLUSH_S: Final = 120


def states(seed: int, topic: str) -> list[bytes]:
    """State bytes, as different as the customers of a zipf(1.1) stream are."""
    stream = records("tz", seed, _FOLDED)
    made = [_Record(number, FIRST_MS + SPAN_MS, key, value) for number, (key, value) in enumerate(stream)]
    rules, place = Rules(Policy(), built_in(), "bench"), Place(0, (topic, BEFORE))
    folded = fold_batch(batch_of(BEFORE, 0, made), 1, place, 1, rules, lambda keys: [None] * len(keys))
    return list(folded.states.values())


def customer(number: int) -> bytes:
    """The id of a customer."""
    return b"cust-%08d" % number


def write_changelog(address: str, changelog: str, topic: str, seed: int, customers: int) -> float:
    """Write a state of each customer and the meta records; returns the mean bytes of a state."""
    known = states(seed, topic)
    random.Random(seed).shuffle(known)
    producer = Producer({
        "bootstrap.servers": address, "acks": "all", "linger.ms": 20, "batch.size": 1 << 19,
        "queue.buffering.max.messages": 500_000, "queue.buffering.max.kbytes": 1 << 18,
    })  # fmt: skip
    meta = encode_meta(Meta({topic: TopicMeta(0, 0, -1), BEFORE: TopicMeta(1, 0, _FOLDED)}, 1))
    for partition in range(PARTITIONS):
        producer.produce(changelog, meta, META_KEY, partition=partition)
    for number in range(customers):
        id_ = customer(number)
        while True:
            try:
                producer.produce(
                    changelog, known[number % len(known)], profile_key(id_), partition=partition_of(id_, PARTITIONS)
                )
                break
            except BufferError:
                producer.poll(0.05)
        if not number % 2000:
            producer.poll(0)
    if left := producer.flush(_FLUSH_S):
        raise RuntimeError(f"{left} records of {changelog} were not acknowledged within {_FLUSH_S} s")
    return sum(map(len, known)) / len(known)


def touchpoints(seed: int, first: int, count: int, customers: int, *, hot: bool) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of touchpoints of these customers: each as likely as any other, or by zipf(1.1) if `hot`."""
    rng = np.random.default_rng([seed, first])
    if hot:
        weights = np.cumsum(1 / np.arange(1, customers + 1) ** 1.1)
        numbers = np.searchsorted(weights / weights[-1], rng.random(count)).clip(0, customers - 1)
        numbers = (numbers * 7919) % customers
    else:
        numbers = rng.integers(0, customers, count)
    stream = records("tu", seed, first + count, first, count)
    for number, (key, value) in zip(numbers.tolist(), stream, strict=True):
        id_ = customer(number)
        yield id_, value.replace(b'"' + key + b'"', b'"' + id_ + b'"', 1)
