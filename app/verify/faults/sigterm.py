"""Row 3: a worker is told to stop under backlog, as every deployment does it; once with little time to obey."""

from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig

BACKLOG_S: Final = 1.0
"""Of traffic."""
GRACE_S: Final = 2.0
"""What a hasty supervisor waits before it kills."""


async def _stops(rig: Rig, schedule: Schedule, grace_s: float | None) -> None:
    """Stop the only worker at each place, in the midst of a backlog, and start another.

    It works faster than the feed: to have a backlog, it is frozen while that goes on, for less than its session.
    """
    longest_s = 0.0
    for place in schedule.hits:
        await rig.reached(place)
        worker = await rig.workers[0].ready()
        worker.freeze()
        await rig.reached(rig.feed.fed + int(BACKLOG_S * schedule.size.per_second))
        worker.thaw()
        await rig.watch.next_applied()
        stopped = await (worker.stop() if grace_s is None else worker.stop(grace_s))
        rig.hit(f"SIGTERM {worker.name}")
        longest_s = max(longest_s, stopped.took_s)
        rig.figures.setdefault("codes", []).append(stopped.code)
        left = sum(rig.feed.ends.values()) - sum((await rig.committed()).values())
        rig.figures.setdefault("left", []).append(left)
        await rig.start_worker()
    rig.figures["stopped_s"] = round(longest_s, 3)


async def stop(rig: Rig, schedule: Schedule) -> None:
    """With all the time it wants."""
    await _stops(rig, schedule, None)


async def cut(rig: Rig, schedule: Schedule) -> None:
    """SIGKILL where it is not gone after the grace."""
    await _stops(rig, schedule, GRACE_S)


FAULTS: Final = (
    Fault(
        name="sigterm",
        rows=(3,),
        meaning="SIGTERM of the worker under backlog",
        strike=stop,
        short=Size(events=12_000, per_second=1500, hits=2),
        long=Size(events=100_000, per_second=1000, hits=10),
        expect=Expect(applied_within_s=8, stopped_within_s=10),
    ),
    Fault(
        name="sigterm-cut",
        rows=(3,),
        meaning=f"SIGTERM under backlog, SIGKILL {GRACE_S:g} s later",
        strike=cut,
        short=Size(events=12_000, per_second=1500, hits=2),
        long=Size(events=100_000, per_second=1000, hits=10),
        expect=Expect(applied_within_s=25),
    ),
)
