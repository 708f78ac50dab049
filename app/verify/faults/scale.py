"""Row 5: workers come and go in good order, one to three and back."""

from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig

MOST: Final = 3


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Two more one after the other, then two fewer, as often as there are places; the oldest goes first."""
    growing = True
    for place in schedule.hits:
        await rig.reached(place)
        if growing:
            worker = await rig.start_worker()
            rig.hit(f"{worker.name} joins")
            await worker.ready()
        else:
            worker = rig.workers[0]
            await worker.stop()
            rig.hit(f"{worker.name} leaves")
        growing = len(rig.workers) < MOST if growing else len(rig.workers) <= 1
    rig.figures["workers_at_end"] = len(rig.workers)


FAULTS: Final = (
    Fault(
        name="scale",
        rows=(5,),
        meaning="one worker, three, and one again, under load",
        strike=strike,
        short=Size(events=14_000, per_second=1000, hits=4),
        long=Size(events=100_000, per_second=3000, hits=6),
        expect=Expect(applied_within_s=15, waited_within_s=15),
    ),
)
