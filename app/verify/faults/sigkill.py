"""Row 2: a worker dies as a machine dies, every third time while the next one still recovers."""

from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Kill the only worker at each place and start another; the places do not wait for a recovery.

    Every third victim is one that has just been handed its partitions: it dies while it reads their states.
    """
    unready = 0
    for number, place in enumerate(schedule.hits, start=1):
        await rig.reached(place)
        worker = rig.workers[0]
        if number % 3 == 2:
            await worker.kill()
            rig.hit(f"SIGKILL {worker.name}")
            worker = await rig.start_worker()
            await worker.says("rebalance_ended")
        unready += not worker.lines("worker_ready")
        await worker.kill()
        rig.hit(f"SIGKILL {worker.name}")
        await rig.start_worker()
    rig.figures["killed_before_ready"] = unready


FAULTS: Final = (
    Fault(
        name="sigkill",
        rows=(2,),
        meaning="SIGKILL of the worker under load, also during recovery",
        strike=strike,
        short=Size(events=12_000, per_second=1500, hits=2),
        long=Size(events=100_000, per_second=1000, hits=10),
        expect=Expect(applied_within_s=25),
    ),
)
