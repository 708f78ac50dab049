"""The input topics: when the newest record came, and whether customers lie where murmur2 puts them.

A worker that has read everything of the wrong topic has no lag and looks well; only the age of what came tells.
"""

import asyncio
import time
from typing import Any, Final

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.counted import counted
from app.doctor.finding import Finding, age
from app.kafka import reader
from app.partitioner import is_placed
from app.settings import Settings
from app.topics import existing_partitions

SAMPLED: Final = 25
"""Newest records of each partition that are looked at."""
SILENT_S: Final = 3600.0
"""A topic without a record for so long is silent, if a sibling is not."""
ALONE_SILENT_S: Final = 86_400.0
"""The same for an only input topic, which may have quiet nights."""
_READ_S: Final = 5.0
_POLL_MS: Final = 200
_WRONG_TOPIC: Final = "a worker that has read all of a wrong topic has no lag and looks well"
_AHEAD_MS: Final = 5_000


class Sample(msgspec.Struct):
    """What the newest records of one input topic say."""

    topic: str
    kept: int = 0
    """Records between beginning and end, those compacted or of the broker's own included."""
    newest_ms: int | None = None
    """Timestamp of the newest record that was read, epoch ms."""
    keys: int = 0
    misplaced: int = 0
    keyless: int = 0


async def check_inputs(settings: Settings) -> list[Finding]:
    """Ages, and the placement of keys. Raises `KafkaError`."""
    widths = await existing_partitions(settings)
    samples = [Sample(topic) for topic in settings.inputs if topic in widths]
    if not samples:
        return []  # no input topic: a finding of its own
    async with reader(settings, "doctor", auto_offset_reset="earliest") as consumer:
        for sample in samples:
            await _read(consumer, sample, widths[sample.topic])
    return [*ages(samples, time.time_ns() // 1_000_000), placement(samples, settings)]


async def _read(consumer: AIOKafkaConsumer, sample: Sample, partitions: int) -> None:
    places = [TopicPartition(sample.topic, number) for number in range(partitions)]
    consumer.assign(places)
    begins, ends = await asyncio.gather(consumer.beginning_offsets(places), consumer.end_offsets(places))
    waiting = {place for place in places if ends[place] > begins[place]}
    sample.kept = sum(ends[place] - begins[place] for place in waiting)
    for place in places:
        consumer.seek(place, max(begins[place], ends[place] - SAMPLED))
    deadline_s = time.monotonic() + _READ_S
    while waiting and time.monotonic() < deadline_s:
        for place, records in (await consumer.getmany(*waiting, timeout_ms=_POLL_MS)).items():
            for record in records:
                _look(sample, place.partition, record, partitions)
        waiting = {place for place in waiting if await consumer.position(place) < ends[place]}


def _look(sample: Sample, partition: int, record: Any, partitions: int) -> None:
    sample.newest_ms = max(sample.newest_ms or 0, record.timestamp)
    if record.key is None:
        sample.keyless += 1
        return
    sample.keys += 1
    sample.misplaced += not is_placed(record.key, partition, partitions)


def ages(samples: list[Sample], now_ms: int) -> list[Finding]:
    """A finding for each input topic; `now_ms` is this machine's clock."""
    return [_age(sample, [each for each in samples if each is not sample], now_ms) for sample in samples]


def _age(sample: Sample, siblings: list[Sample], now_ms: int) -> Finding:
    topic, newest_ms = sample.topic, sample.newest_ms
    details = {"topic": topic, "records": sample.kept, "newest_ms": newest_ms}
    mend = f"look where producers send, and at KANARYA_INPUT_TOPICS; `kanarya produce FILE --topic {topic}` sends some"
    fed = [each for each in siblings if each.newest_ms is not None]
    if newest_ms is None:
        if sample.kept:
            what = f"{topic} holds {counted(sample.kept, 'record')}, none of which could be read in {_READ_S:g} s"
            return Finding("input", "warn", what, "its age is not known", "try again", details)
        other = f" while {fed[0].topic} has records" if fed else ""
        return Finding("input", "warn", f"{topic} is empty{other}", _WRONG_TOPIC, mend, details)
    age_s = (now_ms - newest_ms) / 1000
    if newest_ms > now_ms + _AHEAD_MS:
        what = f"{topic}: the newest record is {age(-age_s)} ahead of this machine's clock"
        why = "a touchpoint is judged by its record's time (KANARYA_FUTURE_S)"
        return Finding("input", "warn", what, why, "set the clocks of producers and of this machine by NTP", details)
    fresher = [each for each in fed if (now_ms - (each.newest_ms or 0)) / 1000 < SILENT_S]
    if age_s > (SILENT_S if siblings else ALONE_SILENT_S) and (fresher or not siblings):
        other = f" while {fresher[0].topic} is not" if fresher else ""
        return Finding("input", "warn", f"{topic} is silent for {age(age_s)}{other}", _WRONG_TOPIC, mend, details)
    return Finding(
        "input", "ok", f"{topic}: {counted(sample.kept, 'record')}, the newest {age(age_s)} ago", details=details
    )


def placement(samples: list[Sample], settings: Settings) -> Finding:
    """Whether the sampled keys lie where murmur2 puts them."""
    keys, misplaced = sum(each.keys for each in samples), sum(each.misplaced for each in samples)
    keyless = sum(each.keyless for each in samples)
    details = {"keys": keys, "misplaced": misplaced, "keyless": keyless}
    if misplaced:
        above = misplaced > settings.misplaced_share * keys
        lie, put = ("lies", "it") if misplaced == 1 else ("lie", "them")
        what = f"{misplaced} of {counted(keys, 'sampled key')} {lie} where murmur2 does not put {put}"
        why = "such a customer would be two; above KANARYA_MISPLACED_SHARE a worker stops with wrong_partitioner"
        mend = "set partitioner=murmur2_random in librdkafka producers"
        return Finding("keys", "fault" if above else "warn", what, why, mend, details)
    if keyless:
        have = "has" if keyless == 1 else "have"
        what = f"{keyless} of {counted(keys + keyless, 'sampled record')} {have} no key"
        why = "a record without a customer id as its key becomes a dead letter"
        return Finding("keys", "warn", what, why, "let producers send the customer id as the key", details)
    puts = "where murmur2 puts it" if keys == 1 else "all where murmur2 puts them"
    what = f"{counted(keys, 'key')} sampled, {puts}" if keys else "no key to sample yet"
    return Finding("keys", "ok", what, details=details)
