"""A lane whose changelog has lost what was acknowledged, and that must go while it makes it whole."""

import asyncio
from typing import Any

import pytest

from agents import profiles
from app.engine.store import MemoryStore
from tests.agents.steps import closed, opened, turns


async def test_a_drain_waits_until_a_changelog_that_a_look_found_cut_is_whole(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off, it would leave a changelog that the next owner refuses; and a look has no batch to wait for."""
    monkeypatch.setattr(profiles, "_LOOK_S", 0.01)
    lane = world.lane()
    tasks = await opened(world, lane)
    loan = world.deliver([world.touchpoint(0, "ada"), world.touchpoint(1, "bea")])
    lane.take(loan)
    await loan.is_done.wait()
    before = world.store.scan(0, b"\x01")
    world.shorten(world.end)
    gate = world.hold("changelog")
    await gate.reached.wait()
    finishing = asyncio.create_task(lane.finish())
    await turns()
    assert not finishing.done()
    gate.open()
    await finishing

    assert [each[""] for each in world.said][-1] == "changelog_made_whole"
    world.recover()
    assert world.store.scan(0, b"\x01") == before
    await closed(*tasks)


async def test_to_make_a_changelog_whole_its_values_are_not_held_all_at_once(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[(b"\x01%d" % n, world.sent[0][0][1])] for n in range(10)])
    world.shorten(world.end)
    monkeypatch.setattr(MemoryStore, "scan", None)

    await log.look()

    assert world.said[-1] == {"": "changelog_made_whole", "partition": 0, "keys": 10}
