"""Row 21: producers of three releases write to one topic: what an older one leaves out, and a newer one adds."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

import orjson

from app.dev.simulate.record import Record
from app.verify.fault import Expect, Fault
from app.verify.faults.sigkill import strike
from app.verify.plan import Schedule, Size

_OPTIONAL: Final = ("direction", "actor", "language", "employee_id", "campaign_id", "location", "attributes")
_REFUSED_SHARE: Final = 0.01

Touch = dict[str, Any]


def _older(touch: Touch) -> Touch:
    """Optional fields that it does not have yet, and the customer in the key only."""
    return {name: value for name, value in touch.items() if name not in (*_OPTIONAL, "customer_id")}


def _newer(touch: Touch) -> Touch:
    """Fields that we do not know, beside ours and within them."""
    more = {"mood": "sunny", "ticket": {"id": 7, "tags": ["a"]}}
    score = {"score": {**touch["score"], "scale": "likert"}} if touch.get("score") else {}
    return {**touch, **more, **score}


def _same(touch: Touch) -> Touch:
    return touch


RELEASES: Final[tuple[Callable[[Touch], Touch], ...]] = (_older, _same, _newer)
REFUSED: Final[tuple[tuple[str, Touch], ...]] = (
    ("unknown_value", {"kind": "hologram_shown"}),
    ("unknown_value", {"actor": "avatar"}),
    ("unknown_value", {"direction": "sideways"}),
    ("wrong_type", {"product": {"id": "kettle"}}),
    ("wrong_type", {"order": "o-1"}),
    ("wrong_type", {"sentiment": "bad"}),
)
"""Reason, and what a newer release would write in a way that this one must not guess at."""


def stream(schedule: Schedule, records: list[Record]) -> list[Record]:
    """Each record as one of three releases writes it; some as a newer one that cannot be read.

    A retry comes from the same producer again, so it is the same bytes.
    """
    rng = schedule.rng("drift")
    written: dict[tuple[str, bytes | None], Record] = {}
    fed: list[Record] = []
    for record in records:
        if record.role == "bad":
            fed.append(record)
            continue
        known = (record.customer_id, record.value)
        if known not in written:
            written[known] = _written(rng, record)
        fed.append(written[known]._replace(role=record.role))
        if rng.random() < _REFUSED_SHARE:
            fed.append(_refused(rng, record, len(fed)))
    return fed


def _written(rng: Random, record: Record) -> Record:
    return record._replace(value=orjson.dumps(rng.choice(RELEASES)(orjson.loads(record.value or b""))))


def _refused(rng: Random, record: Record, number: int) -> Record:
    reason, more = rng.choice(REFUSED)
    touch = {**orjson.loads(record.value or b""), "id": f"drift-{number}", **more}
    return Record(record.key, orjson.dumps(touch), record.headers, "bad", "", reason, 0)


FAULTS: Final = (
    Fault(
        name="drift",
        rows=(21,),
        meaning="producers of an older, this and a newer release on one topic; one SIGKILL",
        strike=strike,
        short=Size(events=10_000, per_second=2000, hits=1),
        long=Size(events=50_000, per_second=2000, hits=1),
        stream=stream,
        expect=Expect(applied_within_s=25),
        in_short_set=False,
    ),
)
