"""The Faust app: settings that batches need, and hooks around rebalances and the stop.

`app.topology.build` makes one and attaches the agent; `app.worker` runs it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import faust
from faust.types import TP

from agents.ports import Stop
from app.engine import FAUST_LOG
from app.engine.patience import Patience
from app.engine.producer import DeadLetterProducer, Producer
from app.engine.rebalances import Rebalances
from app.engine.table import ProfileTable
from app.engine.transport import Transport

_EVENTS_QUEUED: Final = 64
"""Events, that is whole batches, in a Faust queue; our own back-pressure acts long before."""
_RECORD_BATCH_BYTES: Final = 900_000
"""Below the 1 MiB that brokers accept by default, with room for the frame."""
_FRAME_BYTES: Final = 4096


@dataclass(frozen=True)
class Limits:
    """How much at once, and how long."""

    partitions: int
    fetch_bytes: int
    """Of one partition in one fetch: the size of a batch under backlog."""
    batches_in_flight: int
    request_bytes: int
    session_timeout_s: float
    rebalance_timeout_s: float
    compression: str | None
    standbys: int = 0
    """Other workers that follow each partition's changelog, to take it over without reading it all."""

    @property
    def record_batch_bytes(self) -> int:
        """Most bytes of one RecordBatch."""
        return min(_RECORD_BATCH_BYTES, self.request_bytes - _FRAME_BYTES)

    @property
    def group_bytes(self) -> int:
        """Most bytes of one customer's state and alerts: a RecordBatch's, with room for meta record and frames."""
        return self.record_batch_bytes * 4 // 5


class BatchApp(faust.App):
    """Faust with batches; the worker that runs it waits for `failed`."""

    logger = FAUST_LOG

    def __init__(
        self,
        group: str,
        broker: str,
        limits: Limits,
        *,
        inputs: tuple[str, ...],
        changelog: str,
        start_at: str | int = "earliest",
        credentials: Any = None,
        instance: str | None = None,
    ) -> None:
        """`start_at`: where a new group begins, `earliest`, `latest` or epoch ms; `instance`: this member's own id."""
        super().__init__(
            group,
            broker=[f"kafka://{address.strip()}" for address in broker.split(",")],
            broker_credentials=credentials,
            broker_client_id="kanarya-worker",
            store="memory://",
            topic_partitions=limits.partitions,
            topic_disable_leader=True,
            topic_allow_declare=False,
            web_enabled=False,
            agent_supervisor="mode.CrashingSupervisor",
            table_standby_replicas=limits.standbys,
            stream_buffer_maxsize=_EVENTS_QUEUED,
            stream_wait_empty=False,  # it waits for single events; `drain` waits for what matters
            stream_recovery_delay=0.0,
            recovery_consistency_check=False,  # lanes check the meta record instead
            broker_commit_interval=0.5,
            broker_max_poll_records=None,
            broker_request_timeout=max(40.0, limits.session_timeout_s + 10),
            broker_session_timeout=limits.session_timeout_s,
            broker_heartbeat_interval=limits.session_timeout_s / 5,
            broker_rebalance_timeout=limits.rebalance_timeout_s,
            consumer_auto_offset_reset="earliest",
            consumer_group_instance_id=instance,
            consumer_max_fetch_size=limits.fetch_bytes,
            producer_max_batch_size=limits.record_batch_bytes,
            producer_max_request_size=limits.request_bytes,
            producer_compression_type=limits.compression,
            producer_linger=0,
        )
        self.limits = limits
        self.instance = instance
        self.inputs = inputs
        self.changelog = changelog
        self.start_at = start_at
        self.failed: asyncio.Future[Exception] | None = None
        """Set by the worker before the start; resolved by the first error that must stop it."""
        self.drain: Callable[[], Awaitable[bool]] = _nothing
        """Finish what is in flight, on revoke and on stop; whether all was finished in time."""
        self.drained = True
        """What the last drain said."""
        self.recovery_begins: Callable[[Collection[TP]], None] = lambda _: None
        """Told the changelog partitions whose reading begins, once it is known where."""
        self.patience = Patience()
        self._rebalances = Rebalances()
        self.assigned: frozenset[TP] | None = None
        """Partitions that the group has given this worker; None while it gives none anew."""
        self.idempotent = True
        """Whether producers ask for an idempotent session."""
        self.changelog_id: str | None = None
        """The broker's id of the changelog topic, where it was asked for and gives one."""
        self._views_producer: Producer | None = None
        self._dead_letter_producer: DeadLetterProducer | None = None

    def table_of(self, table: ProfileTable) -> ProfileTable:
        """Let Faust recover the table."""
        self.tables.add(table)
        self.recovery_begins = table.recovery_begins
        return table

    def main_producer(self) -> Producer:
        """For the changelog and alerts."""
        producer: Producer = self.producer
        return producer

    def views_producer_started(self) -> Producer:
        """For public profiles, so that they never delay an alert."""
        assert self._views_producer is not None
        return self._views_producer

    def dead_letter_producer_started(self) -> DeadLetterProducer:
        """For dead letters, which may be larger than anything else and be refused."""
        assert self._dead_letter_producer is not None
        return self._dead_letter_producer

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Transport:
        return Transport(self.conf.broker_producer, self)

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""

    def on_init_dependencies(self) -> Iterable[Any]:
        """Faust's services, behind our own producers: these start before and stop after all that use them."""
        self._views_producer = self._new_producer()
        self._dead_letter_producer = DeadLetterProducer(self.transport, loop=self.loop, beacon=self.beacon)
        return [self._views_producer, self._dead_letter_producer, *super().on_init_dependencies()]

    def fail(self, error: Exception) -> None:
        """Stop the worker because of `error`; later ones are consequences."""
        if self.failed is not None and not self.failed.done():
            self.failed.set_result(error)

    def _crash(self, reason: BaseException) -> None:
        """A Faust service gave up, here or below."""
        self.fail(reason if isinstance(reason, Exception) else RuntimeError(repr(reason)))
        super()._crash(reason)

    async def _on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        try:
            self.check_assignment(assigned)
        except Stop as error:
            self.fail(error)
            return
        self.assigned = frozenset(assigned)
        await super()._on_partitions_assigned(assigned, generation_id)
        if not self.should_stop:
            standby = {tp.partition for tp in self.standby()}
            self._rebalances.end({tp.partition for tp in assigned if tp.topic in self.inputs}, standby, generation_id)

    async def _on_partitions_revoked(self, revoked: set[TP]) -> None:
        self._rebalances.begin()
        await super()._on_partitions_revoked(revoked)
        self.assigned = None

    async def _consumer_wait_empty(self, consumer: Any, logger: Any) -> None:
        """Faust calls it when partitions are revoked and when it stops: no batch is fetched from here on."""
        self.drained = await self.drain()
        await consumer.commit()

    def standby(self) -> set[TP]:
        """Changelog partitions that this worker follows for others."""
        return {tp for tp in self.assignor.assigned_standbys() if tp.topic == self.changelog}

    def check_assignment(self, assigned: set[TP]) -> None:
        """Every input topic and the changelog must hold the same partition numbers here. Raises `Stop`."""
        active = assigned - set(self.assignor.assigned_standbys())
        topics = (*self.inputs, self.changelog)
        numbers = {topic: {tp.partition for tp in active if tp.topic == topic} for topic in topics}
        wanted = numbers[self.changelog]
        for topic, held in numbers.items():
            if held != wanted:
                raise Stop(
                    topic, min(held ^ wanted), None,
                    f"this worker holds partitions {sorted(held)} of {topic} but {sorted(wanted)} of {self.changelog};"
                    " all must have the same partition count, which `kanarya topics check` compares; or another member"
                    f" of group {self.conf.id} reads other topics, such as those of another KANARYA_TOPIC_PREFIX: give"
                    " each installation a KANARYA_GROUP of its own",
                )  # fmt: skip


async def _nothing() -> bool:
    """Nothing to drain yet."""
    return True
