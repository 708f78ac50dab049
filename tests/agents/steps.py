"""Tasks of a lane under test, and what its partition holds."""

import asyncio
from typing import Any

from agents.profiles import Lane
from models.codec import META_KEY, Meta, decode_meta


async def opened(world: Any, lane: Lane) -> list["asyncio.Task[None]"]:
    """The lane's tasks, once it has opened; what the opening did is taken off the journal."""
    world.written.clear()
    tasks = [asyncio.create_task(lane.run()), asyncio.create_task(lane.views.run())]
    await world.written.wait()
    world.journal.clear()
    return tasks


async def idle(world: Any) -> tuple[Lane, list["asyncio.Task[None]"]]:
    """An open lane that has applied, published and let go of everything it took, and its tasks."""
    lane = world.lane()
    tasks = await opened(world, lane)
    loan = world.deliver([world.touchpoint(0, "ada"), world.touchpoint(1, "bea")])
    lane.take(loan)
    await loan.is_done.wait()
    return lane, tasks


async def finishes_only_behind(gate: Any, lane: Lane) -> None:
    """The lane is to go, and does not before the gate is open."""
    finishing = asyncio.create_task(lane.finish())
    await turns()
    assert not finishing.done()
    gate.open()
    await finishing


async def closed(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def turns() -> None:
    """Give every task more turns than it needs for its next step, if it may take one."""
    for _ in range(10):
        await asyncio.sleep(0)


def meta_of(world: Any) -> Meta:
    return decode_meta(world.store.get(0, META_KEY))
