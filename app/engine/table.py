"""The profile table as Faust sees it: a changelog to recover from, and a store it must not look into.

`app.topology` makes it; Faust's recovery feeds it whole fetched batches, and tells when a partition is ready.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import faust
import structlog
from faust.types import TP

from agents.ports import RecoverableStore
from app.engine import FAUST_LOG
from app.engine.progress import Progress
from app.engine.schema import RawSchema
from app.engine.store import StoreAdapter

log = structlog.get_logger()


class ProfileTable(faust.Table):
    """A table whose writes go through `agents.profiles` only."""

    logger = FAUST_LOG

    def __init__(self, app: Any, *, name: str, partitions: int, store: RecoverableStore, **kwargs: Any) -> None:
        # More than 1: with 1 Faust goes on reading the worker's own changelog and applies old states over new ones.
        sizes = {"recovery_buffer_size": 2, "standby_buffer_size": 1}
        super().__init__(app, name=name, partitions=partitions, schema=RawSchema(), **sizes, **kwargs)
        self._store_of_states = store
        self.on_ready: Callable[[set[int]], None] = lambda _: None
        """Told the active partition numbers after each recovery."""
        self.progress = Progress(time.monotonic)
        self._recovered_records = self._recovered_bytes = 0

    @property
    def recovered_records(self) -> int:
        """Changelog records that the present recovery has read so far."""
        return self._recovered_records

    def _new_store(self) -> Any:
        return StoreAdapter(self.app, self, self._store_of_states)

    async def on_start(self) -> None:
        """Topics are made by `kanarya topics apply`, never here."""
        await self.add_runtime_dependency(self.data)

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Partitions come and go; a recovery follows."""
        self.progress.begin()
        self._recovered_records = self._recovered_bytes = 0
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        """Recovered or standby states; Faust only logs an error here, but a lost state must stop the worker."""
        try:
            batch = list(batch)
            for event in batch:
                self._recovered_records += len(event.message.value.records)
                self._recovered_bytes += event.message.value.size_bytes
            super().apply_changelog_batch(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the worker
            self.app.fail(error)
        self._say_progress()

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Open the partitions, unless a rebalance has cut the recovery short: it is not complete then.

        Faust calls this before it looks whether the recovery is still that of the present assignment.
        """
        await super().on_recovery_completed(active_tps, standby_tps)
        if self.app.tables.recovery.signal_recovery_start.is_set() or not self.app.consumer.flow_active:
            return  # revoked since: the recovery of what is assigned next is to come
        log.info(
            "recovered",
            records=self._recovered_records,
            size_bytes=self._recovered_bytes,
            took_s=round(self.progress.took_s, 3),
        )
        try:
            self.on_ready({tp.partition for tp in active_tps})
        except Exception as error:  # noqa: BLE001 - Faust drops what is raised here
            self.app.fail(error)

    def _say_progress(self) -> None:
        if not self.app.tables.recovery.in_recovery:
            return
        said = self.progress.due(self._left)
        if said is not None:
            log.info("recovering", **said)

    def _left(self) -> tuple[int, int]:
        recovery = self.app.tables.recovery
        total = sum(end + 1 for end in recovery.active_highwaters.values() if end is not None)
        return total, recovery.active_remaining_total()
