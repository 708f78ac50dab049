"""A partition that is taken away at the very moment at which something comes for it."""

import asyncio
from typing import Any

import pytest

from tests.agents.steps import closed, opened


@pytest.mark.parametrize("turns", range(6))
async def test_a_batch_that_comes_as_the_lane_is_cancelled_does_not_keep_it_alive(world: Any, turns: int) -> None:
    lane = world.lane(delay_s=60)
    running, showing = await opened(world, lane)
    await lane.finish()
    world.hold("changelog")
    lane.take(world.deliver([world.touchpoint(0)]))
    for _ in range(turns):
        await asyncio.sleep(0)

    running.cancel()
    await asyncio.wait([running], timeout=2)

    assert running.cancelled()
    await closed(running, showing)
