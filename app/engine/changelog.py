"""Writes states and outbox entries as RecordBatches: `agents.ports.Changelog` on the app's producer.

`agents.own_log` calls it in step 2 of a batch, and reads through it what others wrote. A RecordBatch is appended by the
broker whole or not at all.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from aiokafka.errors import InvalidTimestampError, KafkaError

from agents.ports import ChangelogRecord, Item, Stop
from app.engine.piece_reader import PieceReader
from app.engine.producer import Producer, append

_AHEAD = (
    "the states would be of a time that the broker does not take, as this machine's clock is too far ahead of the"
    " broker's (more than the topic's message.timestamp.after.max.ms, an hour if nobody set it): set the clock right;"
    " `kanarya doctor` tells how far it is off"
)
_RECORD_FRAME_BYTES = 32
"""More than the lengths, deltas and counts around one record."""
_PAUSE_S: Final = 1.0
"""Between questions for an end that the broker does not tell."""


class RecordBatchChangelog:
    """The changelog topic of the profile table."""

    def __init__(
        self,
        topic: str,
        producer: Callable[[], Producer],
        now_ms: Callable[[], int],
        limit_bytes: int,
        reader: PieceReader,
        sent: Callable[[int, int, int, int], None] = lambda *_: None,
    ) -> None:
        """Set up.

        Args:
            topic: its name.
            producer: the started producer.
            now_ms: wall clock.
            limit_bytes: of one RecordBatch, as the producer's `max_batch_size`.
            reader: of what others wrote.
            sent: told partition, first offset, records and time (ms) of each RecordBatch that was acknowledged.
        """
        self.topic = topic
        self._limit_bytes = limit_bytes
        self._producer = producer
        self._now_ms = now_ms
        self._reader = reader
        self._sent = sent

    async def send(self, partition: int, groups: Iterable[Sequence[Item]], meta: Item, expected: int) -> list[range]:
        """Write all groups; see `agents.ports.Changelog.send`."""
        spans = []
        for items in record_batches(groups, meta, self._limit_bytes):
            now_ms = self._now_ms()
            begin = await self._send_one(partition, items, now_ms)
            if begin < 0:
                begin = await self._look_up(partition, items, expected)
            self._sent(partition, begin, len(items), now_ms)
            spans.append(range(begin, begin + len(items)))
            expected = begin + len(items)
        return spans

    async def _send_one(self, partition: int, items: list[Item], now_ms: int) -> int:
        """Offset of the first item; -1 when the broker has it from an earlier try and does not know any more where."""
        producer = self._producer()
        builder: Any = producer._ensure_producer().create_batch()
        for key, value in items:
            if not append(builder, key, value, now_ms):
                raise Stop(
                    self.topic, partition, None, f"one customer's state and alerts exceed {self._limit_bytes} bytes"
                )
        try:
            written = await (await producer.hand_over(builder, self.topic, partition))
        except InvalidTimestampError as error:
            raise Stop(self.topic, partition, None, _AHEAD) from error
        except KafkaError as error:
            raise Stop(
                self.topic, partition, None, f"the broker did not take the new states ({type(error).__name__})"
            ) from error
        return int(written.offset)

    async def _look_up(self, partition: int, items: list[Item], expected: int) -> int:
        """Where a RecordBatch lies that an earlier try has written."""
        while (end := await self.end(partition)) < 0:  # not told yet, as while the leader changes
            await asyncio.sleep(_PAUSE_S)
        lying = await self.read(partition, expected, end)
        for place, record in enumerate(lying):
            there = lying[place : place + len(items)]
            if [(each.key, each.value) for each in there] == items:
                return record.offset
        raise Stop(self.topic, partition, expected, "the broker says that it has these states, and they are not there")

    async def read(self, partition: int, begin: int, end: int) -> Sequence[ChangelogRecord]:
        """What lies there; see `agents.ports.Changelog.read`."""
        return await self._reader.read(partition, begin, end)

    async def end(self, partition: int) -> int:
        """See `agents.ports.Changelog.end`."""
        return await self._reader.end(partition)


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
