"""One partition's states in a RocksDB of its own, with what the copy says of itself.

`app.engine.disk.store` opens one for each partition that this worker holds. Every write is one WriteBatch: the states,
and with them the changelog offset that they reach.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from rocksdict import Options, Rdict, WriteBatch

from app.engine.disk.tuning import write_options

FORMAT: Final = 1
_KEPT_KEY: Final = b"\xffkept"
"""No changelog key begins so; and it is written last, so that none can take its place."""
_COUNTED: Final = 100_000
"""So many keys are counted one by one, in some 70 ms; beyond them RocksDB's estimate is told."""


class Kept(msgspec.Struct, frozen=True):
    """What a copy is of, and how far it goes. Fields are added at the end, with defaults."""

    changelog: str
    partition: int
    topic_id: str | None
    """The broker's id of the changelog, where it gives one."""
    offset: int
    """Of the last changelog record that is in it and before which none is missing; -1 for none."""
    at_ms: int
    """When that record was written, by the writer's clock: what was deleted later may be missing in the copy."""
    format: int = FORMAT


class Partition:
    """An open RocksDB. Whatever it meets it raises as rocksdict does, a plain `Exception`."""

    def __init__(self, path: Path, options: Options, *, wal: bool = False) -> None:
        self._db = Rdict(str(path), options)
        self._write_options = write_options(wal=wal)

    def kept(self) -> Kept | None:
        """What it says of itself, None when nothing was written yet. Raises `msgspec.MsgspecError` on foreign words."""
        raw = self._db.get(_KEPT_KEY)
        if raw is not None:
            return msgspec.json.decode(raw, type=Kept)
        if self._beginning_with(b"", 1):
            raise msgspec.DecodeError("states without a word on what they are")
        return None

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of several keys, in their order, by one multi-get."""
        return list(self._db.get(list(keys)) or ())

    def write(self, states: Mapping[bytes, bytes | None], kept: Kept) -> None:
        """States (None deletes) and how far they go, both or neither."""
        batch = WriteBatch(raw_mode=True)
        put, delete = batch.put, batch.delete
        for key, value in states.items():
            if value is None:
                delete(key)
            else:
                put(key, value)
        put(_KEPT_KEY, msgspec.json.encode(kept))
        self._db.write(batch, self._write_options)

    def scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """All items whose key begins with `prefix`, ascending by key."""
        return self._beginning_with(prefix, None)

    def keys(self) -> list[bytes]:
        """All keys, ascending."""
        return [key for key, _ in self._keys(b"", None)]

    def count(self, prefix: bytes) -> int:
        """How many keys begin with `prefix`; above 100,000 an estimate, of all keys."""
        counted = sum(1 for _ in self._keys(prefix, _COUNTED))
        if counted < _COUNTED:
            return counted
        return max(counted, self._db.property_int_value("rocksdb.estimate-num-keys") or 0)

    def close(self) -> None:
        """Write what is held in memory, and close the files; they are closed too when that raises."""
        try:
            self._db.flush()
        finally:
            self._db.close()

    def _beginning_with(self, prefix: bytes, most: int | None) -> list[tuple[bytes, bytes]]:
        return list(self._keys(prefix, most, values=True))

    def _keys(self, prefix: bytes, most: int | None, *, values: bool = False) -> Iterable[tuple[bytes, bytes]]:
        """rocksdict's own iterators end at a damaged block as if it were the end: this one asks."""
        found = self._db.iter()
        found.seek(prefix)
        seen = 0
        while found.valid() and (most is None or seen < most):
            key = found.key()
            if not key.startswith(prefix):
                break
            if key != _KEPT_KEY:
                seen += 1
                yield key, found.value() if values else b""
            found.next()
        found.status()
