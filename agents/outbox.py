"""The durable outbox: alerts that are in the changelog and not known to be published.

`agents.profiles` publishes them in step 4 of a batch, and what a crash left over before the partition's first batch.
"""

from agents.ports import Item, Outgoing, Publisher, Store
from models.codec import decode_outbox

_PREFIX = b"\x02"


class Outbox:
    """The outbox of one partition; its tombstones ride in the next RecordBatch."""

    def __init__(self, partition: int, store: Store, alerts: Publisher) -> None:
        self._partition = partition
        self._store = store
        self._alerts = alerts
        self.tombstones: list[Item] = []
        """Of published entries, not yet in the changelog."""

    async def publish(self, entries: list[tuple[bytes, Outgoing]]) -> None:
        """Publish entries, in order, and note their tombstones. Raises `Stop`."""
        if entries:
            await self._alerts.publish(self._partition, [record for _, record in entries])
            self.tombstones.extend((key, None) for key, _ in entries)

    async def publish_left_over(self) -> int:
        """Publish what the recovery found; returns how many. Raises `Stop` and `StateError`."""
        left = [(key, _record(value)) for key, value in self._store.scan(self._partition, _PREFIX)]
        await self.publish(left)
        return len(left)

    def take_tombstones(self) -> list[Item]:
        """The tombstones to write now; a failed write ends the worker, so they are not given back."""
        taken, self.tombstones = self.tombstones, []
        return taken


def _record(value: bytes) -> Outgoing:
    key, alert, headers = decode_outbox(value)
    return Outgoing(key, alert, headers)
