"""A lane must go while the broker answers nothing: what it waits for, and what it does not."""

import asyncio
from typing import Any

import pytest

from agents import own_log, profiles
from tests.agents.steps import closed, finishes_only_behind, idle, opened, turns


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle lane looks at its changelog at once."""
    monkeypatch.setattr(profiles, "_LOOK_S", 0.01)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lane that must go gives an answer all the time there is."""
    monkeypatch.setattr(own_log, "_GRACE_S", None)


@pytest.mark.usefixtures("soon")
async def test_an_idle_lane_does_not_wait_for_the_answer_to_its_own_question(world: Any) -> None:
    lane, tasks = await idle(world)
    gate = world.hold("end")
    await gate.reached.wait()
    sent = len(world.sent)

    async with asyncio.timeout(5):
        await lane.finish()

    assert len(world.sent) == sent
    assert not any(task.done() for task in tasks)
    await closed(*tasks)


@pytest.mark.usefixtures("soon", "endless")
async def test_an_answer_that_comes_soon_is_heard_and_a_lost_changelog_made_whole_before_the_lane_goes(
    world: Any,
) -> None:
    lane, tasks = await idle(world)
    before = world.store.scan(0, b"\x01")
    gate = world.hold("end")
    await gate.reached.wait()
    world.shorten(world.end)
    await finishes_only_behind(gate, lane)

    assert [each[""] for each in world.said][-1] == "changelog_made_whole"
    world.recover()
    assert world.store.scan(0, b"\x01") == before
    await closed(*tasks)


async def test_profiles_that_wait_for_the_answer_are_in_hand_and_the_drain_waits_with_them(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the answer they must not go out, and without them the offset must not be committed."""
    monkeypatch.setattr(own_log, "_GRACE_S", 0.0)
    lane = world.lane()
    tasks = await opened(world, lane)
    gate = world.hold("end")
    loan = world.deliver([world.touchpoint(0, "ada")])
    lane.take(loan)
    await gate.reached.wait()
    finishing = asyncio.create_task(lane.finish())
    _, pending = await asyncio.wait({finishing}, timeout=0.05)
    assert pending
    assert not loan.is_done.is_set()
    assert world.published["views"] == []
    gate.open()
    await finishing

    assert loan.is_done.is_set()
    assert [each.key for each in world.published["views"]] == [b"ada"]
    await closed(*tasks)


@pytest.mark.usefixtures("soon")
async def test_a_lane_that_is_cut_off_while_it_asks_leaves_no_question_behind(world: Any) -> None:
    _, tasks = await idle(world)
    gate = world.hold("end")
    await gate.reached.wait()

    await closed(*tasks)
    await turns()

    assert asyncio.all_tasks() == {asyncio.current_task()}
