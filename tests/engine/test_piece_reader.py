"""Reading a piece of the changelog beside the recovery, and finding what an earlier try of a send has written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAuthorizationFailedError

from agents.ports import Stop
from app.engine import changelog as record_batch_changelog
from app.engine import piece_reader
from app.engine.piece_reader import PieceReader
from tests.engine.test_sending import GROUPS, META, Queue, changelog

PLACE = TopicPartition("log", 0)


class Lying(NamedTuple):
    """A changelog record."""

    offset: int
    key: bytes
    value: bytes


class Consumer:
    """Of records in RecordBatches, which are fetched whole; an offset without a record may follow."""

    def __init__(self, batches: list[list[Lying]], end: int) -> None:
        self._batches, self._end = batches, end
        self._at = 0

    def assign(self, places: list[TopicPartition]) -> None:
        assert places == [PLACE]

    def seek(self, place: TopicPartition, offset: int) -> None:
        self._at = offset

    async def position(self, place: TopicPartition) -> int:
        return self._at

    async def getmany(self, place: TopicPartition, timeout_ms: int) -> dict[TopicPartition, list[Lying]]:
        for batch in self._batches:
            if batch[-1].offset >= self._at:
                self._at = batch[-1].offset + 1
                return {place: batch}
        self._at = self._end
        return {}


def batches(*sizes: int) -> list[list[Lying]]:
    made: list[list[Lying]] = []
    for size in sizes:
        begin = made[-1][-1].offset + 1 if made else 0
        made.append([Lying(begin + n, b"k%d" % (begin + n), b"v") for n in range(size)])
    return made


def reader(
    lying: list[list[Lying]],
    end: int,
    told: int | None = None,
    failures: int = 0,
    error: type[KafkaError] = KafkaConnectionError,
    untold: int = 0,
) -> PieceReader:
    """`failures`: of so many tries to read; `untold`: so many questions for the end are not answered."""
    left, silent = [failures], [untold]

    @asynccontextmanager
    async def opened() -> AsyncIterator[Consumer]:
        if left[0]:
            left[0] -= 1
            raise error
        yield Consumer(lying, end)

    async def tell(partition: int) -> int | None:
        silent[0] -= 1
        if told is None or silent[0] >= 0:
            raise KafkaConnectionError
        return told

    return PieceReader("log", opened, tell)


@pytest.mark.parametrize(("begin", "end", "offsets"), [(0, 3, [0, 1, 2]), (4, 5, [4, 5]), (1, 7, [1, 2, 3, 4, 5, 6])])
async def test_a_piece_is_read_from_its_beginning_to_the_end_of_its_last_record_batch(
    begin: int, end: int, offsets: list[int]
) -> None:
    found = await reader(batches(3, 3, 1), 7).read(0, begin, end)

    assert [record.offset for record in found] == offsets


async def test_offsets_without_records_end_a_piece_too() -> None:
    assert await reader(batches(2), 4).read(0, 2, 4) == []


async def test_while_the_broker_is_away_the_piece_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piece_reader, "_PAUSE_S", 0.0)
    with structlog.testing.capture_logs() as said:
        found = await reader(batches(2), 2, failures=2).read(0, 0, 2)

    assert len(found) == 2
    assert [line["event"] for line in said] == ["foreign_write_unread"] * 2


async def test_a_worker_that_may_not_read_what_somebody_else_wrote_stops() -> None:
    forbidden = reader([], 0, failures=1, error=TopicAuthorizationFailedError)

    with pytest.raises(Stop, match=r"log\[0\]@3: somebody else wrote here, .*`kanarya topics acls`"):
        await forbidden.read(0, 3, 4)


async def test_an_end_that_the_broker_does_not_tell_is_no_foreign_write() -> None:
    assert await reader([], 0).end(0) == -1
    assert await reader([], 0, told=7).end(0) == 7


async def answered(lying: list[list[Lying]], end: int, untold: int = 0) -> Any:
    """What a send comes to whose three RecordBatches the broker has already, the first one at an offset unknown."""
    queue = Queue()
    sending = changelog(queue, reader(lying, end, told=end, untold=untold))
    for number, begin in ((1, -1), (2, 60), (3, 63)):
        _, acknowledged = await queue.next(number)
        acknowledged.set_result(type("Metadata", (), {"offset": begin}))
    return await asyncio.wait_for(sending, 5)


async def test_a_send_that_an_earlier_try_has_done_is_looked_up() -> None:
    first = [META, *(item for group in GROUPS[:2] for item in group)]
    foreign = [Lying(40, *META), Lying(41, b"k", b"v")]
    own = [Lying(42 + n, *item) for n, item in enumerate(first)]

    assert await answered([foreign, own], 45) == [range(42, 45), range(60, 63), range(63, 66)]


async def test_a_send_is_looked_up_once_the_broker_tells_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leader that has just moved answers sends before it answers this."""
    monkeypatch.setattr(record_batch_changelog, "_PAUSE_S", 0.0)
    own = [Lying(40 + n, *item) for n, item in enumerate([META, *(item for group in GROUPS[:2] for item in group)])]

    assert await answered([own], 43, untold=2) == [range(40, 43), range(60, 63), range(63, 66)]


async def test_a_send_that_the_broker_claims_to_have_and_has_not_stops_the_worker() -> None:
    queue = Queue()
    sending = changelog(queue, reader([[Lying(40, *META)]], 41, told=41))
    _, acknowledged = await queue.next(1)
    acknowledged.set_result(type("Metadata", (), {"offset": -1}))

    with pytest.raises(Stop, match=r"log\[0\]@40: the broker says that it has these states, and they are not there"):
        await asyncio.wait_for(sending, 5)
