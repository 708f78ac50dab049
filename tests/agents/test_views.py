"""Public profiles: when they leave, and what waits for them."""

import asyncio
from typing import Any

import orjson
import pytest

from agents.right_of_way import RightOfWay
from agents.views import KEEPING_UP_RECORDS, Timing, Views
from models.alert_record import Place


class Clock:
    """Monotonic seconds that only move when told."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Busy:
    """A load that is as told."""

    is_high = False


@pytest.fixture
def load() -> Busy:
    return Busy()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def right_of_way() -> RightOfWay:
    return RightOfWay()


@pytest.fixture
def views(world: Any, kit: Any, clock: Clock, load: Busy, right_of_way: RightOfWay) -> Views:
    world.store = kit.store
    rules = world.rules
    timing = Timing(clock, delay_s=1.0, backlog_delay_s=30.0, is_busy=lambda: load.is_high)
    place = Place(0, (world.topic,))
    return Views(
        place, kit.store, world.publisher("views"), rules.policy, rules.scorer.name, timing, right_of_way, world.books
    )


def applied(kit: Any, world: Any, *records: Any, lag: int = 0) -> tuple[list[bytes], int, Any]:
    folded = kit.apply(kit.fold(records))
    return folded.dirty, lag, world.deliver(records)


async def test_public_profiles_wait_while_a_batch_is_on_its_way(
    world: Any, kit: Any, clock: Clock, right_of_way: RightOfWay, views: Views
) -> None:
    views.mark(*applied(kit, world, kit.touchpoint(0)))
    right_of_way.enter()
    flushing = asyncio.create_task(views.flush())
    for _ in range(20):
        await asyncio.sleep(0)
    assert world.published["views"] == []

    right_of_way.leave()
    await asyncio.wait_for(flushing, 5)
    assert [record.key for record in world.published["views"]] == [b"ada"]


async def test_public_profiles_that_fall_due_wait_for_no_batch(
    world: Any, kit: Any, clock: Clock, right_of_way: RightOfWay, views: Views
) -> None:
    views.mark(*applied(kit, world, kit.touchpoint(0)))
    right_of_way.enter()
    clock.now_s += 0.95

    await asyncio.wait_for(views.flush(), 5)
    assert [record.key for record in world.published["views"]] == [b"ada"]


async def test_a_customer_of_several_batches_is_published_once_with_everything_applied(
    world: Any, kit: Any, views: Views
) -> None:
    for offset in range(3):
        views.mark(*applied(kit, world, kit.touchpoint(offset)))

    await views.flush()

    (record,) = world.published["views"]
    assert record.key == b"ada"
    assert orjson.loads(record.value)["touchpoints"] == 3
    assert [entry for entry in world.journal if entry[0] == "done"] == [("done", 0), ("done", 1), ("done", 2)]


async def test_a_batch_is_done_only_when_all_its_customers_are_out(world: Any, kit: Any, views: Views) -> None:
    views.mark(*applied(kit, world, kit.touchpoint(0), kit.touchpoint(1, "bob")))
    views.mark(*applied(kit, world, kit.touchpoint(2, "eve")))

    await views.flush(1)

    assert sorted(record.key for record in world.published["views"]) == [b"ada", b"bob"]
    assert [entry for entry in world.journal if entry[0] == "done"] == [("done", 0)]


async def test_a_flush_that_is_cut_off_lets_nothing_unpublished_be_committed(
    world: Any, kit: Any, views: Views
) -> None:
    gate = world.hold("views")
    views.mark(*applied(kit, world, kit.touchpoint(0)))
    flushing = asyncio.create_task(views.flush())
    await gate.reached.wait()
    flushing.cancel()
    await asyncio.gather(flushing, return_exceptions=True)
    assert world.published["views"] == []

    world.gates.clear()
    await views.flush()

    assert len(world.published["views"]) == 1
    assert ("done", 0) in world.journal


@pytest.mark.parametrize(
    ("lag", "after_s", "out"),
    [(0, 0.4, False), (0, 1.0, True), (KEEPING_UP_RECORDS, 1.0, False), (KEEPING_UP_RECORDS, 30.0, True)],
)
async def test_profiles_leave_within_a_second_or_thirty_in_a_backlog(
    world: Any, kit: Any, views: Views, clock: Clock, lag: int, after_s: float, out: bool
) -> None:
    views.mark(*applied(kit, world, kit.touchpoint(0), lag=lag))
    clock.now_s += after_s

    running = asyncio.create_task(views.run())
    for _ in range(10):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert bool(world.published["views"]) is out


async def test_the_end_of_a_backlog_publishes_what_waited_for_it(
    world: Any, kit: Any, views: Views, clock: Clock
) -> None:
    running = asyncio.create_task(views.run())
    views.mark(*applied(kit, world, kit.touchpoint(0), lag=KEEPING_UP_RECORDS))
    await asyncio.sleep(0)
    clock.now_s += 2.0
    late = applied(kit, world, kit.touchpoint(1))
    views.mark(*late)
    clock.now_s += 1.0

    async with asyncio.timeout(5):
        await late[2].is_done.wait()

    assert len(world.published["views"]) == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def published_after(views: Views, world: Any) -> int:
    """How many leave by themselves at the clock's time."""
    running = asyncio.create_task(views.run())
    for _ in range(10):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return len(world.published["views"])


async def test_while_the_worker_is_busy_profiles_wait_as_in_a_backlog(
    world: Any, kit: Any, views: Views, clock: Clock, load: Busy
) -> None:
    load.is_high = True
    began_s, offset = clock.now_s, 0
    while await published_after(views, world) == 0:
        views.mark(*applied(kit, world, kit.touchpoint(offset)))
        offset += 1
        clock.now_s += 0.1

    assert 20 < clock.now_s - began_s < 30
    (record,) = world.published["views"]
    assert orjson.loads(record.value)["touchpoints"] == offset


async def test_what_waited_for_a_busy_worker_is_published_when_there_is_time(
    world: Any, kit: Any, views: Views, clock: Clock, load: Busy
) -> None:
    load.is_high = True
    for offset in range(9):
        views.mark(*applied(kit, world, kit.touchpoint(offset)))
        clock.now_s += 0.1
    assert await published_after(views, world) == 0

    load.is_high = False
    assert await published_after(views, world) == 1


async def test_a_partition_that_rests_is_published_however_busy_the_worker_is(
    world: Any, kit: Any, views: Views, clock: Clock, load: Busy
) -> None:
    load.is_high = True
    views.mark(*applied(kit, world, kit.touchpoint(0)))
    clock.now_s += 0.5
    assert await published_after(views, world) == 0

    clock.now_s += 0.5
    assert await published_after(views, world) == 1


async def test_what_waited_for_the_end_of_a_backlog_makes_way_for_batches(
    world: Any, kit: Any, clock: Clock, right_of_way: RightOfWay, views: Views
) -> None:
    views.mark(*applied(kit, world, kit.touchpoint(0), lag=KEEPING_UP_RECORDS))
    clock.now_s += 5.0
    views.mark(*applied(kit, world, kit.touchpoint(1)))
    right_of_way.enter()
    clock.now_s += 1.0
    assert await published_after(views, world) == 0

    right_of_way.leave()
    assert await published_after(views, world) == 1


async def test_a_look_at_the_load_decides_once(
    world: Any, kit: Any, views: Views, clock: Clock, load: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = applied(kit, world, kit.touchpoint(0))
    views.mark(*marked)
    clock.now_s += 0.1
    asked = iter([True])
    monkeypatch.setattr(Busy, "is_high", property(lambda _: next(asked, False)))

    running = asyncio.create_task(views.run())
    await asyncio.sleep(0)
    clock.now_s += 2.0
    async with asyncio.timeout(5):
        await marked[2].is_done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_forgotten_while_it_waits_for_its_turn_is_not_published(
    world: Any, kit: Any, right_of_way: RightOfWay, views: Views
) -> None:
    views.mark(*applied(kit, world, kit.touchpoint(0), kit.touchpoint(1, "bob")))
    right_of_way.enter()
    flushing = asyncio.create_task(views.flush())
    await asyncio.sleep(0)

    views.forget()
    right_of_way.leave()
    await asyncio.wait_for(flushing, 5)

    assert world.published["views"] == []
    assert not [entry for entry in world.journal if entry[0] == "done"]


async def test_a_send_that_is_cut_off_after_all_was_forgotten_brings_nothing_back(
    world: Any, kit: Any, views: Views
) -> None:
    gate = world.hold("views")
    views.mark(*applied(kit, world, kit.touchpoint(0)))
    flushing = asyncio.create_task(views.flush())
    await gate.reached.wait()
    views.forget()
    flushing.cancel()
    await asyncio.gather(flushing, return_exceptions=True)

    world.gates.clear()
    await views.flush()

    assert world.published["views"] == []
