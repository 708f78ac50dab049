"""Row 4: a worker stands still until its partitions belong to another, and wakes up with writes in its hands."""

import asyncio
import time
from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import SESSION_S, Rig
from app.verify.worker import Worker

FROZEN_S: Final = 30.0
BACKLOG_S: Final = 2.0
"""Of traffic; less than a session."""


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Freeze the worker whose turn it is in the midst of its work, past its session; wake it under load.

    What it had in its hands it writes before it hears that others own its partitions. The witness at the end recovers
    from the changelog what that left there.
    """
    workers = tuple(rig.workers)
    size = schedule.size
    backlog = int(BACKLOG_S * size.per_second)
    for number, place in enumerate(schedule.hits):
        zombie = workers[number % len(workers)]
        # Not so late that the hits to come find nothing to work off.
        await rig.reached(min(place, size.events - (size.hits - number) * (backlog + size.per_second)))
        for worker in workers:
            await worker.serves()
        rebalanced = {worker: len(worker.lines("rebalance_ended")) for worker in workers}
        await _in_the_midst(rig, zombie, backlog)
        began_s = time.monotonic()
        zombie.freeze()
        await rig.reached(rig.feed.fed + size.per_second)
        rig.feed.hold()
        for worker in workers:
            if worker is not zombie:
                await worker.says("rebalance_ended", times=rebalanced[worker] + 1)
        await asyncio.sleep(size.lasts_s - (time.monotonic() - began_s))  # it is frozen for so long
        rig.feed.go_on()
        zombie.thaw()
        rig.hit(f"SIGSTOP {zombie.name}, SIGCONT", began_s)
        await zombie.says("rebalance_ended", times=rebalanced[zombie] + 1)
    rig.figures["stale_writes"] = rig.watch.stale_writes()


async def _in_the_midst(rig: Rig, worker: Worker, backlog: int) -> None:
    """Return when the worker has begun to work off a backlog: it is quicker than the feed, and would else be idle."""
    status = worker.status()
    assert status is not None, "it serves"
    seen = [rig.watch.applied[each["partition"]] for each in status["partitions"]]
    worker.freeze()
    await rig.reached(rig.feed.fed + backlog)
    before = sum(map(len, seen))
    worker.thaw()
    while sum(map(len, seen)) == before:
        if rig.feed.ended:  # fewer records than the hits need, by --events
            await rig.caught_up()
            return
        await rig.watch.next_applied()


FAULTS: Final = (
    Fault(
        name="zombie",
        rows=(4,),
        meaning=f"SIGSTOP of one of two workers past its session ({FROZEN_S:g} s in long runs), then SIGCONT",
        strike=strike,
        short=Size(events=18_000, per_second=1500, hits=3, lasts_s=SESSION_S + 2),
        long=Size(events=100_000, per_second=1500, hits=10, lasts_s=FROZEN_S),
        workers=2,
        expect=Expect(applied_within_s=25),
    ),
)
