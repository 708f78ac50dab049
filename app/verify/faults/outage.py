"""Row 8: the broker is away for minutes. Workers stay, say so, and do not grow."""

import asyncio
import os
import signal
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig
from app.verify.verdict import Verdict

TOLD_WITHIN_S: Final = 10.0
"""From the broker's end to a status that says so."""
GROWTH_MB: Final = 5.0
"""A process may grow by so much from the first quarter of an outage to the last, by the medians."""
EVERY_S: Final = 1.0
_MB: Final = 1_048_576


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Kill the broker, look at the worker until its time is over, and start the broker again on its data."""
    (worker,) = rig.workers
    for place in schedule.hits:
        await rig.reached(place)
        await rig.watch.next_applied()
        began_s = time.monotonic()
        rig.broker.child.signal(signal.SIGKILL)
        await asyncio.to_thread(rig.broker.child.wait)
        await worker.tells(_is_away, TOLD_WITHIN_S)
        rig.figures["told_s"] = round(time.monotonic() - began_s, 3)
        sizes = []
        while time.monotonic() - began_s < schedule.size.lasts_s:
            sizes.append(await asyncio.to_thread(resident_mb, worker.child.pid))
            await worker.tells(_is_away, TOLD_WITHIN_S)  # it beats and says so all the time
            await asyncio.sleep(EVERY_S)
        await rig.broker.restart()
        rig.hit(f"no broker for {schedule.size.lasts_s:g} s", began_s)
        await rig.watch.next_applied()
        back = await worker.tells(lambda status: bool(status["healthy"]), TOLD_WITHIN_S)
        rig.figures["serves_again"] = back["state"]
        quarter = max(1, len(sizes) // 4)
        first_mb, last_mb = statistics.median(sizes[:quarter]), statistics.median(sizes[-quarter:])
        rig.figures |= {"rss_mb": [round(first_mb, 1), round(last_mb, 1)], "grown_mb": round(last_mb - first_mb, 1)}


def judge(rig: Rig, _: Verdict) -> list[str]:
    """Memory must stay flat."""
    grown_mb = rig.figures["grown_mb"]
    if grown_mb <= GROWTH_MB:
        return []
    return [f"the worker grew by {grown_mb:g} MB while the broker was away, at most {GROWTH_MB:g} MB expected"]


def resident_mb(pid: int) -> float:
    """Memory of a process that is not swapped out."""
    statm = Path(f"/proc/{pid}/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / _MB
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def _is_away(status: dict[str, Any]) -> bool:
    return not status["healthy"] and any("is away" in fault for fault in status["faults"])


FAULTS: Final = (
    Fault(
        name="outage",
        rows=(8,),
        meaning="no broker for 5 min (20 s in short runs)",
        strike=strike,
        short=Size(events=12_000, per_second=1500, hits=1, lasts_s=20),
        long=Size(events=40_000, per_second=1000, hits=1, lasts_s=300),
        needs=frozenset({"own_broker", "real_kafka"}),
        expect=Expect(applied_within_s=10),
        judge=judge,
        in_short_set=False,
    ),
)
