"""What lies on the topics when a run is over: read by a plain consumer, no code of the worker.

`run` calls `read_outcome`; `verdict` compares it with what the reference says of the input topic.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer

from app.catalogue import alerts, changelog, dead_letters, profiles
from app.dev.demo.tail import arrived, partitions_of
from app.kafka import client_options
from app.settings import Settings
from app.verify.watch import META_KEY, applied_of

_OUTBOX: Final = b"\x02"
_STATE: Final = b"\x01"
_LEFT_OUT: Final = b"; the value is left out, as "
_TOO_LARGE: Final = 1_900_000
"""Bytes of a value that may not fit, with the headers of a letter, into the 2 MiB of the dead letter topic."""

Place = tuple[int, int]
"""Partition and offset on the input topic."""


class Lying(NamedTuple):
    """A record as it lies on a topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]
    timestamp_ms: int


@dataclass
class Outcome:
    """All that can be seen from outside."""

    inputs: list[Lying] = field(default_factory=list)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Customer -> newest public profile."""
    alerts: dict[str, list[bytes]] = field(default_factory=dict)
    """Alert id -> its payloads, each different one once."""
    deliveries: int = 0
    """Records on the alert topic: redeliveries of an id are allowed."""
    dead_letters: dict[Place, str] = field(default_factory=dict)
    """Where the record lies that was refused -> why; a letter sent twice is one."""
    dead_altered: set[Place] = field(default_factory=set)
    """Of these, letters that do not hold the record's key, value and headers as they came."""
    states: set[str] = field(default_factory=set)
    """Customers whose state stands in the changelog."""
    outbox: int = 0
    """Alerts in the changelog that nobody has published."""
    applied: dict[int, int] = field(default_factory=dict)
    """Partition -> last applied offset, by the newest meta record."""


async def read_outcome(settings: Settings) -> Outcome:
    """Read every topic from the first to the last record. The workers must have ended."""
    outcome = Outcome(inputs=await read(settings, settings.inputs[0]))
    newest = {each.key or b"": each.value for each in await read(settings, profiles(settings))}
    outcome.profiles = {key.decode(): json.loads(value) for key, value in newest.items() if value is not None}
    payloads: defaultdict[str, list[bytes]] = defaultdict(list)
    for each in await read(settings, alerts(settings)):
        outcome.deliveries += 1
        value = each.value or b"null"
        seen = payloads[json.loads(value)["id"]]
        if value not in seen:
            seen.append(value)
    outcome.alerts = dict(payloads)
    lying = {(each.partition, each.offset): each for each in outcome.inputs}
    for each in await read(settings, dead_letters(settings)):
        told = {name: each.headers[f"__streams.errors.{name}"].decode() for name in ("partition", "offset")}
        reason = each.headers["kanarya-reason"].decode()
        place = int(told["partition"]), int(told["offset"])
        outcome.dead_letters[place] = reason
        if place not in lying or not as_it_came(each, lying[place]):
            outcome.dead_altered.add(place)
    _states(outcome, await read(settings, changelog(settings)))
    return outcome


def _states(outcome: Outcome, records: list[Lying]) -> None:
    """The newest value of each key of the changelog."""
    newest = {(each.partition, each.key or b""): each.value for each in records}
    for (partition, key), value in newest.items():
        if value is None:
            continue
        if key == META_KEY:
            outcome.applied[partition] = applied_of(value)[1]
        elif key[:1] == _OUTBOX:
            outcome.outbox += 1
        elif key[:1] == _STATE:
            outcome.states.add(key[1:].decode())


def as_it_came(letter: Lying, record: Lying) -> bool:
    """Whether a dead letter holds the record byte for byte; of one too large for its topic it says what is left out."""
    if letter.value is None and _LEFT_OUT in letter.headers["kanarya-detail"]:
        return len(record.value or b"") > _TOO_LARGE
    kept = record.headers.items() <= letter.headers.items()
    return kept and (letter.key, letter.value) == (record.key, record.value)


async def read(settings: Settings, topic: str) -> list[Lying]:
    """Everything on a topic, in the order of each partition."""
    consumer = AIOKafkaConsumer(**client_options(settings, "verify"), auto_offset_reset="earliest")
    await consumer.start()
    found: list[Lying] = []
    try:
        consumer.assign(await partitions_of(consumer, topic))
        ends = await consumer.end_offsets(consumer.assignment())
        while not await arrived(consumer, ends):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                found += [
                    Lying(each.partition, each.offset, each.key, each.value, dict(each.headers), each.timestamp)
                    for each in records
                ]
    finally:
        await consumer.stop()
    return found
