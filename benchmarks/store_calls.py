"""The disk store's calls, timed alone: with and without RocksDB's own log, on the loop and in a thread.

`stores` prints them before it starts workers. docs/decisions/0013-disk-store.md draws on them.
"""

import asyncio
import os
import random
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from app.engine.disk.store import DiskStore
from benchmarks.store_states import customer, states
from models.codec import profile_key

BATCH: Final = 3000
"""Customers of one batch."""
_ASKED: Final = 40


class Times(NamedTuple):
    """Of one call; processor time is that of the thread that calls."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Calls:
    """Of batches of 3,000 customers."""

    what: str
    write_us: float
    """Processor time of the caller for a state, in a write of 3,000; the median."""
    longest_write_ms: float
    """Of 3,000 states."""
    read_us: float
    """Processor time of the caller for a state of any customer, in a read of 3,000; the median."""
    hot_us: float
    """The same for 20,000 customers that were asked for a moment ago."""
    read_ms: float
    """3,000 states of any customers, wall clock; the median."""
    longest_read_ms: float
    cold_ms: float
    """3,000 states of any customers that the system's page cache does not hold; the median."""
    thread_ms: float
    """As `read_ms`, in a thread that the loop waits for."""
    reopen_ms: float
    """Closing it with all it holds in memory, and opening it again."""

    def line(self) -> str:
        """For a person."""
        return (
            f"{self.what}: CPU of a state written {self.write_us:.2f} us, read {self.read_us:.2f}, read hot"
            f" {self.hot_us:.2f}; 3,000 written in at most {self.longest_write_ms:.0f} ms, read in"
            f" {self.read_ms:.1f} (most {self.longest_read_ms:.0f}), by a thread in {self.thread_ms:.1f}, cold in"
            f" {self.cold_ms:.0f}; close and open {self.reopen_ms:.0f} ms"
        )


def calls(folder: Path, seed: int, customers: int, memory_bytes: int) -> list[Calls]:
    """Time them over so many customers in one partition."""
    known = states(seed, "bench.touchpoints")
    return [
        asyncio.run(_calls(what, folder, known, seed, customers, memory_bytes, wal=wal))
        for what, wal in (("without RocksDB's log", False), ("with RocksDB's log", True))
    ]


async def _calls(
    what: str, folder: Path, known: list[bytes], seed: int, customers: int, memory_bytes: int, *, wal: bool
) -> Calls:
    async def end(_: int, applied: int) -> int:
        return applied + 1

    shutil.rmtree(folder, ignore_errors=True)
    store = DiskStore(
        folder, memory_bytes, "bench-profiles-changelog", topic_id=lambda: None, end=end,
        now_ms=lambda: time.time_ns() // 1_000_000, wal=wal,
    )  # fmt: skip
    await store.take(0)
    rng = random.Random(seed)
    order = list(range(customers))
    rng.shuffle(order)
    writes = []
    for first in range(0, customers, BATCH):
        items = [(profile_key(customer(n)), known[n % len(known)]) for n in order[first : first + BATCH]]
        writes.append(_timed(partial(store.apply, 0, items, first + BATCH)))
    began_s = time.perf_counter()
    store.drop(0)
    await store.take(0)
    reopen_s = time.perf_counter() - began_s

    def some(most: int) -> list[bytes]:
        return [profile_key(customer(order[rng.randrange(most)])) for _ in range(BATCH)]

    def read(most: int) -> list[Times]:
        return [_timed(partial(store.get_many, 0, some(most))) for _ in range(_ASKED)]

    read(customers)
    reads, hot = read(customers), (read(20_000), read(20_000))[1]
    threaded = []
    for _ in range(_ASKED):
        keys = some(customers)
        began_s = time.perf_counter()
        await asyncio.to_thread(store.get_many, 0, keys)
        threaded.append(time.perf_counter() - began_s)
    cold = []
    for _ in range(5):
        store.drop(0)
        _forget(folder)
        await store.take(0)
        cold.append(_timed(partial(store.get_many, 0, some(customers))))
    store.close()
    return Calls(
        what, _us(writes), 1e3 * max(each.wall_s for each in writes), _us(reads), _us(hot),
        1e3 * statistics.median(each.wall_s for each in reads), 1e3 * max(each.wall_s for each in reads),
        1e3 * statistics.median(each.wall_s for each in cold), 1e3 * statistics.median(threaded), 1e3 * reopen_s,
    )  # fmt: skip


def _us(times: list[Times]) -> float:
    return 1e6 * statistics.median(each.cpu_s for each in times) / BATCH


def _timed(call: Callable[[], object]) -> Times:
    began_s, cpu_s = time.perf_counter(), time.thread_time()
    call()
    return Times(time.perf_counter() - began_s, time.thread_time() - cpu_s)


def _forget(folder: Path) -> None:
    """Tell the system that it need not keep the files in its page cache."""
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    for path in folder.rglob("*.sst"):
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)
