"""The outside of a disk store: its changelog's id and end, and the time; a copy that was written, and one read anew."""

import re
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiokafka.errors import KafkaConnectionError

from app.engine.disk.store import DiskStore


@dataclass
class Changelog:
    """What the broker would tell; tests change it."""

    name: str = "log"
    topic_id: str | None = "c1"
    end: int = 1 << 40
    """Of every partition."""
    now_ms: int = 1_700_000_000_000
    fails: bool = False
    """Whether nobody tells the end."""

    async def _end(self, partition: int, applied: int) -> int:
        if self.fails:
            raise KafkaConnectionError
        return self.end

    def store(self, folder: Path) -> DiskStore:
        """A store with this outside."""
        return DiskStore(
            folder, 1 << 24, self.name, topic_id=lambda: self.topic_id, end=self._end, now_ms=lambda: self.now_ms
        )  # fmt: skip


STATES = [(b"\x01%d" % n, b"state %d" % n * 20) for n in range(500)]
"""Of partition 0."""


async def written(store: DiskStore, last: int = 499) -> None:
    """A copy of partition 0 up to `last`, and the store closed."""
    await store.take(0)
    store.apply(0, STATES, last)
    store.close()


async def rebuilt(changelog: Changelog, folder: Path, why: str) -> None:
    """Take partition 0: it is dropped with one line, holds nothing, and works."""
    store = changelog.store(folder)
    with structlog.testing.capture_logs() as said:
        await store.take(0)
    (line,) = (line for line in said if line["log_level"] != "debug")
    assert (line["event"], line["partition"]) == ("store_rebuilt", 0)
    assert re.search(why, line["why"])
    assert (store.offset(0), store.scan(0, b"")) == (None, [])
    store.apply(0, STATES, 10)
    store.drop(0)
    changelog.end = 1 << 40
    await store.take(0)
    assert (store.offset(0), store.get(0, STATES[7][0])) == (10, STATES[7][1])
    store.close()
