"""What the changelog tells the store of each RecordBatch that the broker has acknowledged."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import NotLeaderForPartitionError

from agents.ports import Stop
from app.engine.changelog import RecordBatchChangelog

META = (b"\x00", b"meta")
NOW_MS = 1_700_000_000_000
NOBODY_ELSE: Any = None
"""Reads what others wrote; here nobody does."""


class Broker:
    """A producer whose broker has records up to `end`, and takes `taken` RecordBatches more."""

    def __init__(self, end: int, taken: int = 9) -> None:
        self.end, self.taken = end, taken

    def _ensure_producer(self) -> "Broker":
        return self

    def create_batch(self) -> Any:
        return SimpleNamespace(append=lambda **record: record)

    async def hand_over(self, builder: Any, topic: str, partition: int) -> "asyncio.Future[Any]":
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.taken -= 1
        if self.taken < 0:
            answer.set_exception(NotLeaderForPartitionError())
        else:
            answer.set_result(SimpleNamespace(offset=self.end))
            self.end += RECORDS
        return answer


RECORDS = 2
"""Of each RecordBatch below: the meta record and one more."""
GROUPS = [[(b"\x01%d" % n, bytes(600))] for n in range(3)]


async def test_each_record_batch_is_told_with_its_place_and_time() -> None:
    told: list[tuple[int, ...]] = []
    broker: Any = Broker(40)
    changelog = RecordBatchChangelog(
        "log", lambda: broker, lambda: NOW_MS, 1000, NOBODY_ELSE, lambda *each: told.append(each)
    )

    spans = await changelog.send(5, GROUPS, META, 40)

    assert told == [(5, 40, RECORDS, NOW_MS), (5, 42, RECORDS, NOW_MS), (5, 44, RECORDS, NOW_MS)]
    assert spans == [range(40, 42), range(42, 44), range(44, 46)]


async def test_one_that_the_broker_refuses_is_not_told() -> None:
    told: list[tuple[int, ...]] = []
    broker: Any = Broker(40, taken=1)
    changelog = RecordBatchChangelog(
        "log", lambda: broker, lambda: NOW_MS, 1000, NOBODY_ELSE, lambda *each: told.append(each)
    )

    with pytest.raises(Stop, match="did not take the new states"):
        await changelog.send(5, GROUPS, META, 40)

    assert told == [(5, 40, RECORDS, NOW_MS)]
