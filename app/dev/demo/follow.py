"""Follows the public profiles and the dead letters into a scene, as any consumer of these topics could.

`live` runs a `Follower` beside the feeding where a `Screen` shows it. Plain aiokafka and `json`, no code of the worker.
"""

import asyncio
import json
import time
from typing import Self

from aiokafka import AIOKafkaConsumer

from app.dev.demo.reader import place_of
from app.dev.demo.tail import partitions_of
from app.dev.demo.view.scene import Scene


class Follower:
    """An async context manager that reads both topics from their beginning for as long as it is open."""

    def __init__(self, broker: str, profiles: str, dead_letters: str, scene: Scene) -> None:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest")
        self._profiles = profiles
        self._dead_letters = dead_letters
        self._scene = scene

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        topics = (self._profiles, self._dead_letters)
        self._consumer.assign([each for topic in topics for each in await partitions_of(self._consumer, topic)])
        self.reading = asyncio.create_task(self._read())
        """Never ends by itself but with an error."""
        return self

    async def __aexit__(self, *_: object) -> None:
        self.reading.cancel()
        await asyncio.gather(self.reading, return_exceptions=True)
        await self._consumer.stop()

    async def _read(self) -> None:
        while True:
            fetched = await self._consumer.getmany(timeout_ms=1000)
            now_s = time.monotonic()
            for partition, records in fetched.items():
                for record in records:
                    if partition.topic == self._dead_letters:
                        self._scene.rejected.add(place_of(record))
                    elif record.value is not None:
                        self._scene.profile(record.key.decode(), json.loads(record.value), now_s)
