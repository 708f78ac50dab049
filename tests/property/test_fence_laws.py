"""Owners and frozen workers write one changelog partition in any interleaving: what counts, and what is left of it.

What must count is told here by whole RecordBatches, each with its writer's epoch, as no reader sees them.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.books import Books
from agents.own_log import FencedError, OwnLog
from agents.ports import Item
from app.engine.store import MemoryStore
from models.codec import META_KEY, encode_meta, pack, unpack_header
from models.epoch_fence import EpochFence

KEYS: Final = [b"\x01ada", b"\x01bea", b"\x02alert"]


class Lying(NamedTuple):
    """A changelog record."""

    offset: int
    key: bytes
    value: bytes | None


class Partition:
    """A changelog partition: `agents.ports.Changelog` for all who write it."""

    topic = "states"

    def __init__(self) -> None:
        self.batches: list[list[Item]] = []
        self.log: list[Lying] = []
        self.arriving: list[list[Item]] = []
        """RecordBatches of others that arrive right before the next one that is sent."""

    def lay(self, items: list[Item]) -> range:
        begin = len(self.log)
        self.batches.append(items)
        self.log += [Lying(begin + n, *item) for n, item in enumerate(items)]
        return range(begin, len(self.log))

    async def send(self, _: int, groups: Iterable[Sequence[Item]], meta: Item, expected: int) -> list[range]:
        arriving, self.arriving = self.arriving, []
        for items in arriving:
            self.lay(items)
        assert expected <= len(self.log)
        return [self.lay([meta, *(item for group in groups for item in group)])]

    async def read(self, _: int, begin: int, end: int) -> list[Lying]:
        assert end <= len(self.log)
        return self.log[begin:]

    async def end(self, _: int) -> int:
        return len(self.log)

    def counting(self) -> dict[bytes, bytes | None]:
        """By the definition: RecordBatches of no lower epoch than any before."""
        held: dict[bytes, bytes | None] = {}
        newest = 0
        for items in self.batches:
            (_, meta), *_ = items
            epoch = unpack_header(meta or b"").epoch
            if epoch >= newest:
                newest = epoch
                held.update(items)
        return alive(held)

    def compacted(self, upto: int) -> list[Item]:
        """The log after a compaction of its first `upto` records."""
        last = {each.key: each.offset for each in self.log}
        return [each[1:] for each in self.log if each.offset >= upto or last[each.key] == each.offset]


def alive(held: dict[bytes, bytes | None]) -> dict[bytes, bytes | None]:
    return {key: value for key, value in held.items() if value is not None}


def silent(*_: Any, **__: Any) -> None:
    """Logs nothing."""


@dataclass
class Worker:
    """A worker process, from its recovery on."""

    store: MemoryStore
    log: OwnLog
    is_open: bool = False

    def held(self) -> dict[bytes, bytes | None]:
        return dict(self.store.scan(0, b""))


def recovery(partition: Partition, together: int) -> Worker:
    store, fence = MemoryStore(), EpochFence()
    for begin in range(0, len(partition.log), together):
        fetched = partition.log[begin : begin + together]
        store.apply(0, fence.counting([each[1:] for each in fetched]), fetched[-1].offset)
    return Worker(store, OwnLog(0, ("touchpoints",), store, partition, fence, [Books()], silent, silent))


class Play:
    """What happens, drawn step by step."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw: Any = data.draw
        self.partition = Partition()
        self.workers: list[Worker] = []
        self.written = 0

    def states(self, worker: Worker) -> list[list[Item]]:
        keys = self.draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3))
        return [[(key, self.value(worker) if self.draw(st.booleans()) else None)] for key in keys]

    def value(self, worker: Worker) -> bytes:
        self.written += 1
        return pack(worker.log.meta.epoch, 0, {0: self.written}, b"")

    def late(self) -> list[Item]:
        """What a worker sent and knows nothing more of, perhaps as it is dead by now; or what came already."""
        if self.partition.batches and self.draw(st.booleans()):
            again: list[Item] = self.draw(st.sampled_from(self.partition.batches))
            return again
        worker = self.draw(st.sampled_from(self.workers))
        groups = self.states(worker) if worker.is_open else []
        return [(META_KEY, encode_meta(worker.log.meta)), *(item for group in groups for item in group)]

    async def step(self) -> None:
        kinds = ["start"] + ["open", "write", "write", "look", "late", "arriving"] * bool(self.workers)
        kind = self.draw(st.sampled_from(kinds))
        if kind == "start":
            self.workers.append(recovery(self.partition, self.draw(st.integers(1, 4))))
        elif kind == "late":
            self.partition.lay(self.late())
        elif kind == "arriving":
            self.partition.arriving.append(self.late())
        else:
            await self.act(kind, self.draw(st.sampled_from(self.workers)))

    async def act(self, kind: str, worker: Worker) -> None:
        """An owner that has written or looked holds what counts, and the compaction may come; an older one stops."""
        before = worker.held()
        try:
            if not worker.is_open:
                await worker.log.open()
                worker.is_open = True
            elif kind == "look":
                await worker.log.look()
            else:
                await worker.log.write(self.states(worker))
        except FencedError:
            assert worker.log.meta.epoch < self.newest
            assert worker.held() == before
            self.workers.remove(worker)
        else:
            assert worker.log.meta.epoch == self.newest
            self.holds(worker)

    @property
    def newest(self) -> int:
        return max(unpack_header(each.value or b"").epoch for each in self.partition.log if each.key == META_KEY)

    def holds(self, worker: Worker) -> None:
        partition = self.partition
        assert worker.held() == partition.counting()
        upto = self.draw(st.integers(0, len(partition.log)))
        for log in (partition.log, [Lying(0, *item) for item in partition.compacted(upto)]):
            assert alive(dict(EpochFence().counting([each[1:] for each in log]))) == worker.held()


@settings(max_examples=150, deadline=None)
@given(data=st.data(), steps=st.integers(1, 25))
def test_an_owner_holds_what_counts_whatever_frozen_workers_write_and_when(data: st.DataObject, steps: int) -> None:
    asyncio.run(play(data, steps))


async def play(data: st.DataObject, steps: int) -> None:
    drama = Play(data)
    for _ in range(steps):
        await drama.step()
    counted = drama.partition.counting()
    last = recovery(drama.partition, 3)
    assert last.held() == counted, "the next owner begins with what counts, though nobody has mended anything"
    drama.partition.arriving.clear()
    await last.log.open()
    counted[META_KEY] = last.store.get(0, META_KEY)
    keys = set(counted) | set(last.held())
    assert {key: offsets(last.held().get(key)) for key in keys} == {key: offsets(counted.get(key)) for key in keys}
    drama.holds(last)


def offsets(value: bytes | None) -> Any:
    """A value but for its epoch, which the next owner may have put on it anew."""
    return None if value is None else unpack_header(value).offsets
