"""Row 19: an input topic gets more partitions. Customers would be parted from their states, so workers refuse."""

import asyncio
import time
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from app.kafka import client_options
from app.verify.fault import Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import PARTITIONS, Rig
from app.verify.worker import VerifyError, Worker, said

GROWN: Final = PARTITIONS * 3 // 2
REFUSED_WITHIN_S: Final = 60.0
NOTICED_WITHIN_S: Final = 360.0
"""A running worker asks for the partitions of its topics every 5 minutes, as Kafka's clients do."""


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Widen the topic under a running worker; the next one must refuse. In the long run the first one must too."""
    await rig.reached(schedule.hits[0])
    (running,) = rig.workers
    running.may_end = True
    admin = AIOKafkaAdminClient(**client_options(rig.settings, "verify"))
    await admin.start()
    try:
        await admin.create_partitions({rig.settings.inputs[0]: NewPartitions(GROWN)})
    finally:
        await admin.close()
    grown_s = time.monotonic()
    rig.hit(f"{PARTITIONS} partitions become {GROWN}")
    late = await rig.start_worker()
    late.may_end = True
    await _refuses(late, REFUSED_WITHIN_S, f"the topic has {GROWN} partitions and KANARYA_PARTITIONS is {PARTITIONS}")
    if len(schedule.hits) > 1:
        await _refuses(running, NOTICED_WITHIN_S, "all must have the same partition count")
        rig.figures["noticed_by_the_running_worker_s"] = round(time.monotonic() - grown_s, 1)


async def _refuses(worker: Worker, within_s: float, words: str) -> None:
    code = await asyncio.to_thread(worker.child.wait, within_s)
    whys = [line["why"] for line in worker.lines("worker_stopped")]
    if code != 1 or not any(words in why and "`kanarya topics check`" in why for why in whys):
        raise VerifyError(said(f"must refuse within {within_s:g} s, and ended with {code}: {whys}", worker))


FAULTS: Final = (
    Fault(
        name="grown-topic",
        rows=(19,),
        meaning=f"the input topic grows from {PARTITIONS} to {GROWN} partitions; workers refuse to go on",
        strike=strike,
        short=Size(events=4000, per_second=1500, hits=1),
        long=Size(events=50_000, per_second=2000, hits=2),
        needs=frozenset({"real_kafka"}),
        exact=False,
    ),
)
