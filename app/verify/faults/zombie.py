"""Row 4: a worker stands still until its partitions belong to another, and wakes up with writes in its hands."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import SESSION_S, Rig
from app.verify.watch import Applied

FROZEN_S: Final = 30.0


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Freeze the worker whose turn it is, under load, past its session; wake it while the load goes on.

    What it had fetched, and what came into its sockets while it slept, it works off before it hears that others own
    its partitions. The witness at the end recovers from the changelog what that left there.
    """
    workers = tuple(rig.workers)
    for number, place in enumerate(schedule.hits):
        zombie = workers[number % len(workers)]
        others = [worker for worker in workers if worker is not zombie]
        await rig.reached(place)
        for worker in workers:
            await worker.serves()
        took_over = {worker: len(worker.lines("rebalance_ended")) for worker in others}
        began_s = time.monotonic()
        zombie.freeze()
        await rig.reached(rig.feed.fed + 1)
        for worker, times in took_over.items():
            await worker.says("rebalance_ended", times=times + 1)
        await asyncio.sleep(schedule.size.lasts_s - (time.monotonic() - began_s))  # it is frozen for so long
        rebalanced = len(zombie.lines("rebalance_ended"))
        zombie.thaw()
        rig.hit(f"SIGSTOP {zombie.name}, SIGCONT", began_s)
        await zombie.says("rebalance_ended", times=rebalanced + 1)
    rig.figures["stale_writes"] = sum(map(stale, rig.watch.applied))


def stale(seen: Sequence[Applied]) -> int:
    """How many times an owner of the past wrote to a partition after a newer one."""
    newest, count = 0, 0
    for each in seen:
        newest = max(newest, each.epoch)
        count += each.epoch < newest
    return count


FAULTS: Final = (
    Fault(
        name="zombie",
        rows=(4,),
        meaning=f"SIGSTOP of one of two workers past its session ({FROZEN_S:g} s in long runs), then SIGCONT",
        strike=strike,
        short=Size(events=12_000, per_second=300, hits=3, lasts_s=SESSION_S + 2),
        long=Size(events=100_000, per_second=200, hits=10, lasts_s=FROZEN_S),
        workers=2,
        expect=Expect(applied_within_s=25),
    ),
)
