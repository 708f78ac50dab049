"""Row 22: half of the traffic is one customer's. The other partitions must not feel it."""

import time
from math import inf
from typing import Final

import orjson

from app.dev.simulate.record import Record
from app.partitioner import partition_of
from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.recovery import latencies, quantile
from app.verify.rig import PARTITIONS, Rig

HOT: Final = "hot-customer"
FLOOR_S: Final = 0.1
"""A p99 below this is taken as this: what a quiet partition gains or loses there is the machine's, not the key's."""


def stream(schedule: Schedule, records: list[Record]) -> list[Record]:
    """In the impact phase every second record is one of one customer, in place of somebody's."""
    at_ms = max(record.at_ms for record in records[: schedule.impact])
    fed: list[Record] = []
    rest = iter(records)
    for place in range(schedule.size.events):
        hot = schedule.impact <= place < schedule.recovery and place % 2
        fed.append(_hot(place, at_ms + place) if hot else next(rest))
    return fed


def _hot(number: int, at_ms: int) -> Record:
    told = {"id": f"hot-{number}", "source": "verify", "time": at_ms, "channel": "app", "kind": "page_view"}
    value = orjson.dumps({**told, "customer_id": HOT})
    return Record(HOT.encode(), value, (), "good", HOT, f"verify/hot-{number}", at_ms)


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Compare the p99 to a durable state of each other partition before and during it.

    Before it is the second half of the steady phase: the first records meet a worker that has done nothing yet, and are
    so slow that nothing later could be twice as slow.
    """
    began_s = time.monotonic()
    warm_s = (began_s + min(at_s for acked in rig.feed.acked for at_s in acked.values())) / 2
    await rig.reached(schedule.recovery)
    await rig.caught_up()
    rig.hit("half of the traffic on one customer", began_s)
    hot = partition_of(HOT.encode(), PARTITIONS)
    ratios = {}
    for number in range(PARTITIONS):
        if number != hot:
            before, during = _p99(rig, number, warm_s, began_s), _p99(rig, number, began_s, inf)
            ratios[number] = round(max(during, FLOOR_S) / max(before, FLOOR_S), 2)
            rig.figures[f"p99_{number}_s"] = [round(before, 3), round(during, 3)]
    rig.figures["others_p99_times"] = max(ratios.values())


def _p99(rig: Rig, number: int, from_s: float, until_s: float) -> float:
    """Of the records of a partition that were acknowledged within the time."""
    acked = {offset: at_s for offset, at_s in rig.feed.acked[number].items() if at_s >= from_s}
    return quantile(latencies([rig.watch.applied[number]], [acked], until_s), 0.99) or 0.0


FAULTS: Final = (
    Fault(
        name="hot-key",
        rows=(22,),
        meaning="half of the traffic is one customer's; the other partitions must not become slower",
        strike=strike,
        short=Size(events=12_000, per_second=1500, hits=0),
        long=Size(events=100_000, per_second=2500, hits=0),
        stream=stream,
        expect=Expect(figures={"others_p99_times": 2.0}),
        in_short_set=False,
    ),
)
