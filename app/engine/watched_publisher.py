"""Publishes public profiles, and notices what somebody else published in between: a worker that was frozen in a send.

Public profiles carry no epoch, and the newest of a customer on a compacted topic stays for ever. Their owner alone
writes the partition of its number, as with the changelog, so it knows where each RecordBatch must lie. `app.topology`
has the customers of what lies before another place published anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from aiokafka.errors import KafkaError

from agents.ports import ChangelogRecord, Outgoing
from app.engine.producer import Producer
from app.engine.publisher import TopicPublisher, refused


class _Place(NamedTuple):
    """Where a partition's next RecordBatch must lie."""

    known: int
    """All before this is known to be the owner's, or was seen."""
    next: int
    """The same, if RecordBatches lie right behind it whose place the broker did not tell."""


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
        self._places: dict[int, _Place] = {}
        self.on_foreign: Callable[[int, list[bytes]], None] = lambda *_: None
        """Told partition and keys."""

    def forget(self) -> None:
        """Partitions come and go: others may write them meanwhile."""
        self._places.clear()

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        """Send all and wait for their acknowledgement; then see whether they lie where they must."""
        if not records:
            return
        try:
            sent = await self._producer().send_record_batch(self.topic, partition, records, self._now_ms())
            answers = await asyncio.gather(*(each.acknowledged for each in sent))
        except KafkaError as error:
            raise refused(self.topic, partition, records, error) from error
        place = self._places.pop(partition, None)
        keys: set[bytes] = set()
        for each, answer in zip(sent, answers, strict=True):
            begin = int(answer.offset)
            if begin < 0:  # an earlier try has written it, and the broker does not know where: the next one shows it
                place = None if place is None else _Place(place.known, place.next + each.records)
                continue
            if place is not None and begin > place.next:
                found = await self._read(partition, place.known, begin)
                keys |= {record.key for record in found if record.key is not None and record.offset < begin}
            place = _Place(begin + each.records, begin + each.records)
        if place is not None:
            self._places[partition] = place
        if keys:
            self.on_foreign(partition, sorted(keys))
