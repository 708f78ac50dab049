"""All partitions of a worker: opens a lane per partition number, feeds it, and finishes it when it must go.

`app.topology` attaches `Lanes.run` to Faust's agent, and calls `assign` after each recovery and `drain` before
partitions are revoked or the worker stops.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from agents.batch import Batch
from agents.books import Books
from agents.folded import Rules
from agents.outside import Outside
from agents.ports import Delivery, Say, Stop
from agents.profiles import Lane
from agents.unreadable import unreadable
from models.codec import StateError

_SAMPLED: Final = 4
"""Keys of each batch whose placement is checked."""
_ENOUGH: Final = 400
"""The share is one of at least so many: a few misplaced keys among the first ones mean little."""
_TURNS: Final = 12
"""Turns of the loop after each fold. Four put its RecordBatch on the wire, so that the broker writes it while the next
batch folds; what the broker acknowledged during the fold is applied, and its room fetched anew, within the others."""
_MEND: Final = "set partitioner=murmur2_random in librdkafka producers"


class Placement:
    """Whether producers put customers where murmur2 puts them; a customer on two partitions would be two."""

    def __init__(self, is_placed: Callable[[bytes, int], bool], share: float, books: Books, warn: Say) -> None:
        """`share`: of misplaced keys, 0 to 1, above which the worker stops."""
        self._is_placed, self._share, self._books, self._warn = is_placed, share, books, warn
        self._warn_at = 1
        """The number of misplaced keys that is said next: it doubles, so that a trickle does not fill the log."""

    def sample(self, batch: Batch) -> None:
        """Check a few keys of a batch. Raises `Stop` (`wrong_partitioner`)."""
        records = batch.records
        books = self._books
        for record in records[:: max(1, len(records) // _SAMPLED)][:_SAMPLED]:
            if record.key is None:
                continue
            books.keys_sampled += 1
            if self._is_placed(record.key, batch.partition):
                continue
            books.keys_misplaced += 1
            # Not "after 400": a producer with another partitioner goes over the share of 400 within two batches.
            if books.keys_misplaced > self._share * max(books.keys_sampled, _ENOUGH):
                raise Stop(
                    batch.topic, batch.partition, record.offset,
                    f"wrong_partitioner: {books.keys_misplaced} of {books.keys_sampled} sampled keys lie where murmur2"
                    f" does not put them; {_MEND}, or raise KANARYA_MISPLACED_SHARE",
                )  # fmt: skip
            self._say(batch)

    def _say(self, batch: Batch) -> None:
        """The first misplaced key, then the second, fourth, eighth …; never the key itself."""
        books = self._books
        if books.keys_misplaced < self._warn_at:
            return
        self._warn_at = 2 * books.keys_misplaced
        self._warn(
            "keys_misplaced", topic=batch.topic, partition=batch.partition, sampled=books.keys_sampled,
            misplaced=books.keys_misplaced, mend=_MEND,
        )  # fmt: skip


class Lanes:
    """The lanes of the partitions that this worker owns."""

    def __init__(
        self, rules: Rules, outside: Outside, placement: Placement, books: Books, fail: Callable[[Exception], None]
    ) -> None:
        """`fail` stops the worker; it is told the first error and may be told consequences."""
        self._rules, self._outside, self._placement, self._books = rules, outside, placement, books
        self._fail = fail
        self._lanes: dict[int, Lane] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._draining: frozenset[int] = frozenset()
        self._waiting: dict[Lane, deque[Delivery]] = {}
        """Batches behind public profiles that are too late, in order."""
        self._flushing: dict[int, asyncio.Task[None]] = {}
        """Partition -> what waits with them."""
        self.books_of: dict[int, Books] = {}
        """Partition -> its books since the start, kept while another worker owns it."""

    async def run(self, deliveries: AsyncIterable[Delivery]) -> None:
        """Take batches for as long as the engine delivers."""
        async for delivery in deliveries:
            batch = delivery.batch
            lane = self._lanes.get(batch.partition)
            if lane is None or not delivery.is_current:
                continue  # revoked or sought since it was fetched: it is read again, in its order
            with self._failing_at(batch):
                self._placement.sample(batch)
                if lane in self._waiting:
                    self._waiting[lane].append(delivery)
                elif lane.views.overdue_s() > 0:
                    self._waiting[lane] = deque([delivery])
                    self._take_later(batch.partition, lane)
                else:
                    await self._take(lane, delivery)

    async def _take(self, lane: Lane, delivery: Delivery) -> None:
        lane.take(delivery)
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def _take_when_published(self, lane: Lane) -> None:
        """Public profiles that are too late go before the batches that wait for them; other partitions go on."""
        waiting = self._waiting[lane]
        try:
            while waiting:
                await lane.views.flush()
                delivery = waiting.popleft()
                partition = delivery.batch.partition
                if self._lanes.get(partition) is lane and delivery.is_current:
                    with self._failing_at(delivery.batch):
                        await self._take(lane, delivery)
        finally:
            del self._waiting[lane]

    @contextmanager
    def _failing_at(self, batch: Batch) -> Iterator[None]:
        """What goes wrong with a batch closes its lane and stops the worker."""
        try:
            yield
        except Stop as error:
            self._close(batch.partition)
            self._fail(error)
        except StateError as error:
            self._close(batch.partition)
            self._fail(unreadable(error, batch.topic, batch.partition, batch.first_offset))

    def _take_later(self, partition: int, lane: Lane) -> None:
        task = asyncio.create_task(self._take_when_published(lane), name=f"waiting-{partition}")
        self._flushing[partition] = task
        task.add_done_callback(lambda done: self._flushed(partition, done))

    def _flushed(self, partition: int, task: "asyncio.Task[None]") -> None:
        if self._flushing.get(partition) is task:
            del self._flushing[partition]
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._fail(error)

    def assign(self, partitions: Iterable[int]) -> None:
        """Open lanes for exactly these partitions, whose states the store holds. Raises `Stop`."""
        self._close(*list(self._lanes))
        for partition in sorted(partitions):
            try:
                own_books = self.books_of.setdefault(partition, Books())
                lane = Lane(partition, self._rules, self._outside, self._books, own_books)
            except StateError as error:
                raise unreadable(error, self._outside.changelog.topic, partition) from error
            self._lanes[partition] = lane
            self._tasks[partition] = asyncio.create_task(self._serve(partition, lane), name=f"lane-{partition}")

    async def _serve(self, partition: int, lane: Lane) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(lane.run())
                group.create_task(lane.views.run())
        except* Exception as errors:  # noqa: BLE001 - whatever it is, it ends the worker
            self._lanes.pop(partition, None)
            self._fail_at(partition, errors.exceptions[0])

    def _fail_at(self, partition: int, error: BaseException) -> None:
        """Stop the worker; an unreadable state that no batch of an input topic led to is told by the changelog."""
        if isinstance(error, StateError):
            error = unreadable(error, self._outside.changelog.topic, partition)
        self._fail(error if isinstance(error, Exception) else RuntimeError(repr(error)))

    def show_again(self, partition: int, customers: list[bytes]) -> None:
        """Publish these customers anew: somebody else has published what may be older."""
        if partition in self._lanes:
            self._lanes[partition].show_again(customers)

    def states(self) -> dict[int, str]:
        """Partition -> `opening`, `open`, `held` or `draining`, of those whose states are recovered."""
        draining = dict.fromkeys(self._draining, "draining")
        return draining | {number: lane.state for number, lane in self._lanes.items()}

    def held(self) -> dict[int, str]:
        """Partition -> a sentence on what the breaker holds of it and why."""
        told = {number: "; ".join(hold.told() for hold in lane.held) for number, lane in self._lanes.items()}
        return {number: sentence for number, sentence in told.items() if sentence}

    async def drain(self, within_s: float) -> bool:
        """Finish what is in flight, publish, and close all lanes; whether all was finished in time.

        What is not finished is dropped here and read again by the next owner.
        """
        lanes, self._lanes = self._lanes, {}
        self._draining = frozenset(lanes)
        finishing = {asyncio.create_task(lane.finish()): partition for partition, lane in lanes.items()}
        late: set[asyncio.Task[None]] = set()
        if finishing:
            with self._outside.right_of_way.lifted():
                done, late = await asyncio.wait(finishing, timeout=within_s)
            for task in late:
                task.cancel()
            for task in done:
                if (error := task.exception()) is not None:
                    self._fail_at(finishing[task], error)
        self._lanes, self._draining = lanes, frozenset()
        self._close(*list(lanes))
        return not late

    def _close(self, *partitions: int) -> None:
        for partition in partitions:
            self._lanes.pop(partition, None)
            for tasks in (self._tasks, self._flushing):
                task = tasks.pop(partition, None)
                if task is not None:
                    task.cancel()
