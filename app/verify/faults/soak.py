"""Row 27, in short: steady load for longer than anything needs to warm up. Memory, open files and lag must be flat.

Customers come again and again, with new touchpoints: their states are soon as large as they get, so what grows then
grows for ever.
"""

import asyncio
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from app.dev.simulate.record import Record
from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig

ROUNDS: Final = 300
"""How often each customer's stories are told: after some ninety their states are as large as they get."""
WARM_SHARE: Final = 0.6
"""Of the impact phase; what is looked at comes after."""
EVERY_S: Final = 0.5
_SECOND_MS: Final = 1000


class Sample(NamedTuple):
    """How one worker stands."""

    at_s: float
    rss_mb: float
    files: int
    """Open ones; 0 where the system does not tell."""
    waiting: int
    """Records fed whose states are not yet seen in the changelog."""


def stream(_: Schedule, records: list[Record]) -> list[Record]:
    """The first records, told `ROUNDS` times; each time they are other touchpoints, a second later."""
    first = records[: -(-len(records) // ROUNDS)]
    return [_told_again(record, round_) for round_ in range(ROUNDS) for record in first]


def _told_again(record: Record, round_: int) -> Record:
    if record.role == "bad":
        return record
    touch = orjson.loads(record.value or b"")
    touch |= {"id": f"{round_}-{touch['id']}", "time": record.at_ms + round_ * _SECOND_MS}
    identity = f"{touch['source']}/{touch['id']}"
    return record._replace(value=orjson.dumps(touch), identity=identity, at_ms=touch["time"])


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Look at the worker every half second once it is warm, and at what grew meanwhile."""
    warm = schedule.impact + int((schedule.recovery - schedule.impact) * WARM_SHARE)
    await rig.reached(warm)
    began_s = time.monotonic()
    reaching = asyncio.create_task(rig.reached(schedule.recovery))
    samples = []
    while not reaching.done():
        samples.append(await _look(rig))
        await asyncio.wait({reaching}, timeout=EVERY_S)
    rig.hit("steady load", began_s)
    minutes = [(each.at_s - began_s) / 60 for each in samples]
    rig.figures |= {
        "looked_at_s": round(time.monotonic() - began_s, 1),
        "rss_mb": [round(samples[0].rss_mb, 1), round(samples[-1].rss_mb, 1)],
        "rss_mb_per_min": round(slope(minutes, [each.rss_mb for each in samples]), 2),
        "open_files": [samples[0].files, samples[-1].files],
        "open_files_per_min": round(slope(minutes, [each.files for each in samples]), 2),
        "waiting_at_most": max(each.waiting for each in samples),
        "lag_growth_share": round(
            slope(minutes, [each.waiting for each in samples]) / (schedule.size.per_second * 60), 4
        ),
    }


async def _look(rig: Rig) -> Sample:
    (worker,) = rig.workers
    pid = worker.child.pid
    rss_mb, files = await asyncio.to_thread(_weigh, pid)
    ends = rig.feed.ends
    applied = {number: seen[-1].offset + 1 for number, seen in enumerate(rig.watch.applied) if seen}
    waiting = sum(max(0, end - applied.get(number, 0)) for number, end in ends.items())
    return Sample(time.monotonic(), rss_mb, files, waiting)


def _weigh(pid: int) -> tuple[float, int]:
    """Resident MB and open files of a process."""
    rss_kb = int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)]))
    files = Path(f"/proc/{pid}/fd")
    return rss_kb / 1024, len(list(files.iterdir())) if files.exists() else 0


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Of the line with the least squares; 0 of fewer than two different places."""
    if len(set(xs)) < 2:
        return 0.0
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    along = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / along


FAULTS: Final = (
    Fault(
        name="soak",
        rows=(27,),
        meaning="steady load for minutes: memory, open files and lag are flat",
        strike=strike,
        short=Size(events=40_000, per_second=2000, hits=0),
        long=Size(events=600_000, per_second=2000, hits=0),
        stream=stream,
        expect=Expect(figures={"rss_mb_per_min": 1.0, "open_files_per_min": 1.0, "lag_growth_share": 0.01}),
        in_short_set=False,
    ),
)
