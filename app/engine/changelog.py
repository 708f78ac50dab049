"""Writes states and outbox entries as RecordBatches: `agents.ports.Changelog` on the app's producer.

`agents.profiles` calls it in step 2 of a batch. A RecordBatch is appended by the broker whole or not at all.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiokafka.errors import KafkaError

from agents.ports import Item, Stop
from app.engine.producer import Producer, append

_RECORD_FRAME_BYTES = 32
"""More than the lengths, deltas and counts around one record."""


class RecordBatchChangelog:
    """The changelog topic of the profile table."""

    def __init__(
        self,
        topic: str,
        producer: Callable[[], Producer],
        now_ms: Callable[[], int],
        limit_bytes: int,
        sent: Callable[[int, int, int, int], None] = lambda *_: None,
    ) -> None:
        """Set up.

        Args:
            topic: its name.
            producer: the started producer.
            now_ms: wall clock.
            limit_bytes: of one RecordBatch, as the producer's `max_batch_size`.
            sent: told partition, first offset, records and time (ms) of each RecordBatch that was acknowledged.
        """
        self.topic = topic
        self._limit_bytes = limit_bytes
        self._producer = producer
        self._now_ms = now_ms
        self._sent = sent

    async def send(self, partition: int, groups: Iterable[Sequence[Item]], meta: Item) -> int:
        """Write all groups; see `agents.ports.Changelog.send`."""
        last = -1
        for items in record_batches(groups, meta, self._limit_bytes):
            last = await self._send_one(partition, items)
        return last

    async def _send_one(self, partition: int, items: list[Item]) -> int:
        producer = self._producer()
        builder: Any = producer._ensure_producer().create_batch()
        now_ms = self._now_ms()
        for key, value in items:
            if not append(builder, key, value, now_ms):
                raise Stop(
                    self.topic, partition, None, f"one customer's state and alerts exceed {self._limit_bytes} bytes"
                )
        try:
            written = await (await producer.hand_over(builder, self.topic, partition))
        except KafkaError as error:
            raise Stop(
                self.topic, partition, None, f"the broker did not take the new states ({type(error).__name__})"
            ) from error
        self._sent(partition, int(written.offset), len(items), now_ms)
        return int(written.offset) + len(items) - 1


def record_batches(groups: Iterable[Sequence[Item]], meta: Item, limit_bytes: int) -> Iterable[list[Item]]:
    """Cut between groups so that each RecordBatch, `meta` first, stays within the limit."""
    head = _size(meta)
    items, size = [meta], head
    for group in groups:
        group_size = sum(map(_size, group))
        if len(items) > 1 and size + group_size > limit_bytes:
            yield items
            items, size = [meta], head
        items.extend(group)
        size += group_size
    yield items


def _size(item: Item) -> int:
    key, value = item
    return len(key) + len(value or b"") + _RECORD_FRAME_BYTES
