"""Row 18: the changelog goes, whole or its newest half. Workers refuse; what the input still holds makes it anew."""

import asyncio
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from app.catalogue import catalogue, changelog
from app.generation import GenerationError, rewind
from app.kafka import client_options, producer
from app.topics import apply
from app.verify.fault import Fault
from app.verify.outcome import Lying, read
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig
from app.verify.watch import META_KEY
from app.verify.worker import LOOK_AGAIN_S, VerifyError, said

REFUSED_WITHIN_S: Final = 60.0
FREE_WITHIN_S: Final = 60.0
"""Until the broker has let the refused workers go from the group."""


async def strike(rig: Rig, schedule: Schedule) -> None:
    """At each place: lose the changelog, see workers refuse, read the input again. Every second time half is left."""
    left: list[int] = []
    for number, place in enumerate(schedule.hits):
        await rig.reached(place)
        await rig.caught_up()
        await rig.workers[0].stop()
        kept = halves(await read(rig.settings, changelog(rig.settings))) if number % 2 else []
        left.append(len(kept))
        await _delete(rig)
        await _refused(rig, "run `kanarya topics apply`")
        await apply(rig.settings, catalogue(rig.settings))
        await _write(rig, kept)
        await _refused(rig, f"`kanarya topics rewind {rig.settings.inputs[0]}`")
        await _rewound(rig)
        await rig.start_worker()
        rig.hit("changelog cut and input read again" if kept else "changelog lost and input read again")
        await rig.caught_up()
    rig.figures["changelog_records_left"] = left


def halves(records: list[Lying]) -> list[Lying]:
    """The older half of each partition, up to the beginning of a RecordBatch, as a broker would lose the newer one."""
    found: list[Lying] = []
    for number in {each.partition for each in records}:
        mine = [each for each in records if each.partition == number]
        end = len(mine) // 2
        while end and mine[end].key != META_KEY:
            end -= 1
        found += mine[:end]
    return found


async def _delete(rig: Rig) -> None:
    """Return when the broker has forgotten the topic."""
    admin = AIOKafkaAdminClient(**client_options(rig.settings, "verify"))
    await admin.start()
    try:
        await admin.delete_topics([changelog(rig.settings)])
        async with asyncio.timeout(FREE_WITHIN_S):
            while changelog(rig.settings) in await admin.list_topics():
                await asyncio.sleep(LOOK_AGAIN_S)  # a broker sends no event
    finally:
        await admin.close()


async def _write(rig: Rig, records: list[Lying]) -> None:
    """Put records back as they were, one RecordBatch for each that the worker wrote."""
    async with producer(rig.settings, "verify", linger_ms=5) as client:
        for each in records:
            headers = list(each.headers.items())
            await client.send(
                changelog(rig.settings), each.value, key=each.key, partition=each.partition, headers=headers,
                timestamp_ms=each.timestamp_ms,
            )  # fmt: skip
        await client.flush()


async def _refused(rig: Rig, mend: str) -> None:
    """A worker that starts now ends by itself, and names the mend. Raises `VerifyError` where it does not."""
    worker = await rig.start_worker()
    worker.may_end = True
    code = await asyncio.to_thread(worker.child.wait, REFUSED_WITHIN_S)
    whys = [line["why"] for line in worker.lines("worker_stopped")]
    if code != 1 or not any(mend in why for why in whys):
        raise VerifyError(said(f"must refuse and name {mend}, and ended with {code}: {whys}", worker))


async def _rewound(rig: Rig) -> None:
    """What `kanarya topics rewind` does, once the group is free."""
    async with asyncio.timeout(FREE_WITHIN_S):
        while True:
            try:
                await rewind(rig.settings, rig.settings.inputs[0])
            except GenerationError:
                await asyncio.sleep(LOOK_AGAIN_S)  # a broker sends no event
            else:
                return


FAULTS: Final = (
    Fault(
        name="lost-changelog",
        rows=(18,),
        meaning="the changelog is deleted, then loses its newer half; refused, then made anew from the input",
        strike=strike,
        short=Size(events=8000, per_second=1500, hits=2),
        long=Size(events=50_000, per_second=2000, hits=2),
        needs=frozenset({"real_kafka"}),  # the embedded broker keeps no metadata of commits
        in_short_set=False,
    ),
)
