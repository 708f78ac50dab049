"""The group of the workers: who is in it, how far each partition is, and whether it moves."""

import asyncio
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)

from app.counted import counted
from app.doctor.finding import Finding
from app.kafka import client_options
from app.settings import Settings
from app.topics import existing_partitions

_NOT_YET: Final = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
"""A broker makes and loads the groups' topic when it is first asked."""
_AGAIN_S: Final = 0.2
WATCHED_S: Final = 3.0
"""A partition with lag is looked at twice, so long apart."""


async def check_group(settings: Settings) -> Finding:
    """Members, lag and progress. Raises `KafkaError`."""
    members = await members_of(settings)
    widths = await existing_partitions(settings)
    places = [TopicPartition(topic, n) for topic in settings.inputs for n in range(widths.get(topic, 0))]
    if not places:  # no input topic: a finding of its own
        return judged(settings, members, 0, [], {"members": members, "partitions": []})
    options = client_options(settings, "doctor") | {"group_id": settings.group, "enable_auto_commit": False}
    consumer = AIOKafkaConsumer(**options)
    await consumer.start()
    try:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        begins = await consumer.beginning_offsets(places)
        first = await _committed(consumer, places)
        lags = {place: max(0, ends[place] - (first[place] or begins[place])) for place in places}
        then = first
        if members and any(lags.values()):
            await asyncio.sleep(WATCHED_S)
            then = await _committed(consumer, places)
    finally:
        await consumer.stop()
    stands = [place for place in places if lags[place] and then[place] == first[place]]
    rows = [
        {
            "topic": place.topic, "partition": place.partition, "committed": then[place], "end": ends[place],
            "lag": lags[place], "moved": then[place] != first[place],
        }
        for place in places
    ]  # fmt: skip
    details = {"members": members, "partitions": rows}
    return judged(
        settings, members, sum(lags.values()), [f"{place.topic}[{place.partition}]" for place in stands], details
    )


def judged(settings: Settings, members: int, lag: int, stands: list[str], details: dict[str, Any]) -> Finding:
    """The finding: `lag` records over all partitions, and the partitions that have some and did not move."""
    who = f"group {settings.group} has {counted(members, 'worker')}"
    if not members:
        waits = counted(lag, "record waits", "records wait")
        state, why = ("fault", waits) if lag else ("warn", "nothing would be read")
        what = f"no worker runs in group {settings.group}"
        return Finding("group", state, what, why, "run `kanarya worker`, or look at KANARYA_GROUP", details)  # type: ignore[arg-type]
    if stands:
        have = counted(len(stands), "partition has", "partitions have")
        what = f"{who}; {have} records to read and committed none in {WATCHED_S:g} s"
        why = f"they may stand still: {', '.join(stands[:8])}{' …' if len(stands) > 8 else ''}"
        mend = (
            "look again: a busy worker commits up to KANARYA_PROFILE_BACKLOG_DELAY_S late; then at `kanarya worker"
            " --status` and its log"
        )
        return Finding("group", "warn", what, why, mend, details)
    if members > settings.partitions:
        why = "a partition belongs to one worker; those beyond the number of partitions wait"
        return Finding("group", "warn", who, why, f"run at most {settings.partitions} (KANARYA_PARTITIONS)", details)
    return Finding(
        "group",
        "ok",
        f"{who}, {counted(lag, 'record')} behind" + (" and moving" if lag else ""),
        details=details,
    )


async def members_of(settings: Settings) -> int:
    """How many workers the group has now. Raises `KafkaError`."""
    client = AIOKafkaAdminClient(**client_options(settings, "doctor"))
    try:
        await client.start()
        while True:
            try:
                (answer,) = await client.describe_consumer_groups([settings.group])
            except _NOT_YET:
                await asyncio.sleep(_AGAIN_S)  # the doctor's deadline ends it
                continue
            return sum(len(group[5]) for group in answer.groups)
    finally:
        await client.close()


async def _committed(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> dict[TopicPartition, int | None]:
    found = await asyncio.gather(*(consumer.committed(place) for place in places))
    return dict(zip(places, found, strict=True))
