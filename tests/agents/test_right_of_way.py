"""Public profiles wait for batches that are on their way, and not longer than told."""

import asyncio

import pytest

from agents import right_of_way
from agents.right_of_way import RightOfWay


async def test_rendering_waits_until_the_last_batch_is_through() -> None:
    way = RightOfWay()
    way.enter()
    way.enter()
    waiting = asyncio.create_task(way.wait(within_s=60))
    await asyncio.sleep(0)

    way.leave()
    await asyncio.sleep(0)
    assert not waiting.done()

    way.leave()
    await asyncio.wait_for(waiting, 5)


async def test_rendering_waits_no_longer_than_told() -> None:
    way = RightOfWay()
    way.enter()

    await asyncio.wait_for(way.wait(within_s=0.001), 5)
    await asyncio.wait_for(way.wait(within_s=-1), 5)


async def test_a_batch_that_is_dropped_lets_the_others_go() -> None:
    way = RightOfWay()
    way.enter()
    way.enter()

    way.leave(2)

    await asyncio.wait_for(way.wait(within_s=60), 5)


async def test_nobody_makes_way_while_all_lanes_finish() -> None:
    way = RightOfWay()
    way.enter()
    waiting = asyncio.create_task(way.wait(within_s=60))
    await asyncio.sleep(0)

    with way.lifted():
        await asyncio.wait_for(waiting, 5)
        way.enter()
        await asyncio.wait_for(way.wait(within_s=60), 5)

    again = asyncio.create_task(way.wait(within_s=60))
    await asyncio.sleep(0)
    way.leave()
    await asyncio.sleep(0)
    assert not again.done()
    way.leave()
    await asyncio.wait_for(again, 5)


async def test_nobody_makes_way_for_what_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(right_of_way, "STUCK_S", 0.01)
    way = RightOfWay()
    way.enter()
    way.enter()
    way.leave()  # there was no pause

    await asyncio.wait_for(way.wait(within_s=60), 5)
