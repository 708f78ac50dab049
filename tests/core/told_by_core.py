"""All bytes that a core makes of many streams, as one hash for each.

`python -m benchmarks.on_core CORE tests.core.told_by_core SEED` prints them.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256

from agents.folded import Rules
from benchmarks.data import records
from models.policy import Policy
from models.public_profile import render
from models.sentiment import built_in
from tests.care_stream import care_stream
from tests.product import Worker
from tests.streams import Record, stream

STREAMS = 120
BENCH_EVENTS = 20_000


def streams(seed: int) -> Iterator[tuple[str, list[Record], Worker]]:
    """Streams that look for trouble, and the benchmark's with its texts."""
    for number in range(STREAMS):
        yield f"stream {seed + number}", stream(seed + number, 120, bad=0.1, retries=0.1, late=0.2), Worker()
    for number in range(STREAMS // 4):
        yield f"care {seed + number}", care_stream(seed + number, 150), Worker()
    rules = Rules(Policy(), built_in(), "test")
    data = enumerate(records("tz", seed % 1000, BENCH_EVENTS))
    told = [
        {"topic": "bench", "offset": offset, "timestamp_ms": 10**13, "key": key, "value": value, "headers": ()}
        for offset, (key, value) in data
    ]
    yield "bench", told, Worker(rules=rules)


def digest(worker: Worker) -> str:
    """Of states, alerts, dead letters, counts and public profiles."""
    told = sha256()
    for key, value in sorted(worker.states.items()):
        told.update(key + value)
    for alert in worker.alerts:
        told.update(alert)
    told.update(repr((worker.dead, worker.books)).encode())
    for _, profile in sorted(worker.profiles().items()):
        told.update(render(profile, worker.place, worker.rules.policy, worker.rules.scorer.name))
    return told.hexdigest()


if __name__ == "__main__":
    for name, events, worker in streams(int(sys.argv[1])):
        worker.feed(events, cuts=range(0, len(events), 37))
        print(name, digest(worker))
