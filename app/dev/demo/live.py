"""The demo without an end: customers at a pace an eye can follow, alerts as they are published, until Ctrl-C.

`kanarya demo` calls `live`.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from app import catalogue
from app.dev.demo.feed import Feeder
from app.dev.demo.stage import PARTITIONS, Stage
from app.dev.demo.tail import Tail
from app.dev.simulate.faults import spoiled_stream
from app.kafka import producer

PER_SECOND: Final = 75
"""About one alert a second; eight weeks of some thousand customers pass in less than five minutes."""


async def live(seed: int, events: int, *, on_alert: Callable[[dict[str, Any]], None]) -> None:
    """Feed round after round of new customers, eight weeks up to now each, until cancelled.

    Raises `DemoError` when the worker ends by itself.
    """
    async with (
        Stage() as stage,
        producer(stage.settings, "demo", linger_ms=5) as client,
        Tail(stage.settings.broker, catalogue.alerts(stage.settings), on_alert),
    ):
        await stage.start_worker()
        await stage.worker_ready()
        feeding = asyncio.create_task(_feed(Feeder(client, stage.settings.inputs[0], PARTITIONS), seed, events))
        try:
            async for _ in stage.commits():
                if feeding.done():
                    feeding.result()
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)


async def _feed(feeder: Feeder, seed: int, events: int) -> None:
    while True:
        records = await asyncio.to_thread(spoiled_stream, seed, events, time.time_ns() // 1_000_000)
        await feeder.feed(records, per_second=PER_SECOND)
        seed += 1
