"""The thread that talks to the broker for `app.engine.consumer`: commits without crashing, and first positions.

Faust runs aiokafka's consumer in a thread with a loop of its own, so that heartbeats go out while a batch folds.
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import structlog
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from app.engine import FAUST_LOG, leaving, static_member
from app.engine.changelog_reader import read_whole_batches
from app.engine.static_member import IdTaken

_FETCH_WAIT_MS: Final = 25
"""Longest wait of the broker for new records, and of an alert for its batch while the worker keeps up.

aiokafka asks a node again only when its last fetch is answered."""
_FETCH_LEAST_BYTES: Final = 1 << 18
"""So much makes the broker answer before that. Without it a busy stream comes in ever smaller batches, each of
which codes the states of its busiest customers anew, until that takes all the time there is."""
_DEALT_WITH: Final = "kanarya:applied"
"""The metadata of a commit that follows from written states. A new group's first offsets, and those that an operator
sets with Kafka's own tools, have none: they say nothing about states."""

log = structlog.get_logger()


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread with our commit, our first positions and the positions of changelogs."""

    logger = FAUST_LOG

    def __post_init__(self) -> None:
        super().__post_init__()
        self.positions: dict[TP, int] = {}
        """Next offset of each changelog partition, as of the last fetch."""
        self.places: dict[TP, tuple[int, int | None, int | None]] = {}
        """Next offset of each partition that is fetched, end of what may be read, and when the last fetch was answered
        (ms)."""
        self.committed: dict[TP, int] = {}
        """Committed offset of each input partition."""
        self._commit_failing = False

    async def on_start(self) -> None:
        """Start aiokafka's consumer; no partition is assigned to it yet."""
        await super().on_start()
        consumer = self._ensure_consumer()
        read_whole_batches(consumer._fetcher, lambda: self.app.tables.changelog_topics)
        leaving.attach(consumer._coordinator, self.app.limits.session_timeout_s)
        if self.app.instance is not None:
            stop = IdTaken(self.app.instance, self.app.conf.id)
            taken = partial(self.parent_loop.call_soon_threadsafe, self.app.fail, stop)
            static_member.attach(consumer._coordinator, self.app.instance, taken)

    async def on_thread_stop(self) -> None:
        """Stop aiokafka's consumer, also while its broker is away.

        A fetch that failed pauses before it ends. aiokafka's stop cancels it there, awaits it, and takes its end for
        its own: the consumer would be left half stopped, and the thread would end by a traceback into the log.
        """
        try:
            await super().on_thread_stop()
        except asyncio.CancelledError:
            thread = asyncio.current_task()
            if thread is not None and thread.cancelling():
                raise
            await self._finish_stop()

    def set_shutdown(self) -> None:
        """Tell the worker's loop that the thread has ended, unless a stop that was cut has closed it before."""
        try:
            super().set_shutdown()
        except RuntimeError:
            if not self.parent_loop.is_closed():
                raise

    async def _finish_stop(self) -> None:
        """What is left of aiokafka's `stop` after the first fetch that ended by its cancellation."""
        consumer = self._ensure_consumer()
        fetches = list(consumer._fetcher._pending_tasks)
        for fetch in fetches:
            fetch.cancel()
        ends = await asyncio.gather(*fetches, return_exceptions=True)
        await consumer._client.close()
        log.debug("fetches_given_up", fetches=len(fetches))
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS
        consumer._fetch_min_bytes = _FETCH_LEAST_BYTES
        consumer._isolation_level = "read_committed"  # what a producer took back never happened
        self.app.patience.attach(consumer._client)
        return consumer

    async def _fetch_records(
        self, consumer: Any, active_partitions: Any, timeout: float | None = None,  # noqa: ASYNC109 - Faust's
        max_records: int | None = None,
    ) -> Any:  # fmt: skip
        records = await super()._fetch_records(consumer, active_partitions, timeout, max_records)
        changelogs = self.app.tables.changelog_topics
        assignment = consumer._subscription.subscription and consumer._subscription.subscription.assignment
        if assignment:
            states = [(tp, assignment.state_value(tp)) for tp in active_partitions if tp.topic in changelogs]
            self.positions = {tp: state._position for tp, state in states if state and state.has_valid_position}
            self._note_places(assignment, active_partitions)
        return records

    async def attend(self) -> None:
        """Tell the group that this member is at work although it fetches nothing: it would be asked to leave."""
        await self.call_thread(self._attend)

    async def _attend(self) -> None:
        with self._ensure_consumer()._subscription.fetch_context():
            pass

    def _note_places(self, assignment: Any, fetched: Iterable[TP]) -> None:
        states = [(tp, assignment.state_value(tp)) for tp in fetched]
        valid = [(tp, state) for tp, state in states if state and state.has_valid_position]
        known = {tp: (state._position, state.lso, state.timestamp) for tp, state in valid}
        self.places = {**self.places, **known}  # read by another thread: replaced, never changed

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit; False when the broker is away or a rebalance came first: the next commit tries again."""
        consumer = self._ensure_consumer()
        try:
            await consumer.commit(
                {TopicPartition(*tp): OffsetAndMetadata(offset, _DEALT_WITH) for tp, offset in offsets.items()}
            )
        except (KafkaError, IllegalStateError) as error:
            if not self._commit_failing:
                log.warning("commit_postponed", why=type(error).__name__)
            self._commit_failing = True
            return False
        self.committed = {**self.committed, **offsets}  # read by another thread: replaced, never changed
        self._commit_failing = False
        return True

    async def dealt_with(self, tps: Iterable[TP]) -> dict[TP, int]:
        """The committed offset of each input partition whose commit follows from written states."""
        found: dict[TP, int] = await self.call_thread(self._dealt_with, frozenset(tps))
        return found

    async def _dealt_with(self, tps: frozenset[TP]) -> dict[TP, int]:
        coordinator = self._ensure_consumer()._coordinator
        found = await coordinator.fetch_committed_offsets([TopicPartition(*tp) for tp in tps])
        return {TP(*place): each.offset for place, each in found.items() if each.metadata == _DEALT_WITH}

    async def seek_to_start(self, tps: Iterable[TP]) -> None:
        """Seek each input partition to its committed offset; a new group's first offsets are committed at once.

        Committed, because `latest` or a time would otherwise mean another place after an early restart.
        """
        if tps:
            await self.call_thread(self._seek_to_start, frozenset(tps))

    async def _seek_to_start(self, tps: frozenset[TP]) -> None:
        consumer = self._ensure_consumer()
        places = [TopicPartition(*tp) for tp in tps]
        found = await asyncio.gather(*(consumer.committed(place) for place in places))
        committed = {place: offset for place, offset in zip(places, found, strict=True) if offset is not None}
        new = [place for place in places if place not in committed]
        if new:
            first = await self._first_offsets(consumer, new)
            await consumer.commit({place: OffsetAndMetadata(offset, "") for place, offset in first.items()})
            committed |= first
        for place, offset in committed.items():
            consumer.seek(place, offset)
        self.committed = {TP(place.topic, place.partition): offset for place, offset in committed.items()}
        self.places = {tp: (offset, None, None) for tp, offset in self.committed.items()}

    async def _first_offsets(self, consumer: Any, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where a new group starts reading, by the setting `start`."""
        start: str | int = self.app.start_at
        begins, ends = await asyncio.gather(consumer.beginning_offsets(places), consumer.end_offsets(places))
        if start == "earliest":
            first = {place: begins[place] for place in places}
        elif start == "latest":
            first = {place: ends[place] for place in places}
        else:
            found = await consumer.offsets_for_times({place: int(start) for place in places})
            first = {place: found[place].offset if found[place] is not None else ends[place] for place in places}
        history = sum(ends[place] - first[place] for place in places)
        log.info("new_group", group=self.app.conf.id, start=start, history_records=history, partitions=len(places))
        return first
