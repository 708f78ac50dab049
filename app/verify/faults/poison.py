"""Row 13: floods of bad records. With the breaker off all become dead letters; with it on one partition is held."""

import asyncio
from typing import Final

from app.dev.simulate.bad import bad_record
from app.dev.simulate.customer import DAY_MS
from app.dev.simulate.record import Record
from app.partitioner import partition_of
from app.verify.fault import Expect, Fault
from app.verify.generate import Mix
from app.verify.plan import Schedule, Size
from app.verify.rig import PARTITIONS, Rig
from app.verify.worker import LOOK_AGAIN_S, VerifyError, Worker, said

FEW: Final = 0.01
HALF: Final = 0.5
FLOODED: Final = 0
"""Partition."""
HELD_WITHIN_S: Final = 30.0
_BREAKER: Final = {"breaker_run": 200, "breaker_window": 1000}
"""A tenth of the shipped limits and less: a run of some thousand records is to trip it."""


def pass_all(schedule: Schedule, records: list[Record]) -> list[Record]:
    """1 % bad in the steady phase, 50 % from then on."""
    customers = sorted({record.customer_id for record in records})
    return _spoiled(schedule, records, [(schedule.impact, FEW), (schedule.size.events, HALF)], customers)


def flood_one(schedule: Schedule, records: list[Record]) -> list[Record]:
    """1 % bad, but in the flood half of all records, and these under keys of one partition."""
    customers = sorted({record.customer_id for record in records})
    flooded = [each for each in customers if partition_of(each.encode(), PARTITIONS) == FLOODED]
    shares = [(schedule.impact, FEW), (flood_ends(schedule), HALF), (schedule.size.events, FEW)]
    return _spoiled(schedule, records, shares, flooded)


def flood_ends(schedule: Schedule) -> int:
    """Place at which a flood that begins with the impact phase is over."""
    return (schedule.impact + 3 * schedule.recovery) // 4


def _spoiled(
    schedule: Schedule, records: list[Record], shares: list[tuple[int, float]], customers: list[str]
) -> list[Record]:
    """As many records as the schedule says: good ones in their order, and bad ones under the keys of `customers`.

    `shares`: up to which place which share is bad.
    """
    rng = schedule.rng("poison")
    end_ms = max(record.at_ms for record in records) // DAY_MS * DAY_MS
    good = iter(records)
    fed: list[Record] = []
    number = 0
    for place, share in shares:
        while len(fed) < place:
            if rng.random() >= share:
                fed.append(next(good))
                continue
            bad = bad_record(rng, number, rng.choice(customers), end_ms)
            number += 1
            fed.append(bad)
    return fed


async def let_pass(rig: Rig, schedule: Schedule) -> None:
    """Nothing but the flood, which began with the impact."""
    await rig.reached(schedule.recovery)
    rig.hit("half of the records bad")


async def hold(rig: Rig, schedule: Schedule) -> None:
    """Wait for the hold, let the other partitions go on behind it, then restart with the breaker off."""
    await rig.reached(flood_ends(schedule))
    (worker,) = rig.workers
    (held, *more) = await worker.says("partition_held", HELD_WITHIN_S)
    if more or held["partition"] != FLOODED:
        raise VerifyError(said(f"held something else than partition {FLOODED}: {held}", worker))
    await rig.reached(rig.feed.fed + schedule.size.per_second)
    await _others_caught_up(rig)
    rig.figures["states_of_partitions"] = await _states(worker)
    rig.figures["held_because"] = held["why"]
    if (await rig.committed())[FLOODED] > held["offset"]:
        raise VerifyError(said(f"committed beyond offset {held['offset']}, at which it was held", worker))
    await worker.stop()
    await rig.start_worker(breaker="off")
    rig.hit("restart with the breaker off")


async def _others_caught_up(rig: Rig) -> None:
    async with asyncio.timeout(HELD_WITHIN_S):
        while True:
            rig.check()
            committed = await rig.committed()
            if all(committed[number] >= end for number, end in rig.feed.ends.items() if number != FLOODED):
                return
            await asyncio.sleep(LOOK_AGAIN_S)  # a commit sends no event


async def _states(worker: Worker) -> list[str]:
    """Of each partition by number, once the flooded one shows as held; the others must be open."""
    async with asyncio.timeout(HELD_WITHIN_S):
        while True:
            told = worker.status() or {"partitions": []}
            states = {each["partition"]: each["state"] for each in told["partitions"]}
            if states.get(FLOODED) == "held":
                break
            await asyncio.sleep(LOOK_AGAIN_S)  # a file sends no event
    if any(state != "open" for number, state in states.items() if number != FLOODED):
        raise VerifyError(said(f"holds more than partition {FLOODED}: {states}", worker))
    return [states[number] for number in sorted(states)]


FAULTS: Final = (
    Fault(
        name="poison",
        rows=(13,),
        meaning="1 % bad records, then 50 %, with the breaker off",
        strike=let_pass,
        short=Size(events=10_000, per_second=2000, hits=0),
        long=Size(events=50_000, per_second=2000, hits=0),
        settings={"breaker": "off"},
        mix=Mix(retries=0.0, bad=0.0),
        stream=pass_all,
        in_short_set=False,
    ),
    Fault(
        name="poison-held",
        rows=(13,),
        meaning="the breaker holds a flooded partition, the others go on; a restart with the breaker off lets it pass",
        strike=hold,
        short=Size(events=10_000, per_second=1500, hits=0),
        long=Size(events=50_000, per_second=2000, hits=0),
        settings=_BREAKER,
        mix=Mix(retries=0.0, bad=0.0),
        stream=flood_one,
        expect=Expect(applied_within_s=10),
    ),
)
