"""Public profiles that are too late hold up the batches of their own partition, and of no other."""

import asyncio
from typing import Any

from models.codec import profile_key
from tests.agents.test_lanes import Worker

WAIT_S = 5


async def test_batches_behind_late_public_profiles_wait_in_order_and_the_engine_delivers_on(world: Any) -> None:
    worker = Worker(world)
    gate = world.hold("views")
    await worker.deliver([world.touchpoint(0)])
    await asyncio.wait_for(gate.reached.wait(), WAIT_S)

    behind = [world.deliver([world.touchpoint(number)]) for number in (1, 2)]
    for loan in behind:
        await asyncio.wait_for(worker.hand(loan), WAIT_S)
    assert world.books.applied == 1, "they wait"

    gate.open()
    for loan in behind:
        await asyncio.wait_for(loan.is_done.wait(), WAIT_S)
    applied = [place for event, place in world.journal if event == "applied"]
    assert (world.books.applied, applied, world.failures) == (3, [0, 1, 2], [])
    await worker.stop()


async def test_a_drain_drops_the_batches_that_wait_behind_late_public_profiles(world: Any) -> None:
    worker = Worker(world)
    gate = world.hold("views")
    await worker.deliver([world.touchpoint(0)])
    await asyncio.wait_for(gate.reached.wait(), WAIT_S)
    waiting = await worker.deliver([world.touchpoint(1)])

    draining = asyncio.create_task(worker.lanes.drain(WAIT_S))
    await asyncio.sleep(0)
    gate.open()

    assert await draining
    assert (world.books.applied, waiting.is_done.is_set(), world.failures) == (1, False, [])
    await worker.stop()


async def test_an_unreadable_state_behind_late_public_profiles_stops_the_worker(world: Any) -> None:
    worker = Worker(world)
    gate = world.hold("views")
    await worker.deliver([world.touchpoint(0)])
    await asyncio.wait_for(gate.reached.wait(), WAIT_S)
    await worker.deliver([world.touchpoint(1, customer="eve")])
    world.have([(profile_key(b"eve"), b"\x01")])

    gate.open()
    await asyncio.wait_for(world.failed.wait(), WAIT_S)

    assert "a state in the changelog is unreadable" in str(world.failures[0])
    await worker.stop()


async def test_nothing_waits_on_for_a_partition_that_went(world: Any) -> None:
    """A worker that is frozen or whose drain is cut must not publish for it later."""
    worker = Worker(world)
    gate = world.hold("views")
    await worker.deliver([world.touchpoint(0)])
    await asyncio.wait_for(gate.reached.wait(), WAIT_S)
    await worker.deliver([world.touchpoint(1)])
    (waiting,) = [task for task in asyncio.all_tasks() if task.get_name() == "waiting-0"]

    assert not await worker.lanes.drain(0)
    await asyncio.wait([waiting], timeout=WAIT_S)

    assert (waiting.cancelled(), world.books.applied, world.failures) == (True, 1, [])
    await worker.stop()


async def test_a_drain_waits_for_no_batch_that_hangs_in_another_partition(world: Any) -> None:
    worker = Worker(world, delay_s=600)
    loan = await worker.deliver([world.touchpoint(0)])
    worker.lanes._outside.right_of_way.enter()  # another partition's, which the broker does not acknowledge

    async with asyncio.timeout(WAIT_S):
        assert await worker.lanes.drain(60)

    assert loan.is_done.is_set()
    assert len(world.published["views"]) == 1
    await worker.stop()
