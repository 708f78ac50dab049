"""Fetches batches and owns what may be committed: Faust's consumer with its per-record logic replaced.

Faust's fetcher calls `getmany`; the agent gets one `Delivery` per fetched batch. While a rebalance or a
recovery runs, only changelogs are fetched; each fetch of a changelog is one event for Faust's recovery.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

from aiokafka.protocol.commit import OffsetCommitRequest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from agents.batch import Batch, batch_of, emptied
from app.engine import FAUST_LOG
from app.engine.changelog_reader import ChangelogBatch, flat
from app.engine.consumer_thread import ConsumerThread
from app.engine.frontier import Frontier, Ticket
from app.engine.pressure import Pressure

NO_GENERATION: Final = OffsetCommitRequest.DEFAULT_GENERATION_ID
"""Of a member that the group has forgotten."""
_POLL_S: Final = 0.25
_IDLE_S: Final = 0.02


class Delivery:
    """A batch on loan to the agent (`agents.ports.Delivery`)."""

    __slots__ = ("_consumer", "_ticket", "batch")

    def __init__(self, batch: Batch, ticket: Ticket, consumer: "Consumer") -> None:
        self.batch = batch
        self._ticket = ticket
        self._consumer = consumer

    @property
    def is_current(self) -> bool:
        """Not revoked and not sought since."""
        return not self._ticket.forgotten

    def applied(self) -> None:
        """Free its room, and let go of its records: it may wait for half a minute until its public profiles are out."""
        self._consumer.pressure.applied(self._ticket)
        self.batch = emptied(self.batch)

    def held(self) -> None:
        """Fetch no more of its partition, and count it no longer as room taken."""
        self._consumer.hold(self._ticket)

    def released(self) -> None:
        """Fetch its partition again."""
        self._consumer.release(self._ticket)

    def done(self) -> None:
        """Let its offset be committed."""
        self._consumer.frontier.done(self._ticket)


class Consumer(driver.Consumer):
    """One event per fetched batch; commits never pass a batch that is not done."""

    logger = FAUST_LOG
    _thread: ConsumerThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frontier = Frontier()
        self.pressure = Pressure(self.app.limits.batches_in_flight)
        self._next: dict[TP, int] = {}
        self._seeks: Counter[TP] = Counter()
        self._held: set[TP] = set()
        """Of which nothing is fetched, until a person or a new release has mended what is wrong with them."""
        self._fetching = asyncio.Lock()  # a fetch is wholly before or wholly after a seek

    @property
    def is_member(self) -> bool:
        """Whether the group counts this worker in; one that slept for too long learns at its next heartbeat."""
        consumer = self._thread._consumer
        return consumer is None or bool(consumer._coordinator.generation != NO_GENERATION)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109 - Faust's signature
        """Fetch once and yield a message per partition that had records."""
        if self.pressure.is_high:
            await self.pressure.wait_freed(_IDLE_S)
        async with self._fetching:
            active = self._fetchable()
            generation, seeks = self.app.consumer_generation_id, self._seeks.copy()
            wait_s = 0.0 if self.pressure.is_high else min(timeout, _POLL_S)
            records = await self._getmany(active, timeout=wait_s) if active else {}
        if not active:
            if self._held:
                await self._thread.attend()
            await self.pressure.wait_freed(_IDLE_S)
        for tp in [*records, *(active - records.keys())]:
            if not self.flow_active or self.should_stop or self.app.consumer_generation_id != generation:
                return  # a seek follows, and what is left is fetched again
            if tp in active and self._seeks[tp] == seeks[tp]:
                message = self._message_of(tp, records.get(tp, ()))
                if message is not None:
                    yield tp, message

    def _fetchable(self) -> set[TP]:
        """Partitions to ask for. A copy: Faust's own set is shared with the consumer thread."""
        if not self.flow_active:
            return set()
        active = set(self._get_active_partitions()) - self._held
        # Faust resumes source partitions before it seeks them; what it fetched meanwhile would be lost.
        changelogs, rebalancing = self.app.tables.changelog_topics, self.app.rebalancing
        return {tp for tp in active if tp.topic in changelogs or (not rebalancing and self.pressure.has_room(tp))}

    def hold(self, ticket: Ticket) -> None:
        """Its batch stays in hand for long: its partition is fetched no more, the others go on."""
        if not ticket.forgotten:
            self._held.add(ticket.tp)
            self.pressure.applied(ticket)

    def release(self, ticket: Ticket) -> None:
        """The end of a hold."""
        if not ticket.forgotten:
            self._held.discard(ticket.tp)

    def _message_of(self, tp: TP, fetched: Sequence[Any]) -> Any:
        """The event of one partition's records, None when there is nothing to tell."""
        wanted = self._next.get(tp, 0)
        is_changelog = tp.topic in self.app.tables.changelog_topics
        fetched, size_bytes = flat(fetched) if is_changelog else (fetched, 0)
        fresh = fetched if not fetched or fetched[0].offset >= wanted else [r for r in fetched if r.offset >= wanted]
        self._read_offset[tp] = None  # without it Faust's own gap and duplicate logic stays out
        if not fresh:
            return self._end_without_records(tp)
        last = fresh[-1].offset
        self._next[tp] = last + 1
        if is_changelog:
            return self._message(tp, last, ChangelogBatch(tp, fresh, last + 1, size_bytes))
        return self._deliver(tp, fresh)

    def _deliver(self, tp: TP, records: Sequence[Any]) -> Any:
        batch = batch_of(tp.topic, tp.partition, records, end_offset=self.highwater(tp))
        ticket = self.frontier.deliver(tp, batch.last_offset)
        self.pressure.delivered(ticket, batch.size_bytes)
        return self._message(tp, batch.last_offset, Delivery(batch, ticket, self))

    def _end_without_records(self, tp: TP) -> Any:
        """A changelog may end in offsets without records (compacted away, control records): tell the recovery."""
        recovery = self.app.tables.recovery
        position = self._thread.positions.get(tp)
        end = recovery.active_highwaters.get(tp, recovery.standby_highwaters.get(tp))
        if position is None or end is None or not position > end >= self._next.get(tp, 0):
            return None
        self._next[tp] = position
        return self._message(tp, end, ChangelogBatch(tp, [], end + 1))

    def _message(self, tp: TP, offset: int, value: object) -> Any:
        return ConsumerMessage(
            tp.topic, tp.partition, offset, 0.0, 1, None, None, value, None, None, None, tp,
            generation_id=self.app.consumer_generation_id,
        )  # fmt: skip

    async def force_commit(
        self,
        topics: Any = None,
        start_new_transaction: bool = True,
    ) -> bool:
        """Commit the frontier; what the broker does not accept stays for the next time."""
        assignment = self.assignment()
        offsets = {tp: offset for tp, offset in self.frontier.committable().items() if tp in assignment}
        if not offsets or not await self._commit(offsets):
            return False
        self.frontier.committed(offsets)
        return True

    async def perform_seek(self) -> None:
        """Go back to the committed offsets of the input topics, after writing where a new group starts."""
        async with self._fetching:
            sources = {tp for tp in self.assignment() if not self._is_changelog_tp(tp)}
            await self._thread.seek_to_start(sources)
            self._forget(sources)

    async def dealt_with(self, tps: Iterable[TP]) -> dict[TP, int]:
        """Committed offsets that follow from written states (`agents.lost_states`)."""
        return await self._thread.dealt_with(tps)

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Seek changelogs for the recovery."""
        async with self._fetching:
            await super().seek_wait(partitions)
            self._forget(partitions)
        self.app.recovery_begins(partitions.keys())

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Drain (through the app), then drop what is known of the partitions."""
        await super().on_partitions_revoked(revoked)
        self._forget(revoked)

    def _forget(self, tps: Iterable[TP]) -> None:
        self.frontier.forget(tps)
        self.pressure.forget(tps)
        for tp in tps:
            self._next.pop(tp, None)
            self._held.discard(tp)
            self._seeks[tp] += 1

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's stall warnings count single events and resting changelogs; they would be wrong here."""
