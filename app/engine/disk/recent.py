"""States of customers that were read or written last, before RocksDB is asked.

`app.engine.disk.store` keeps one for all partitions of the worker. A busy customer is in every batch, and the public
profile of any customer is rendered a moment after the state was written: both are found here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

State = bytes | None
"""None for a key that is known to have none."""
_ENTRY_BYTES: Final = 200
"""Of an entry beside its key and value: two objects and its place in the table."""


class Recent:
    """Two generations: when the young one is full it becomes the old one, and what the old one held is forgotten."""

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes`: of both together."""
        self._generation_bytes = most_bytes // 2
        self._bytes = 0
        self._young: defaultdict[int, dict[bytes, State]] = defaultdict(dict)
        self._old: defaultdict[int, dict[bytes, State]] = defaultdict(dict)

    def get_many(
        self, partition: int, keys: Sequence[bytes], load: Callable[[list[bytes]], list[State]]
    ) -> list[State]:
        """The states of `keys`, in their order; `load` gives those that are not here."""
        young, old = self._young[partition], self._old[partition]
        asked = [key for key in keys if key not in young]
        found = {key: old[key] for key in asked if key in old}
        missing = [key for key in asked if key not in found]
        if missing:
            found.update(zip(missing, load(missing), strict=True))
        states = [found[key] if key in found else young[key] for key in keys]
        self.put(partition, found)
        return states

    def put(self, partition: int, states: Mapping[bytes, State]) -> None:
        """These are the newest states."""
        young = self._young[partition]
        young.update(states)
        self._bytes += sum([len(key) + len(state or b"") + _ENTRY_BYTES for key, state in states.items()])
        if self._bytes > self._generation_bytes:
            self._old, self._young, self._bytes = self._young, defaultdict(dict), 0

    def forget(self, partition: int) -> None:
        """The partition goes, or its states are read anew."""
        self._young.pop(partition, None)
        self._old.pop(partition, None)
