"""A batch that trips the breaker waits: nothing of it leaves the worker, others go on, and it passes once mended."""

import asyncio
from typing import Any

import pytest

from agents import fold
from agents.breaker import BreakerLimits
from agents.lanes import Lanes, Placement
from agents.outside import Outside
from models.codec import profile_key
from tests.agents.conftest import World
from tests.agents.test_lanes import Feed, silent

SMALL = BreakerLimits(run=3, window=100, share=0.5, retry_s=0.05)


class Worker:
    """Lanes of two input topics, with a breaker of small numbers."""

    def __init__(self, world: World, limits: BreakerLimits | None = SMALL, partitions: tuple[int, ...] = (0,)) -> None:
        self.world, self.released = world, asyncio.Event()
        plain = world.outside(topics=(world.topic, "second"))
        outside = Outside(**{name: getattr(plain, name) for name in plain.__struct_fields__} | {
            "breaker": limits, "say": self.say,
        })  # fmt: skip
        placement = Placement(lambda *_: True, 1.0, world.books, silent)
        self.lanes = Lanes(world.rules, outside, placement, world.books, world.fail)
        self.feed = Feed()
        self.running = asyncio.create_task(self.lanes.run(self.feed))
        self.lanes.assign(set(partitions))

    def say(self, event: str, **keys: Any) -> None:
        if event == "partition_released":
            self.released.set()

    async def deliver(self, records: Any, topic: str | None = None) -> Any:
        loan = self.world.deliver(records, topic or self.world.topic)
        self.feed.queue.put_nowait(loan)
        await asyncio.wait({asyncio.create_task(self.feed.queue.join()), self.running}, return_when="FIRST_COMPLETED")
        return loan

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.lanes.drain(0)

    def held(self) -> list[dict[str, Any]]:
        return [line for line in self.world.warned if line[""] == "partition_held"]


def bad(world: World, first: int, count: int) -> list[Any]:
    return [world.record(offset, b"ada", b"{") for offset in range(first, first + count)]


async def test_nothing_of_a_held_batch_leaves_and_a_drain_ends_well(world: World) -> None:
    worker = Worker(world)
    before = await worker.deliver([world.touchpoint(0)])
    await asyncio.wait_for(before.is_done.wait(), 5)

    held = await worker.deliver([world.touchpoint(1), *bad(world, 2, 3)])
    behind = await worker.deliver([world.touchpoint(5)])
    (line,) = worker.held()
    sentence = worker.lanes.held()[0]

    assert (line["offset"], line["reasons"], line["why"]) == (1, {"not_json": 3}, "3 records in a row are bad")
    assert "touchpoints[0]@1 is held, as 3 records in a row are bad (not_json 3)" in sentence
    assert "KANARYA_BREAKER=off" in sentence
    assert worker.lanes.states() == {0: "held"}
    assert await worker.lanes.drain(5)
    assert not held.is_done.is_set()
    assert not behind.is_done.is_set()
    assert (world.published["dead"], world.books.read) == ([], 1)
    assert {entry[1] for entry in world.journal if entry[0] == "held"} == {1, 5}
    await worker.stop()
    assert not world.failures


async def test_a_batch_that_our_own_fault_held_passes_in_order_once_that_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The good records of the held batch are applied once, and what came behind it waits its turn."""
    observe = vars(fold)["observe"]

    def faulty(*_: Any) -> Any:
        raise RuntimeError("a fault")

    monkeypatch.setitem(vars(fold), "observe", faulty)
    worker = Worker(world)
    held = await worker.deliver([world.touchpoint(offset) for offset in range(3)])
    behind = await worker.deliver([world.touchpoint(offset) for offset in range(3, 5)])
    assert worker.held()[0]["reasons"] == {"handler_error": 3}

    monkeypatch.setitem(vars(fold), "observe", observe)
    await asyncio.wait_for(asyncio.gather(held.is_done.wait(), behind.is_done.wait(), worker.released.wait()), 5)

    assert worker.lanes.states() == {0: "open"}
    assert worker.lanes.held() == {}
    assert (world.books.applied, world.books.rejected, world.published["dead"]) == (5, 0, [])
    assert [entry for entry in world.journal if entry[0] in {"applied", "released"}] == [
        ("released", 0), ("applied", 0), ("applied", 3),
    ]  # fmt: skip
    assert world.store.count(0, profile_key(b"")) == 1
    await worker.stop()


async def test_it_is_said_once_however_often_the_batch_is_tried(world: World) -> None:
    tries = 0
    load = world.store.get_many

    def counted(*arguments: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries == 4:
            enough.set()
        return load(*arguments)

    enough = asyncio.Event()
    world.store.get_many = counted  # type: ignore[method-assign, assignment]
    worker = Worker(world)

    await worker.deliver(bad(world, 0, 3))
    await asyncio.wait_for(enough.wait(), 5)

    assert len(worker.held()) == 1
    assert world.published["dead"] == []
    await worker.stop()


async def test_another_topic_of_the_same_partition_goes_on(world: World) -> None:
    worker = Worker(world)
    await worker.deliver(bad(world, 0, 3))

    good = await worker.deliver([world.touchpoint(0)], "second")
    await asyncio.wait_for(good.is_done.wait(), 5)

    assert worker.lanes.states() == {0: "held"}
    assert world.books.applied == 1
    await worker.stop()


async def test_a_batch_whose_partition_went_is_let_go_and_not_written(world: World) -> None:
    worker = Worker(world)
    held = await worker.deliver(bad(world, 0, 3))
    held.is_current = False

    good = await worker.deliver([world.touchpoint(0)], "second")
    await asyncio.wait_for(good.is_done.wait(), 5)
    while worker.lanes.held():
        await asyncio.sleep(0.01)

    assert (world.published["dead"], world.books.rejected) == ([], 0)
    assert not worker.released.is_set()
    await worker.stop()


async def test_without_a_breaker_all_bad_records_become_dead_letters(world: World) -> None:
    worker = Worker(world, limits=None)

    loan = await worker.deliver(bad(world, 0, 50))
    await asyncio.wait_for(loan.is_done.wait(), 5)

    assert len(world.published["dead"]) == 50
    assert (world.books.read, world.books.rejected) == (50, 50)
    await worker.stop()
