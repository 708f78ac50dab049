"""The profile table as Faust sees it: a changelog to recover from, and a store it must not look into.

`app.topology` makes it; Faust's recovery feeds it whole fetched batches, and tells when a partition is ready.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

import faust
import structlog
from faust.types import TP

from agents.ports import RecoverableStore
from app.engine import FAUST_LOG
from app.engine.progress import Progress
from app.engine.schema import RawSchema
from app.engine.standstill import Standstill
from app.engine.store import StoreAdapter
from models.epoch_fence import EpochFence

_LOOK_S: Final = 1.0
"""How often a recovery is looked at that may stand still."""

log = structlog.get_logger()


class ProfileTable(faust.Table):
    """A table whose writes go through `agents.profiles` only."""

    logger = FAUST_LOG

    def __init__(
        self, app: Any, *, name: str, partitions: int, store: RecoverableStore,
        fences: defaultdict[int, EpochFence], **kwargs: Any,
    ) -> None:  # fmt: skip
        # More than 1: with 1 Faust goes on reading the worker's own changelog and applies old states over new ones.
        sizes = {"recovery_buffer_size": 2, "standby_buffer_size": 1}
        super().__init__(app, name=name, partitions=partitions, schema=RawSchema(), **sizes, **kwargs)
        self._store_of_states, self._fences = store, fences
        self.on_ready: Callable[[set[int]], None] = lambda _: None
        """Told the active partition numbers after each recovery."""
        self.progress = Progress(time.monotonic)
        self.standstill = Standstill(time.monotonic)
        self._standby_said = False
        self._recovered_records = self._recovered_bytes = 0

    def _new_store(self) -> Any:
        return StoreAdapter(self.app, self, self._store_of_states, self._fences)

    async def on_start(self) -> None:
        """Topics are made by `kanarya topics apply`, never here."""
        await self.add_runtime_dependency(self.data)
        self.add_future(self._watch())

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Partitions come and go; a recovery follows."""
        self.progress.begin()
        self._standby_said = False
        self._recovered_records = self._recovered_bytes = 0
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    def recovery_begins(self, sought: Collection[TP]) -> None:
        """Say what there is to read, once it is known: the consumer has sought these changelog partitions."""
        behind = {tp: end - next_offset for tp, (next_offset, end) in self.behind().items() if tp in sought}
        if behind:
            log.info("recovery_began", partitions=len(behind), records_at_most=sum(behind.values()))

    def behind(self) -> dict[TP, tuple[int, int]]:
        """Next offset and end of each changelog partition that the present recovery has not read to its end."""
        recovery = self.app.tables.recovery
        ends = {tp: end for tp, end in recovery.active_highwaters.items() if tp in recovery.active_tps}
        places = {tp: (recovery.active_offsets.get(tp), end) for tp, end in ends.items() if end is not None}
        return {tp: (done + 1, end + 1) for tp, (done, end) in places.items() if done is not None and done < end}

    def read_to(self, tp: TP) -> int:
        """Offset up to which a changelog partition is read; of one at its end, those of all of them together.

        So a partition that waits for the others gets on as long as they do.
        """
        offsets = self.app.tables.recovery.active_offsets
        mine = offsets.get(tp) if tp in self.behind() else sum(done for done in offsets.values() if done is not None)
        return -1 if mine is None else mine

    def estimate(self) -> dict[str, int]:
        """Percent and, once it is known, seconds left of the recovery that runs; empty when none does."""
        return self.progress.estimate(*self._left()) if self.app.tables.recovery.in_recovery else {}

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        """Recovered or standby states; Faust only logs an error here, but a lost state must stop the worker."""
        try:
            batch = list(batch)
            for fetched in [event.message.value for event in batch]:
                if fetched.tp in self.app.tables.recovery.active_tps:
                    self._recovered_records += len(fetched.records)
                    self._recovered_bytes += fetched.size_bytes
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

    async def _watch(self) -> None:
        """Look at recovery and standby every second, for as long as the worker runs."""
        while not self.should_stop:
            await self.sleep(_LOOK_S)
            recovering = self.app.tables.recovery.in_recovery
            self.standstill.look(self.behind() if recovering else {}, waiting=self.app.patience.is_away)
            self._say_standby()

    def _say_standby(self) -> None:
        """Once after each rebalance, when the standby partitions hold what their owners had written at its time."""
        recovery = self.app.tables.recovery
        standby = recovery.standby_tps
        if self._standby_said or not standby or recovery.in_recovery:
            return
        ends, offsets = recovery.standby_highwaters, recovery.standby_offsets
        if all(tp in ends and (offsets.get(tp) or 0) >= ends[tp] for tp in standby):
            self._standby_said = True
            log.info("standby_ready", partitions=sorted(tp.partition for tp in standby))
