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
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from agents.batch import Batch, halves
from agents.books import Books
from agents.fold import fold_batch
from agents.folded import Folded, Rules
from agents.holds import Hold, Holds
from agents.lost_states import refuse_cut_logs
from agents.outbox import Outbox
from agents.outside import Outside
from agents.own_log import FencedError, OwnLog
from agents.ports import Delivery, Item, Stop
from agents.rejections import warn_of
from agents.unreadable import unreadable
from agents.views import Views
from models.codec import StateError, profile_key
from models.generation import place_of

_TOMBSTONES_S: Final = 1.0
"""Tombstones that no RecordBatch took along for so long get one of their own."""
_LOOK_S: Final = 10.0
"""A partition that wrote nothing for so long looks whether somebody else did."""


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
        self._log = OwnLog(
            partition, outside.topics, outside.store, outside.changelog, outside.fences[partition],
            (books, self._own_books), outside.say, outside.warn,
        )  # fmt: skip
        self._place = place = place_of(partition, self._log.meta)
        self.is_open = False
        """Whether batches are folded and written."""
        self.is_fenced = False
        """Whether another worker owns the partition: nothing may follow from what is in hand."""
        self._begun = asyncio.Event()
        """It is open, or fenced."""
        self._early: list[Delivery] = []
        """Batches that came before it was open."""
        self._overlay: dict[bytes, bytes] = {}
        self._queue: asyncio.Queue[_Work] = asyncio.Queue()
        self._outbox = Outbox(partition, outside.store, outside.alerts)
        self._on_their_way = 0
        self._holds = Holds(outside.breaker, outside.timing.monotonic_s)
        self.views = Views(
            place, outside.store, outside.views, rules.policy, rules.scorer.name, outside.timing, outside.right_of_way,
            books,
        )  # fmt: skip
        self.views.is_owner = self._is_owner

    def take(self, delivery: Delivery) -> None:
        """Fold a batch and queue it for writing, or hold it, once the partition is open. Raises `StateError`."""
        if not self.is_open:
            if not self.is_fenced:
                self._early.append(delivery)
        elif self._holds.is_held(delivery.batch.topic):
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
        why = self._holds.trips(delivery, folded.reasons, self._log.meta.topics[batch.topic].applied)
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
        topic = self._log.meta.topics[batch.topic].id
        return fold_batch(batch, topic, self._place, self._log.meta.epoch, self._rules, self._load)

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
        except FencedError as fenced:
            self._give_up(fenced)
            await asyncio.sleep(self._outside.fenced_s)  # the rebalance that takes the partition cancels it
            raise fenced.stop(self._outside.changelog.topic, self._partition) from fenced
        finally:
            self._leave()

    async def _is_owner(self) -> bool:
        """Looked at before public profiles are sent: the newest one of a customer must not be a frozen worker's."""
        try:
            self.show_again(await self._log.look_afresh(self._outside.timing.monotonic_s))
        except FencedError as fenced:
            self._give_up(fenced)
        return not self.is_fenced

    def _leave(self) -> None:
        self._outside.right_of_way.leave(self._on_their_way)
        self._on_their_way = 0

    def _give_up(self, fenced: FencedError) -> None:
        """Another worker owns the partition by now: drop what is in hand, which it reads again."""
        if self.is_fenced:
            return
        self._outside.warn("partition_fenced", partition=self._partition, epoch=fenced.epoch, newest=fenced.newest)
        self.is_open, self.is_fenced = False, True
        self._begun.set()
        self._leave()
        self._overlay.clear()
        self.views.forget()
        while not self._queue.empty():
            self._queue.get_nowait()
            self._queue.task_done()

    async def _write_queued(self) -> None:
        while True:
            self._try_held()
            wait_s = _TOMBSTONES_S if self._outbox.tombstones else _LOOK_S
            if (due_s := self._holds.due_in_s()) is not None:
                wait_s = min(wait_s, due_s)
            try:
                async with asyncio.timeout(wait_s):  # `wait_for` of Python 3.11 may lose a cancellation
                    work = await self._queue.get()
            except TimeoutError:
                if self._outbox.tombstones:
                    await self._write_items([])
                else:
                    self.show_again(await self._log.look())
                continue
            try:
                await self._write(work)
            except Stop as stop:
                if stop.offset is not None:
                    raise
                raise stop.met_at(work.batch) from stop
            finally:
                self._queue.task_done()

    def show_again(self, customers: list[bytes]) -> None:
        """Publish anew whom a frozen worker wrote of: it may have published what it had, too."""
        if customers:
            self.views.mark(customers, 0, None)

    async def _open(self) -> None:
        """What a new owner does before its first batch."""
        await refuse_cut_logs(self._partition, self._log.meta, self._outside)
        self.show_again(await self._log.open())
        self._place = self.views.place = place_of(self._partition, self._log.meta)
        left = await self._outbox.publish_left_over()
        self.is_open = True
        self._outside.say(
            "partition_opened", partition=self._partition, epoch=self._log.meta.epoch,
            customers=self._outside.store.count(self._partition, profile_key(b"")), alerts_left_over=left,
        )  # fmt: skip
        self._take_early()
        self._begun.set()

    def _take_early(self) -> None:
        early, self._early = self._early, []
        for delivery in early:
            batch = delivery.batch
            try:
                if delivery.is_current:
                    self.take(delivery)
            except StateError as error:
                raise unreadable(error, batch.topic, batch.partition, batch.first_offset) from error

    async def _write(self, work: _Work) -> None:
        batch, folded, outside = work.batch, work.folded, self._outside
        # (2) dead letters, then the new states with their alerts
        await outside.dead_letters.publish(self._partition, folded.dead)
        topic = self._log.meta.topics[batch.topic]
        topic.applied = max(topic.applied, batch.last_offset)  # a replay begins below what is applied
        # (3) apply to the store
        await self._write_items(folded.groups)
        self._forget_overlay(folded.states)
        if work.ends is not None:
            work.ends.applied()
        self._books.add(folded.books)
        self._own_books.add(folded.books)
        warn_of(outside, batch, folded.dead)
        # (4) alerts
        await self._outbox.publish(folded.outbox)
        if self.is_fenced:
            return  # found out meanwhile: the newer owner publishes these customers and commits
        self._on_their_way -= 1
        outside.right_of_way.leave()
        # (5) public profiles; when they are out: (6) the offset is committable, (7) the engine commits it
        self.views.mark(folded.dirty, batch.lag, work.ends)

    async def _write_items(self, groups: list[list[Item]]) -> None:
        """Write one batch's items, with the meta record and waiting tombstones, and apply them."""
        tombstones = self._outbox.take_tombstones()
        self.show_again(await self._log.write([*([item] for item in tombstones), *groups]))

    def _forget_overlay(self, states: Mapping[bytes, bytes]) -> None:
        """Drop what the store holds now, unless a later batch has changed it again."""
        overlay = self._overlay
        for key, value in states.items():
            if overlay.get(key) is value:
                del overlay[key]

    async def finish(self) -> None:
        """Write and publish everything taken so far, tombstones included. Raises `Stop` and `StateError`."""
        await self._begun.wait()
        await self._queue.join()
        await self._log.at_rest()
        if self.is_fenced:
            return
        await self.views.flush()
        if self._outbox.tombstones:
            try:
                await self._write_items([])
            except FencedError as fenced:
                self._give_up(fenced)
