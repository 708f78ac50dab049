"""The profiles of one partition number: each fetched batch goes through seven steps, in order.

`agents.lanes` hands every batch of the partition, whichever input topic it is of, to `Lane.take`:

1. fold on copies (`agents.fold`); the next batch may be folded on the unacknowledged result of this one
2. dead letters sent and acknowledged, then the changelog's RecordBatch sent and acknowledged, so that whatever
   the offset guard skips after a crash is already applied or already a dead letter
3. apply to the store
4. outbox alerts published and acknowledged; their tombstones ride in the next RecordBatch
5. dirty public profiles published and acknowledged, a little later and together (`agents.views`)
6. the source offset becomes committable
7. commit (the engine's timer, and at once when the worker drains)

A batch that trips the breaker (`agents.breaker`) is held after step 1, and tried again later.

An exception ends the lane: nothing more is sent for the partition, and the worker stops.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from agents.batch import Batch, halves
from agents.books import Books
from agents.breaker import BreakerLimits
from agents.fold import fold_batch
from agents.folded import Folded, Rules
from agents.holds import Hold, Holds
from agents.outbox import Outbox
from agents.ports import Changelog, Delivery, Item, Outgoing, Publisher, SourceEnds, Stop, Store
from agents.right_of_way import RightOfWay
from agents.views import Timing, Views
from models.codec import META_KEY, Meta, TopicMeta, decode_meta, encode_meta, profile_key
from models.dead_letter import parse_dead_letter
from models.generation import place_of, present

_TOMBSTONES_S: Final = 1.0
"""Tombstones that no RecordBatch took along for so long get one of their own."""
Say = Callable[..., object]
"""Logs an event with keys."""


class Outside(msgspec.Struct, frozen=True):
    """What lanes reach the outside with."""

    topics: tuple[str, ...]
    """Input topics."""
    store: Store
    changelog: Changelog
    alerts: Publisher
    dead_letters: Publisher
    views: Publisher
    source_ends: SourceEnds
    timing: Timing
    say: Say
    warn: Say
    group_bytes: int
    """Most bytes of one customer's state and alerts, which must fit into one RecordBatch."""
    right_of_way: RightOfWay = msgspec.field(default_factory=RightOfWay)
    rejections: Counter[str] = msgspec.field(default_factory=Counter)
    """Dead letters by reason since the start, of all lanes: a line that stands for many tells all of them."""
    breaker: BreakerLimits | None = None
    """When a topic partition is held; None for never."""


class _Work(msgspec.Struct, frozen=True):
    batch: Batch
    """The whole batch, or a piece of it."""
    folded: Folded
    ends: Delivery | None
    """What ends with this piece."""


class Lane:
    """The pipeline of one partition number from one assignment to its revocation."""

    def __init__(
        self, partition: int, rules: Rules, outside: Outside, books: Books, own_books: Books | None = None
    ) -> None:
        """`books`: the worker's; `own_books`: this partition's, if they are wanted too.

        Raises `StateError` when the partition's meta record cannot be read.
        """
        self._partition, self._rules, self._outside, self._books = partition, rules, outside, books
        self._own_books = own_books or Books()
        stored = outside.store.get(partition, META_KEY)
        self._meta = next_owner(decode_meta(stored) if stored is not None else Meta({}), outside.topics)
        place = place_of(partition, self._meta)
        self._place = place
        self.is_open = False
        """Whether the first batch may be written."""
        self._overlay: dict[bytes, bytes] = {}
        self._queue: asyncio.Queue[_Work] = asyncio.Queue()
        self._outbox = Outbox(partition, outside.store, outside.alerts)
        self._on_their_way = 0
        self._holds = Holds(outside.breaker, outside.timing.monotonic_s)
        self.views = Views(
            place, outside.store, outside.views, rules.policy, rules.scorer.name, outside.timing, outside.right_of_way,
            books,
        )  # fmt: skip

    def take(self, delivery: Delivery) -> None:
        """Fold a batch and queue it for writing, or hold it. Raises `StateError`."""
        if self._holds.is_held(delivery.batch.topic):
            self._holds.queue(delivery)
        else:
            self._try(delivery)

    @property
    def state(self) -> str:
        """`opening`, `open`, or `held` while one of its topics is."""
        return "opening" if not self.is_open else "held" if self._holds.all() else "open"

    @property
    def held(self) -> list[Hold]:
        """The topics of this partition that the breaker holds."""
        return self._holds.all()

    def _try(self, delivery: Delivery) -> bool:
        """Whether the batch passes the breaker, and is on its way."""
        batch = delivery.batch
        # (1) fold on copies
        folded = self._fold(batch)
        why = self._holds.trips(delivery, folded.reasons, self._meta.topics[batch.topic].applied)
        if why is None:
            self._send_on_its_way(batch, folded, delivery)
            return True
        hold = self._holds.hold(delivery, why, folded.reasons)
        if hold is not None:
            self._outside.warn("partition_held", **hold.keys())
        return False

    def _try_held(self) -> None:
        """Try the batches of each hold that is due, in order, as far as they pass."""
        for hold in self._holds.due():
            first = hold.waiting[0]
            while hold.waiting and hold.waiting[0].is_current and self._try(hold.waiting[0]):
                hold.waiting.popleft()
            if hold.waiting and hold.waiting[0].is_current:
                continue
            batch, passed = first.batch, not hold.waiting  # else it went to another worker
            held_s = self._holds.release(batch.topic)
            if passed:
                first.released()
                self._outside.say(
                    "partition_released", topic=batch.topic, partition=batch.partition, held_s=round(held_s, 1)
                )

    def _fold(self, batch: Batch) -> Folded:
        topic = self._meta.topics[batch.topic].id
        return fold_batch(batch, topic, self._place, self._meta.epoch, self._rules, self._load)

    def _send_on_its_way(self, batch: Batch, folded: Folded, ends: Delivery | None) -> None:
        if folded.largest_group_bytes > self._outside.group_bytes and len(batch.records) > 1:
            # One customer's alerts would not fit into a RecordBatch. Cutting a batch anywhere changes nothing.
            first, second = halves(batch)
            self._send_on_its_way(first, self._fold(first), None)
            self._send_on_its_way(second, self._fold(second), ends)
            return
        self._overlay |= folded.states
        self._on_their_way += 1
        self._outside.right_of_way.enter()
        self._queue.put_nowait(_Work(batch, folded, ends))

    def _load(self, keys: Sequence[bytes]) -> list[bytes | None]:
        overlay = self._overlay
        states = self._outside.store.get_many(self._partition, keys)
        return [overlay.get(key, state) for key, state in zip(keys, states, strict=True)] if overlay else states

    async def run(self) -> None:
        """Open the partition, then write what `take` queues, batch after batch. Raises `Stop` and `StateError`."""
        try:
            await self._open()
            await self._write_queued()
        finally:
            self._outside.right_of_way.leave(self._on_their_way)
            self._on_their_way = 0

    async def _write_queued(self) -> None:
        while True:
            self._try_held()
            wait_s = _TOMBSTONES_S if self._outbox.tombstones else None
            if (due_s := self._holds.due_in_s()) is not None:
                wait_s = due_s if wait_s is None else min(wait_s, due_s)
            try:
                work = await asyncio.wait_for(self._queue.get(), wait_s)
            except TimeoutError:
                if self._outbox.tombstones:
                    await self._write_items([])
                continue
            try:
                await self._write(work)
            except Stop as stop:
                if stop.offset is not None:
                    raise
                raise stop.met_at(work.batch) from stop
            finally:
                self._queue.task_done()

    async def _open(self) -> None:
        """What a new owner does before its first batch."""
        await self._refuse_truncated()
        left = await self._outbox.publish_left_over()
        await self._write_items([])
        self.is_open = True
        self._outside.say(
            "partition_opened",
            partition=self._partition,
            epoch=self._meta.epoch,
            customers=self._outside.store.count(self._partition, profile_key(b"")),
            alerts_left_over=left,
        )

    async def _refuse_truncated(self) -> None:
        applied = {name: topic.applied for name, topic in present(self._meta).items()}
        ends = await self._outside.source_ends(self._partition, applied)
        for name, offset in applied.items():
            if name in ends and ends[name] <= offset:
                raise Stop(
                    name, self._partition, offset,
                    f"applied already, but the topic ends at {ends[name]}: it was made anew or cut;"
                    f" if that is meant, run `kanarya topics generation {name}`",
                )  # fmt: skip

    async def _write(self, work: _Work) -> None:
        batch, folded, outside = work.batch, work.folded, self._outside
        # (2) dead letters, then the new states with their alerts
        await outside.dead_letters.publish(self._partition, folded.dead)
        topic = self._meta.topics[batch.topic]
        topic.applied = max(topic.applied, batch.last_offset)  # a replay begins below what is applied
        # (3) apply to the store
        await self._write_items(folded.groups)
        self._forget_overlay(folded.states)
        if work.ends is not None:
            work.ends.applied()
        self._books.add(folded.books)
        self._own_books.add(folded.books)
        self._warn_of(batch, folded.dead)
        # (4) alerts
        await self._outbox.publish(folded.outbox)
        self._on_their_way -= 1
        outside.right_of_way.leave()
        # (5) public profiles; when they are out: (6) the offset is committable, (7) the engine commits it
        self.views.mark(folded.dirty, batch.lag, work.ends)

    def _warn_of(self, batch: Batch, dead: Sequence[Outgoing]) -> None:
        """Say that records became dead letters, and of those that are a fault of ours the first one's place."""
        if not dead:
            return
        told = [parse_dead_letter(letter.headers) for letter in dead]
        self._outside.rejections.update(each.reason for each in told)
        where = {"topic": batch.topic, "partition": batch.partition}
        since_start = dict(self._outside.rejections)
        self._outside.warn("records_rejected", **where, records=len(dead), since_start=since_start)
        failed = next((pair for pair in zip(dead, told, strict=True) if pair[1].reason == "handler_error"), None)
        if failed is not None:
            letter, first = failed
            customer = (letter.key or b"").decode()
            self._outside.warn("touchpoint_failed", **where, offset=first.offset, customer=customer, why=first.detail)

    async def _write_items(self, groups: list[list[Item]]) -> None:
        """Write one batch's items, with the meta record and waiting tombstones, and apply them."""
        meta: Item = (META_KEY, encode_meta(self._meta))
        tombstones = self._outbox.take_tombstones()
        groups = [*([item] for item in tombstones), *groups]
        offset = await self._outside.changelog.send(self._partition, groups, meta)
        items = [meta, *(item for group in groups for item in group)]
        self._outside.store.apply(self._partition, items, offset)

    def _forget_overlay(self, states: Mapping[bytes, bytes]) -> None:
        """Drop what the store holds now, unless a later batch has changed it again."""
        overlay = self._overlay
        for key, value in states.items():
            if overlay.get(key) is value:
                del overlay[key]

    async def finish(self) -> None:
        """Write and publish everything taken so far, tombstones included. Raises `Stop` and `StateError`."""
        await self._queue.join()
        await self.views.flush()
        if self._outbox.tombstones:
            await self._write_items([])


def next_owner(meta: Meta, topics: Sequence[str]) -> Meta:
    """The meta record as a new owner writes it: one epoch on, and a small id for every input topic."""
    known = dict(meta.topics)
    for name in topics:
        if name not in known:
            known[name] = TopicMeta(len(known), 0, -1)
    return Meta(known, meta.epoch + 1)
