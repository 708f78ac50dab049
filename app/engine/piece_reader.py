"""Reads a piece of the changelog beside the recovery: what somebody else wrote between an owner's own RecordBatches.

`app.engine.changelog` asks it, seldom: a client of its own, started for the one question, disturbs nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from agents.ports import ChangelogRecord, Stop

_POLL_MS: Final = 500
_PAUSE_S: Final = 1.0
"""Between tries while the broker is away."""

log = structlog.get_logger()


class PieceReader:
    """One changelog topic."""

    def __init__(
        self,
        topic: str,
        open_reader: Callable[[], AbstractAsyncContextManager[Any]],
        end: Callable[[int], Awaitable[int | None]],
    ) -> None:
        """`open_reader`: gives a started consumer without a group that begins where the topic does, if it must.

        `end`: partition -> its end as the broker tells it. The embedded broker tells the offset behind the first record
        of the last RecordBatch.
        """
        self._topic, self._open_reader, self._end = topic, open_reader, end

    async def end(self, partition: int) -> int:
        """The end as the broker tells it, -1 while it does not."""
        try:
            end = await self._end(partition)
        except KafkaError:
            return -1
        return -1 if end is None else end

    async def read(self, partition: int, begin: int, end: int) -> list[ChangelogRecord]:
        """Everything from `begin` on to `end`, the RecordBatch that holds `end - 1` whole, and perhaps some more."""
        while True:
            try:
                async with self._open_reader() as consumer:
                    return await self._read(consumer, TopicPartition(self._topic, partition), begin, end)
            except TopicAuthorizationFailedError as error:
                raise Stop(
                    self._topic, partition, begin,
                    "somebody else wrote here, and this worker may not read it: grant what"
                    " `kanarya topics acls` prints",
                ) from error  # fmt: skip
            except KafkaError as error:
                log.warning("foreign_write_unread", topic=self._topic, partition=partition, why=type(error).__name__)
                await asyncio.sleep(_PAUSE_S)

    async def _read(self, consumer: Any, place: TopicPartition, begin: int, end: int) -> list[ChangelogRecord]:
        consumer.assign([place])
        consumer.seek(place, begin)
        found: list[ChangelogRecord] = []
        while await consumer.position(place) < end:
            fetched = await consumer.getmany(place, timeout_ms=_POLL_MS)
            found += [record for record in fetched.get(place, ()) if record.offset >= begin]
        return found
