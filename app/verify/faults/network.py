"""Row 9: the network between the workers and the broker is slow, tears connections, or passes one direction only."""

import asyncio
import time
from typing import Final

from app.verify.distant import DistantKafka
from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.proxy import Direction, Impairment, Proxy
from app.verify.rig import SESSION_S, Rig
from app.verify.verdict import Verdict

BAD: Final = Impairment(latency_ms=200, jitter_ms=50, reset_share=0.01)
BLOCKED_S: Final = 20.0
_DIRECTIONS: Final[tuple[Direction, ...]] = ("requests", "answers")


async def slow(rig: Rig, schedule: Schedule) -> None:
    """All through the impact phase."""
    proxy = _proxy(rig)
    began_s = time.monotonic()
    proxy.impair(BAD, schedule.rng("network"))
    await rig.reached(schedule.recovery)
    proxy.impair(Impairment(), schedule.rng("network"))
    rig.hit("a slow network with resets", began_s)
    rig.figures |= {"resets": proxy.resets, "connections": proxy.connections}


def torn(rig: Rig, _: Verdict) -> list[str]:
    """Resets are drawn; a run without any says nothing about them."""
    return [] if rig.figures["resets"] else ["no connection was torn, which proves little: take more --events"]


async def half_open(rig: Rig, schedule: Schedule) -> None:
    """Keep what one of two workers sends, or what it is sent, past its session; then let all of it arrive.

    The second worker reaches the broker straight and takes over meanwhile: what arrives late are the writes of an
    owner of the past.
    """
    proxy = _proxy(rig)
    (cut_off,) = rig.workers
    other = await rig.start_worker(broker=rig.settings.broker)
    await other.ready()
    for number, place in enumerate(schedule.hits):
        direction = _DIRECTIONS[number % len(_DIRECTIONS)]
        await rig.reached(place)
        await cut_off.serves()
        await other.serves()
        rebalanced = {worker: len(worker.lines("rebalance_ended")) for worker in (cut_off, other)}
        began_s = time.monotonic()
        proxy.block(direction)
        await rig.reached(rig.feed.fed + 1)
        await other.says("rebalance_ended", times=rebalanced[other] + 1)
        await asyncio.sleep(schedule.size.lasts_s - (time.monotonic() - began_s))  # it is blocked for so long
        proxy.unblock(direction)
        rig.hit(f"{direction} kept back", began_s)
        await cut_off.says("rebalance_ended", times=rebalanced[cut_off] + 1)
    rig.figures |= {"connections": proxy.connections, "stale_writes": rig.watch.stale_writes()}


def _proxy(rig: Rig) -> Proxy:
    process = rig.broker.process
    assert isinstance(process, DistantKafka), "the fault names it"
    return process.proxy


FAULTS: Final = (
    Fault(
        name="slow-network",
        rows=(9,),
        meaning="200 ms ± 50 ms each way between workers and broker, and 1 % of the requests tear their connection",
        strike=slow,
        short=Size(events=12_000, per_second=300, hits=0),
        long=Size(events=60_000, per_second=300, hits=0),
        needs=frozenset({"own_broker", "real_kafka"}),
        kafka=DistantKafka,
        expect=Expect(applied_within_s=25),
        judge=torn,
        in_short_set=False,
    ),
    Fault(
        name="half-open",
        rows=(9,),
        meaning=f"what a worker sends, or is sent, is kept back for {BLOCKED_S:g} s and then delivered",
        strike=half_open,
        short=Size(events=12_000, per_second=400, hits=2, lasts_s=SESSION_S + 4),
        long=Size(events=60_000, per_second=300, hits=4, lasts_s=BLOCKED_S),
        needs=frozenset({"own_broker", "real_kafka"}),
        kafka=DistantKafka,
        expect=Expect(applied_within_s=25),
        in_short_set=False,
    ),
)
