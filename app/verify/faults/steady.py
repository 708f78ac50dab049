"""Row 1: nothing happens; the figures that the faults are compared with."""

from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.generate import Mix
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Let the impact phase pass."""
    await rig.reached(schedule.recovery)


FAULTS: Final = (
    Fault(
        name="steady",
        rows=(1,),
        meaning="nothing but load",
        strike=strike,
        short=Size(events=15_000, per_second=2500, hits=0),
        long=Size(events=200_000, per_second=2500, hits=0),
        mix=Mix(retries=0.0002),
        expect=Expect(applied_p99_s=1.0),
    ),
)
