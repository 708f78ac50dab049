"""Publishes public profiles, and notices what somebody else published in between: a worker that was frozen in a send.

Public profiles carry no epoch, and the newest of a customer on a compacted topic stays for ever. Their owner alone
writes the partition of its number, as with the changelog, so it knows where each RecordBatch must lie. `app.topology`
has the customers of what lies before another place published anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from aiokafka.errors import KafkaError

from agents.ports import ChangelogRecord, Outgoing
from app.engine.producer import Producer
from app.engine.publisher import TopicPublisher, refused


class WatchedPublisher(TopicPublisher):
    """`agents.ports.Publisher` of a topic that nobody else writes."""

    def __init__(
        self,
        topic: str,
        producer: Callable[[], Producer],
        now_ms: Callable[[], int],
        read: Callable[[int, int, int], Awaitable[Sequence[ChangelogRecord]]],
    ) -> None:
        """`read`: partition, begin and end offset -> what lies there, or somewhat more."""
        super().__init__(topic, producer, now_ms)
        self._read = read
        self._next: dict[int, int] = {}
        self.on_foreign: Callable[[int, list[bytes]], None] = lambda *_: None
        """Told partition and keys."""

    def forget(self) -> None:
        """Partitions come and go: others may write them meanwhile."""
        self._next.clear()

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        """Send all and wait for their acknowledgement; then see whether they lie where they must."""
        if not records:
            return
        try:
            sent = await self._producer().send_record_batch(self.topic, partition, records, self._now_ms())
            begins = [int(written.offset) for written in await asyncio.gather(*sent)]
        except KafkaError as error:
            raise refused(self.topic, partition, records, error) from error
        expected = self._next.pop(partition, None)
        if len(begins) > 1 or begins[0] < 0:
            return  # not told how many each holds; or a retried send, which the broker does not know where it lies
        self._next[partition] = begins[0] + len(records)
        if expected is not None and begins[0] > expected:
            found = await self._read(partition, expected, begins[0])
            keys = {record.key for record in found if record.key is not None and record.offset < begins[0]}
            self.on_foreign(partition, sorted(keys))
