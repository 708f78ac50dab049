"""Which records of a changelog partition count: those that no older owner wrote after a newer one had opened it.

Each owner raises the epoch before its first batch and stamps it on every value. So epochs never fall along the log,
but where a frozen worker's write arrived late: such a record is read as if it had never been written. The recovery,
`agents.own_log` and `app.reading` hand all records of a partition through one fence, in offset order.

A tombstone has no value to carry an epoch. It has that of the value before it: a RecordBatch is appended whole, and
begins with its owner's meta record.
"""

from collections.abc import Sequence
from typing import Final

from models.state_envelope import VERSION, unpack_header

_STAMP: Final = 5
"""Version and epoch, at the beginning of each value."""
_VERSION: Final = bytes([VERSION])

_Item = tuple[bytes, bytes | None]


class EpochFence:
    """Reads one partition of the changelog."""

    __slots__ = ("_newest", "_present", "late", "stale")

    def __init__(self, meta: bytes | None = None) -> None:
        """`meta`: value of the newest meta record that is known already. Raises `StateError`."""
        epoch = 0 if meta is None else unpack_header(meta).epoch
        self._newest = self._present = epoch.to_bytes(4, "big")
        self.late = 0
        """Records that did not count, since nothing was stale."""
        self.stale: set[bytes] = set()
        """Keys whose last record does not count: whoever owns the partition must write its own value behind it."""

    @property
    def newest(self) -> int:
        """Highest epoch so far."""
        return int.from_bytes(self._newest, "big")

    def counting(self, items: Sequence[_Item]) -> Sequence[_Item]:
        """Those of the next records, in offset order, that count."""
        stamps = {value[:_STAMP] for _, value in items if value is not None}
        if self._present == self._newest and len(stamps) <= 1:  # one owner's, as nearly always
            stamp = stamps.pop() if stamps else _VERSION + self._newest
            if len(stamp) == _STAMP and stamp[:1] == _VERSION and stamp[1:] >= self._newest:
                self._newest = self._present = stamp[1:]
                if self.stale:
                    self._mended([key for key, _ in items])
                return items
        return [item for item in items if self._counts(item)]

    def _counts(self, item: _Item) -> bool:
        key, value = item
        if value is not None and value[:1] == _VERSION and len(value) >= _STAMP:
            self._present = value[1:_STAMP]
        if self._present >= self._newest:
            self._newest = self._present
            if self.stale:
                self._mended([key])
            return True
        self.stale.add(key)
        self.late += 1
        return False

    def _mended(self, keys: Sequence[bytes]) -> None:
        self.stale.difference_update(keys)
        if not self.stale:
            self.late = 0
