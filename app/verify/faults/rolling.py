"""Row 25: three workers are replaced one after the other under load, by ones of another policy version and settings.

A group of two kinds of workers is what a rolling upgrade is. The policy differs in its version alone, so that the
reference holds for both. What a release itself changes is held against recorded bytes by
tests/contract/test_golden_topic.py; with two releases at hand, `start_worker(command=...)` rolls these.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig

WORKERS: Final = 3
NEW: Final[Mapping[str, Any]] = {
    "fetch_bytes": 262_144,
    "batches_in_flight": 2,
    "profile_delay_s": 0.2,
    "compression": "gzip",
}


async def strike(rig: Rig, schedule: Schedule) -> None:
    """At each place one of the old goes by SIGTERM and a new one comes; then back again, as after a bad upgrade."""
    policy = rig.folder / "policy.toml"
    policy.write_text('version = "verify-rolled"\n', encoding="utf-8")
    for number, place in enumerate(schedule.hits):
        await rig.reached(place)
        forward = number % (2 * WORKERS) < WORKERS
        await rig.workers[0].stop()
        own: dict[str, Any] = {**NEW, "policy": policy} if forward else {}
        worker = await rig.start_worker(**own)
        rig.hit(f"{worker.name}, a {'new' if forward else 'old'} one, takes over")
        await worker.ready()


FAULTS: Final = (
    Fault(
        name="rolling",
        rows=(25,),
        meaning="three workers are replaced one after the other by ones of another policy version and settings",
        strike=strike,
        short=Size(events=12_000, per_second=1000, hits=3),
        long=Size(events=100_000, per_second=2000, hits=6),
        workers=WORKERS,
        expect=Expect(applied_within_s=15),
        in_short_set=False,
    ),
)
