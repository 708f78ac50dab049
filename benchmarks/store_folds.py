"""What the store costs a touchpoint: the same batches folded, applied and rendered over both, in turns.

`stores` prints it before it starts workers. On a machine that does other things this is the figure to compare, as both
stores meet the same moments.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from agents.batch import Batch, batch_of
from agents.fold import fold_batch
from agents.folded import Rules
from agents.ports import RecoverableStore
from app.engine.disk.store import DiskStore
from app.engine.store import MemoryStore
from benchmarks.data import FIRST_MS, SPAN_MS
from benchmarks.stages import _Record
from benchmarks.store_calls import BATCH
from benchmarks.store_states import BEFORE, customer, states, touchpoints
from models.alert_record import Place
from models.codec import decode_profile, profile_key
from models.policy import Policy
from models.public_profile import render
from models.sentiment import built_in

_TOPIC: Final = "bench.stores"
_EVENTS: Final = 60_000


@dataclass(frozen=True)
class Folds:
    """Processor time of the process for a touchpoint, microseconds, its public profile included."""

    hot: bool
    """Whether the customers were drawn by zipf(1.1)."""
    memory_us: float
    disk_us: float

    def line(self) -> str:
        """For a person."""
        customers = "by zipf(1.1)" if self.hot else "all as likely"
        return (
            f"customers {customers}: CPU of a touchpoint in memory {self.memory_us:.1f} us, on disk {self.disk_us:.1f}"
        )


def folds(folder: Path, seed: int, customers: int, memory_bytes: int) -> list[Folds]:
    """Measure over so many customers in one partition."""
    return asyncio.run(_folds(folder, seed, customers, memory_bytes))


async def _folds(folder: Path, seed: int, customers: int, memory_bytes: int) -> list[Folds]:
    async def end(_: int, applied: int) -> int:
        return applied + 1

    shutil.rmtree(folder, ignore_errors=True)
    disk = DiskStore(folder, memory_bytes, "bench", topic_id=lambda: None, end=end, now_ms=lambda: 0)
    await disk.take(0)
    stores: dict[str, RecoverableStore] = {"memory": MemoryStore(), "disk": disk}
    known = states(seed, _TOPIC)
    for first in range(0, customers, BATCH):
        numbers = range(first, min(first + BATCH, customers))
        items = [(profile_key(customer(number)), known[number % len(known)]) for number in numbers]
        for store in stores.values():
            store.apply(0, items, first + BATCH)
    rules = Rules(Policy(), built_in(), "bench")
    done = []
    for hot in (False, True):
        spent_s = dict.fromkeys(stores, 0.0)
        for number, batch in enumerate(_batches(seed + hot, customers, hot=hot)):
            for name in sorted(stores, reverse=bool(number % 2)):
                began_s = time.process_time()
                _work(stores[name], batch, rules, customers + batch.last_offset)
                spent_s[name] += time.process_time() - began_s
        done.append(Folds(hot, 1e6 * spent_s["memory"] / _EVENTS, 1e6 * spent_s["disk"] / _EVENTS))
    disk.close()
    return done


def _batches(seed: int, customers: int, *, hot: bool) -> Iterator[Batch]:
    stream = enumerate(touchpoints(seed, 0, _EVENTS, customers, hot=hot))
    while taken := list(islice(stream, BATCH)):
        yield batch_of(_TOPIC, 0, [_Record(number, FIRST_MS + 2 * SPAN_MS, *each) for number, each in taken])


def _work(store: RecoverableStore, batch: Batch, rules: Rules, offset: int) -> None:
    """A batch as `agents.profiles` takes it, without Kafka."""
    place = Place(0, (_TOPIC, BEFORE))
    folded = fold_batch(batch, 0, place, 1, rules, lambda keys: store.get_many(0, keys))
    store.apply(0, [item for group in folded.groups for item in group], offset)
    for id_ in folded.dirty:
        state = store.get(0, profile_key(id_))
        assert state is not None
        render(decode_profile(id_.decode(), state), place, rules.policy, rules.scorer.name)
