"""States as bytes, one dictionary per partition: `RecoverableStore` in memory, and the adapter of any for Faust.

`app.engine.table` gives the adapter to Faust's recovery, `agents.profiles` reads and writes the store. The other store
is in `app.engine.disk`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from faust.stores.base import Store as FaustStore
from faust.types import TP

from agents.ports import Item, RecoverableStore
from app.engine import FAUST_LOG
from models.codec import META_KEY
from models.epoch_fence import EpochFence


class MemoryStore:
    """`agents.ports.RecoverableStore` in memory; a worker that starts reads it anew from the changelog."""

    def __init__(self) -> None:
        self._parts: dict[int, dict[bytes, bytes]] = {}
        self._offsets: dict[int, int] = {}

    def get(self, partition: int, key: bytes) -> bytes | None:
        """The value of one key."""
        return self._parts[partition].get(key) if partition in self._parts else None

    def get_many(self, partition: int, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of several keys, in their order."""
        part = self._parts.get(partition, {})
        return [part.get(key) for key in keys]

    def apply(self, partition: int, items: Iterable[Item], changelog_offset: int, at_ms: int | None = None) -> None:
        """Take over changelog records, in order, the last of them at `changelog_offset`."""
        part = self._parts.setdefault(partition, {})
        pairs: list[Any] = items if isinstance(items, list) else list(items)
        part.update(pairs)  # in one call: a recovery applies millions; what is None goes at once
        for key in [key for key, value in pairs if value is None]:
            if part.get(key, b"") is None:
                del part[key]
        self._offsets[partition] = changelog_offset

    def scan(self, partition: int, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """All items whose key begins with `prefix`, ascending by key."""
        return sorted(item for item in self._parts.get(partition, {}).items() if item[0].startswith(prefix))

    def keys(self, partition: int) -> list[bytes]:
        """All keys, ascending."""
        return sorted(self._parts.get(partition, ()))

    def count(self, partition: int, prefix: bytes) -> int:
        """How many keys begin with `prefix`."""
        return sum(key.startswith(prefix) for key in self._parts.get(partition, ()))

    def offset(self, partition: int) -> int | None:
        """The changelog offset up to which it is applied."""
        return self._offsets.get(partition)

    async def take(self, partition: int) -> None:
        """Nothing is kept from before."""

    def sent(self, partition: int, first_offset: int, records: int, at_ms: int) -> None:
        """Nothing is kept for later."""

    def drop(self, partition: int) -> None:
        """The partition went to another worker."""
        self._parts.pop(partition, None)
        self._offsets.pop(partition, None)

    def clear(self) -> None:
        """Start from nothing."""
        self._parts.clear()
        self._offsets.clear()

    def close(self) -> None:
        """Nothing is open."""


class StoreAdapter(FaustStore):
    """What Faust's table and recovery ask of a store, answered by a `RecoverableStore`."""

    logger = FAUST_LOG

    def __init__(
        self, app: Any, table: Any, store: RecoverableStore, fences: defaultdict[int, EpochFence] | None = None
    ) -> None:
        """`fences`: by partition number; they keep out what a frozen worker wrote late."""
        super().__init__("memory://", app, table)
        self.store = store
        self._fences = defaultdict(EpochFence) if fences is None else fences
        self._assigned: set[int] = set()

    def _is_ours(self, tp: TP) -> bool:
        return tp.topic in self.table.changelog_topic.topics

    def persisted_offset(self, tp: TP) -> int | None:
        """The recovery reads on from here."""
        return self.store.offset(tp.partition) if self._is_ours(tp) else None

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Faust tells nothing that `apply` does not know."""

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Let revoked partitions go, take over nothing that was fetched for them, and take the assigned ones.

        Raises `Stop` when the store cannot take one.
        """
        self._assigned = {tp.partition for tp in assigned if self._is_ours(tp)}
        for tp in revoked:
            if self._is_ours(tp):
                self.store.drop(tp.partition)
                self._fences.pop(tp.partition, None)
        for partition in sorted(self._assigned):
            await self.store.take(partition)
            if partition not in self._fences:  # a store that was there before this process knows an epoch
                self._fences[partition] = EpochFence(self.store.get(partition, META_KEY))

    def apply_changelog_batch(
        self, batch: Iterable[Any], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Take over fetched changelog batches; keys of a type that this release does not know are kept as they are.

        A batch may come late: of a partition that went meanwhile, or with what this worker wrote itself after the
        recovery, which the store holds already, and newer.
        """
        for event in batch:
            fetched = event.message.value
            partition, records = fetched.tp.partition, fetched.records
            at_ms = records[-1].timestamp if records else 0
            held = self.store.offset(partition)
            if partition not in self._assigned or (held is not None and fetched.next_offset <= held + 1):
                continue
            if held is not None and records and records[0].offset <= held:
                records = [record for record in records if record.offset > held]
            items = [(record.key, record.value) for record in records if record.key is not None]
            self.store.apply(partition, self._fences[partition].counting(items), fetched.next_offset - 1, at_ms)

    def reset_state(self) -> None:
        """Faust asks for a start from nothing."""
        self.store.clear()
        self._fences.clear()

    def _clear(self) -> None:
        self.reset_state()

    async def backup_partition(self, *_: Any, **__: Any) -> None:
        """The changelog is the backup."""

    def restore_backup(self, *_: Any, **__: Any) -> None:
        """The changelog is the backup."""

    def __getitem__(self, key: object) -> object:
        raise NotImplementedError("states are read through agents.ports.Store")

    __setitem__ = __delitem__ = __iter__ = __len__ = __getitem__
