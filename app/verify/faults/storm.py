"""Row 6: a rebalance storm. A worker joins or leaves every few seconds, before the group has come to rest."""

from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig


async def strike(rig: Rig, schedule: Schedule) -> None:
    """At each place a second worker comes, or the older of two goes, by SIGTERM or by SIGKILL; nobody waits."""
    rng = schedule.rng("storm")
    for place in schedule.hits:
        await rig.reached(place)
        if len(rig.workers) < 2:
            worker = await rig.start_worker()
            rig.hit(f"{worker.name} joins")
            continue
        worker = rig.workers[0]
        if rng.random() < 0.5:
            await worker.kill()
            rig.hit(f"SIGKILL {worker.name}")
        else:
            await worker.stop()
            rig.hit(f"SIGTERM {worker.name}")


FAULTS: Final = (
    Fault(
        name="storm",
        rows=(6,),
        meaning="a worker joins or leaves every three seconds",
        strike=strike,
        short=Size(events=12_000, per_second=600, hits=4),
        long=Size(events=50_000, per_second=260, hits=40),
        workers=2,
        expect=Expect(caught_up_within_s=60),
    ),
)
