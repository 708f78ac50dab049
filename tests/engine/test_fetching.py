"""What is fetched around a rebalance, and what is committed when the broker does not take it."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from app.catalogue import changelog
from app.engine.consumer import Consumer
from app.settings import Settings
from app.topology import build
from models.policy import Policy
from models.sentiment import built_in

SETTINGS = Settings()
LOG = TP(changelog(SETTINGS), 0)
A, B = TP(SETTINGS.inputs[0], 0), TP(SETTINGS.inputs[0], 1)


async def _unused(*_: Any) -> None:
    """Faust's callbacks, which nothing here calls."""


class Thread:
    """The consumer's thread, without a thread: it answers at once."""

    positions: Mapping[TP, int] = {}

    def __init__(self) -> None:
        self.fetched: dict[TP, Sequence[Any]] = {}
        self.asked: list[set[TP]] = []
        self.takes = True
        self.commits: list[dict[TP, int]] = []
        self.attended = 0

    async def attend(self) -> None:
        self.attended += 1

    async def getmany(self, active: set[TP], timeout: float) -> Mapping[TP, Sequence[Any]]:  # noqa: ASYNC109
        self.asked.append(set(active))
        fetched, self.fetched = self.fetched, {}
        return {tp: records for tp, records in fetched.items() if tp in active}

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        self.commits.append(dict(offsets))
        return self.takes

    async def seek_to_start(self, tps: set[TP]) -> None:
        """Nothing moves here."""

    def assignment(self) -> set[TP]:
        return {A, B, LOG}

    def highwater(self, tp: TP) -> int:
        return 1_000


@pytest.fixture
async def thread() -> Thread:
    return Thread()


@pytest.fixture
async def consumer(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> Consumer:
    """A wired worker's consumer that holds A, B and their changelog, and may fetch."""
    monkeypatch.setattr(Consumer, "_new_consumer_thread", lambda self: thread)
    monkeypatch.setattr(Consumer, "add_dependency", lambda self, service: service)
    app: Any = build(SETTINGS, Policy(), built_in()).app
    app.rebalancing = False
    consumer = Consumer(app.transport, _unused, _unused, _unused)
    consumer.flow_active = True
    consumer._active_partitions = {A, B, LOG}
    return consumer


def records(first: int, count: int) -> list[Any]:
    return [SimpleNamespace(offset=first + n, key=b"ada", value=b"{}") for n in range(count)]


def places(events: list[tuple[TP, Any]]) -> list[tuple[TP, int]]:
    """Where each delivered batch begins."""
    return [(tp, message.value.batch.first_offset) for tp, message in events]


async def test_a_fetch_gives_one_batch_of_each_partition_and_never_a_record_twice(
    consumer: Consumer, thread: Thread
) -> None:
    thread.fetched = {A: records(0, 3), B: records(7, 2)}
    first = [each async for each in consumer.getmany(1.0)]
    thread.fetched = {A: records(1, 4)}
    second = [each async for each in consumer.getmany(1.0)]

    assert places(first) == [(A, 0), (B, 7)]
    assert places(second) == [(A, 3)]


async def test_while_a_rebalance_runs_only_changelogs_are_fetched(consumer: Consumer, thread: Thread) -> None:
    """Faust lets input topics flow before it seeks them: what came then would be of a wrong place, or be lost."""
    app: Any = consumer.app
    app.rebalancing = True
    thread.fetched = {A: records(5, 1)}
    assert [each async for each in consumer.getmany(1.0)] == []
    assert thread.asked == [{LOG}]

    app.rebalancing = False
    thread.fetched = {A: records(2, 1)}

    assert places([each async for each in consumer.getmany(1.0)]) == [(A, 2)]


async def test_what_was_fetched_before_a_seek_is_not_handed_over_after_it(consumer: Consumer, thread: Thread) -> None:
    thread.fetched = {A: records(5, 1), B: records(5, 1)}
    got = []
    async for each in consumer.getmany(1.0):
        got.append(each)
        await consumer.perform_seek()
    assert len(got) == 1

    thread.fetched = {A: records(2, 4), B: records(2, 4)}

    assert places([each async for each in consumer.getmany(1.0)]) == [(A, 2), (B, 2)]


async def test_an_offset_that_the_broker_did_not_take_is_committed_the_next_time(
    consumer: Consumer, thread: Thread
) -> None:
    thread.fetched = {A: records(0, 3), B: records(0, 3)}
    first, second = [message.value async for _, message in consumer.getmany(1.0)]
    first.done()
    thread.takes = False
    assert not await consumer.force_commit()

    thread.takes = True
    second.done()
    assert await consumer.force_commit()
    assert not await consumer.force_commit()

    assert thread.commits == [{A: 3}, {A: 3, B: 3}]


async def test_what_is_not_done_when_its_partition_goes_is_never_committed(consumer: Consumer, thread: Thread) -> None:
    thread.fetched = {A: records(0, 3)}
    ((_, message),) = [each async for each in consumer.getmany(1.0)]
    await consumer.perform_seek()
    message.value.done()

    assert not await consumer.force_commit()
    assert thread.commits == []


async def test_a_held_partition_is_not_fetched_and_takes_no_room_until_it_is_released(
    consumer: Consumer, thread: Thread
) -> None:
    thread.fetched = {A: records(0, 3)}
    ((_, message),) = [each async for each in consumer.getmany(1.0)]
    assert consumer.pressure.unapplied_batches == 1

    message.value.held()
    thread.fetched = {B: records(0, 3)}
    (other,) = [each async for each in consumer.getmany(1.0)]
    assert (thread.asked[-1], places([other])) == ({B, LOG}, [(B, 0)])
    assert consumer.pressure.unapplied_batches == 1, "that of B"
    other[1].value.done()
    assert await consumer.force_commit()
    assert thread.commits == [{B: 3}]

    message.value.released()
    thread.fetched = {A: records(3, 2)}
    assert places([each async for each in consumer.getmany(1.0)]) == [(A, 3)]


async def test_with_nothing_to_fetch_but_held_partitions_the_group_is_told_that_the_worker_is_there(
    consumer: Consumer, thread: Thread
) -> None:
    """The client would leave the group of a consumer that asks for nothing for long, and another be flooded."""
    consumer._active_partitions = {A}
    thread.fetched = {A: records(0, 3)}
    ((_, message),) = [each async for each in consumer.getmany(1.0)]
    message.value.held()

    assert [each async for each in consumer.getmany(1.0)] == []
    assert (thread.attended, len(thread.asked)) == (1, 1)

    await consumer.perform_seek()
    thread.fetched = {A: records(0, 3)}
    assert places([each async for each in consumer.getmany(1.0)]) == [(A, 0)]
