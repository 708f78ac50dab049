"""Row 7: the broker dies as a machine dies, and comes back some seconds later."""

import asyncio
import json
import signal
import time
from datetime import datetime
from typing import Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig
from app.verify.verdict import Verdict
from app.verify.worker import Worker

DOWN_S: Final = 5.0
LINES: Final = 50
"""A worker's log may tell of one outage in so many lines."""


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Kill the broker at each place, while records flow, and start it again on its data."""
    for place in schedule.hits:
        await rig.reached(place)
        await rig.watch.next_applied()
        began_s = time.monotonic()
        rig.broker.child.signal(signal.SIGKILL)
        await asyncio.to_thread(rig.broker.child.wait)
        await asyncio.sleep(schedule.size.lasts_s)  # it is down for so long
        await rig.broker.restart()
        rig.hit("SIGKILL of the broker", began_s)
        await rig.watch.next_applied()


def judge(rig: Rig, _: Verdict) -> list[str]:
    """No worker may flood its log."""
    most = max(max(_lines(rig, worker)) for worker in rig.started)
    rig.figures["log_lines_of_an_outage"] = most
    return [f"a worker wrote {most} lines about one outage, at most {LINES} expected"] if most > LINES else []


def _lines(rig: Rig, worker: Worker) -> list[int]:
    """How many it wrote from the beginning of each outage to that of the next."""
    ends_ms = [hit.at_ms - hit.lasted_s * 1000 for hit in rig.hits]
    counts = [0] * (len(ends_ms) + 1)
    turn = 0
    for line in worker.child.log.read_text(errors="replace").splitlines():
        if line.startswith("{"):
            at_ms = datetime.fromisoformat(json.loads(line)["at"]).timestamp() * 1000
            turn = sum(at_ms >= end_ms for end_ms in ends_ms)
        counts[turn] += 1
    return counts[1:]


FAULTS: Final = (
    Fault(
        name="broker-kill",
        rows=(7,),
        meaning=f"SIGKILL of the broker under load, started again {DOWN_S:g} s later",
        strike=strike,
        short=Size(events=8_000, per_second=1000, hits=1, lasts_s=DOWN_S),
        long=Size(events=60_000, per_second=1000, hits=3, lasts_s=DOWN_S),
        needs=frozenset({"own_broker", "real_kafka"}),
        expect=Expect(applied_within_s=10),
        judge=judge,
    ),
)
