"""The touchpoints of a run: simulated customers, and what goes wrong between a producer and the topic. Pure.

`run` feeds what `generate` gives, and then `witnesses`. Ids are dense: those of a customer are numbered without a gap,
so that a count says how many are missing. What must come out is not derived here but from the topic, by `reference`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

import orjson

from app.dev.simulate.faults import with_bad, with_retries
from app.dev.simulate.record import Record
from app.dev.simulate.stream import stream
from app.verify.plan import Schedule

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS


@dataclass(frozen=True)
class Mix:
    """What is wrong with a stream, in shares of all its records."""

    retries: float = 0.01
    """Sent twice; within the reach of the guard against duplicates."""
    bad: float = 0.005
    """Cannot be touchpoints."""
    disordered: float = 0.02
    """Come up to `disorder_ms` of event time later than their turn."""
    disorder_ms: int = 10 * MINUTE_MS
    late: float = 0.0
    """Come between one and two times `late_ms` of event time later than their turn."""
    late_ms: int = HOUR_MS


def generate(schedule: Schedule, mix: Mix, end_ms: int) -> list[Record]:
    """As many records as the schedule says, of the eight weeks before `end_ms`, in the order in which they are fed."""
    count = schedule.size.events
    rng = schedule.rng("stream")
    retries, bad = int(count * mix.retries), int(count * mix.bad)
    good = _delayed(_numbered(stream(schedule.seed, count - retries - bad, end_ms)), rng, mix)
    return with_bad(with_retries(good, rng, retries), rng, bad, end_ms)


def witnesses(records: Iterable[Record], end_ms: int) -> list[Record]:
    """One more touchpoint of each customer, at `end_ms`: it publishes what the state of the customer holds."""
    customers = sorted({record.customer_id for record in records if record.role != "bad"})
    return [_witness(customer_id, end_ms) for customer_id in customers]


def _witness(customer_id: str, at_ms: int) -> Record:
    told = {"id": "witness", "source": "verify", "time": at_ms, "channel": "web", "kind": "page_view"}
    value = orjson.dumps({**told, "customer_id": customer_id})
    return Record(customer_id.encode(), value, (), "good", customer_id, "verify/witness", at_ms)


def _numbered(records: Iterable[Record]) -> list[Record]:
    """The ids of each customer run from 0 without a gap, in the order of the stream."""
    counts: Counter[str] = Counter()
    numbered = []
    for record in records:
        touchpoint = orjson.loads(record.value or b"")
        touchpoint["id"] = str(counts[record.customer_id])
        counts[record.customer_id] += 1
        identity = f"{touchpoint['source']}/{touchpoint['id']}"
        numbered.append(record._replace(value=orjson.dumps(touchpoint), identity=identity))
    return numbered


def _delayed(records: list[Record], rng: Random, mix: Mix) -> list[Record]:
    """Put a share of the records behind others of later event times."""
    turns = []
    for place, record in enumerate(records):
        chance = rng.random()
        wait_ms = 0
        if chance < mix.late:
            wait_ms = rng.randrange(mix.late_ms, 2 * mix.late_ms)
        elif chance < mix.late + mix.disordered:
            wait_ms = rng.randrange(mix.disorder_ms)
        turns.append((record.at_ms + wait_ms, place))
    return [records[place] for _, place in sorted(turns)]
