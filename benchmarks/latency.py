"""From an event to its alert: a producer at a constant rate, and a consumer of the alerts, in a process of their own.

A sample is the time between handing a touchpoint to the producer, and having the alert in hand that names it as its
trigger. The program prints one line of JSON; `measure` starts it beside a worker that has nothing else to do.
"""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Final, cast

from confluent_kafka import Consumer, Producer, TopicPartition

from app.catalogue import alerts
from benchmarks.data import DataSet, index_of, records
from benchmarks.kafka import ends, places, reader
from benchmarks.kanarya_worker import Worker

WARM_S: Final = 8.0
"""Samples of the first seconds are left out: the broker's and the producer's own start lets a queue grow between them,
which takes some four seconds to go."""
_TICK_S: Final = 0.002
_AFTER_S: Final = 3.0


@dataclass(frozen=True)
class Latency:
    """One period at a constant rate."""

    rate: int
    """Events a second that were asked for."""
    produced: int
    seconds: float
    samples: int
    p50_ms: float
    p90_ms: float
    p99_ms: float
    most_ms: float


def measure(worker: Worker, rate: int, seconds: float, first: int) -> Latency:
    """Go on with the worker's stream from its touchpoint `first`."""
    case = worker.case
    told = (
        case.broker,
        case.topic,
        alerts(worker.settings),
        case.data_set,
        case.seed,
        case.total,
        first,
        rate,
        seconds,
    )
    command = [sys.executable, "-m", "benchmarks.latency", *map(str, told)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60 + 10 * seconds, check=True)
    return Latency(**json.loads(done.stdout.splitlines()[-1]))


class Alerts(threading.Thread):
    """Notes when each alert was seen."""

    def __init__(self, broker: str, topic: str) -> None:
        super().__init__(daemon=True)
        self.seen: dict[int, float] = {}
        """Place of the trigger in the stream -> when its alert was in hand, monotonic seconds."""
        self.until_s = float("inf")
        self._consumer: Consumer = reader(broker, "bench-latency", **{"fetch.wait.max.ms": 5, "fetch.min.bytes": 1})
        now = zip(places(topic), ends(self._consumer, topic), strict=True)
        self._consumer.assign([TopicPartition(place.topic, place.partition, end) for place, end in now])

    def run(self) -> None:
        """Read until `until_s`."""
        while time.monotonic() < self.until_s:
            messages = self._consumer.consume(500, 0.01)
            now_s = time.monotonic()
            for message in messages:
                if message.error() is None:
                    trigger = json.loads(message.value() or b"")["trigger"]
                    self.seen.setdefault(index_of(trigger["id"]), now_s)
        self._consumer.close()


def produce(broker: str, topic: str, stream: list[tuple[bytes, bytes]], rate: int) -> list[float]:
    """Send all at the rate; when each was handed over, monotonic seconds."""
    producer = Producer({
        "bootstrap.servers": broker, "partitioner": "murmur2_random", "linger.ms": 2, "acks": "all",
        "queue.buffering.max.messages": 1_000_000,
    })  # fmt: skip
    sent_s: list[float] = []
    began_s = time.monotonic()
    while len(sent_s) < len(stream):
        due = min(len(stream), int((time.monotonic() - began_s) * rate))
        for key, value in stream[len(sent_s) : due]:
            sent_s.append(time.monotonic())
            producer.produce(topic, value, key)
        producer.poll(0)
        time.sleep(_TICK_S)
    producer.flush(30)
    return sent_s


def main(broker: str, topic: str, alert_topic: str, data_set: str, *numbers: str) -> None:
    """Produce, watch, print."""
    seed, total, first, rate = map(int, numbers[:4])
    seconds = float(numbers[4])
    stream = list(records(cast("DataSet", data_set), seed, total, first, round(rate * seconds)))
    watching = Alerts(broker, alert_topic)
    watching.start()
    sent_s = produce(broker, topic, stream, rate)
    watching.until_s = time.monotonic() + _AFTER_S
    watching.join()
    counted_s = sent_s[0] + WARM_S
    took_ms = sorted(
        1000 * (seen_s - sent_s[place - first])
        for place, seen_s in watching.seen.items()
        if 0 <= place - first < len(sent_s) and sent_s[place - first] >= counted_s
    )

    def share(of: float) -> float:
        return round(took_ms[min(len(took_ms) - 1, int(of * len(took_ms)))], 1)

    figures = {"samples": len(took_ms), "p50_ms": share(0.5), "p90_ms": share(0.9), "p99_ms": share(0.99)}
    span = {"rate": rate, "produced": len(sent_s), "seconds": round(sent_s[-1] - sent_s[0], 2)}
    print(json.dumps({**span, **figures, "most_ms": share(1.0)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
