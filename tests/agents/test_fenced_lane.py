"""A lane beside another owner of its partition: one of the two was frozen, and has thawed."""

import asyncio
from typing import Any

import pytest

from agents import own_log
from agents.ports import Stop
from models.codec import META_KEY, Meta, encode_meta, pack, profile_key
from tests.agents.steps import closed, meta_of, opened


def meta(epoch: int) -> tuple[bytes, bytes]:
    return META_KEY, encode_meta(Meta({}, epoch))


async def test_a_fenced_lane_publishes_nothing_and_waits_for_the_rebalance(world: Any) -> None:
    lane = world.lane(delay_s=60)
    tasks = await opened(world, lane)
    done = world.deliver([world.low_rating(0), world.low_rating(1)])
    gate = world.hold("changelog")
    lane.take(done)
    await gate.reached.wait()
    world.lay([meta(2)])
    gate.open()
    while not lane.is_fenced:
        await asyncio.sleep(0)

    late = world.deliver([world.low_rating(2)])
    lane.take(late)
    await lane.finish()

    assert world.published == {"alerts": [], "dead": [], "views": []}
    assert not done.is_done.is_set()
    assert world.store.scan(0, b"\x01") == []
    assert world.warned == [{"": "partition_fenced", "partition": 0, "epoch": 1, "newest": 2}]
    assert not any(task.done() for task in tasks)
    await closed(*tasks)


async def test_a_fenced_lane_that_no_rebalance_ends_stops_the_worker(world: Any) -> None:
    lane = world.lane(fenced_s=0.0)
    tasks = await opened(world, lane)
    world.lay([meta(2)])
    lane.take(world.deliver([world.touchpoint(0)]))

    with pytest.raises(Stop, match=r"^states\[0\]: another worker has opened it \(at epoch 2, this one at 1\)") as stop:
        await tasks[0]
    assert "a restart is enough" in stop.value.sentence
    await closed(*tasks)


async def test_customers_of_a_foreign_write_are_published_anew(world: Any) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    first = world.deliver([world.touchpoint(0, "ada"), world.touchpoint(1, "bea")])
    lane.take(first)
    await first.is_done.wait()
    world.published["views"].clear()
    world.lay([meta(0), (profile_key(b"ada"), pack(0, 0, {0: 3}, b"late"))])
    second = world.deliver([world.touchpoint(2, "bea")])
    lane.take(second)
    await second.is_done.wait()
    await lane.finish()

    assert {each.key for each in world.published["views"]} == {b"ada", b"bea"}
    assert meta_of(world).epoch == 1
    await closed(*tasks)


async def test_a_worker_that_thaws_with_public_profiles_in_hand_sends_none(world: Any) -> None:
    """The newest on their topic would be its stale one, perhaps for ever."""
    lane = world.lane(delay_s=60)
    tasks = await opened(world, lane)
    loan = world.deliver([world.touchpoint(0)])
    lane.take(loan)
    while ("applied", 0) not in world.journal:
        await asyncio.sleep(0)
    world.lay([meta(2)])

    await lane.views.flush()
    await lane.finish()

    assert world.published["views"] == []
    assert not loan.is_done.is_set()
    assert [each[""] for each in world.warned] == ["partition_fenced"]
    assert not any(task.done() for task in tasks)
    await closed(*tasks)


async def test_batches_that_come_before_the_partition_is_open_are_folded_on_what_it_took_over(world: Any) -> None:
    """A frozen worker's last write arrives right before the opening record."""
    before = world.lane()
    tasks = await opened(world, before)
    first = world.deliver([world.touchpoint(0), world.touchpoint(1)])
    before.take(first)
    await first.is_done.wait()
    await closed(*tasks)
    late = world.sent.pop()
    world.shorten(len(late))
    world.recover()
    lane = world.lane()
    world.before_send = [lambda: world.lay(late)]
    loan = world.deliver([world.touchpoint(0), world.touchpoint(1), world.touchpoint(2)])
    lane.take(loan)
    tasks = [asyncio.create_task(lane.run()), asyncio.create_task(lane.views.run())]
    await loan.is_done.wait()

    assert (world.books.applied, world.books.replayed) == (2 + 1, 2)
    await closed(*tasks)


async def test_a_drain_that_finds_another_owner_is_no_failure(world: Any) -> None:
    lane = world.lane(delay_s=60)
    tasks = await opened(world, lane)
    lane.take(world.deliver([world.low_rating(0), world.low_rating(1)]))
    while ("alerts", "acked") not in world.journal:
        await asyncio.sleep(0)
    await lane.views.flush()
    world.lay([meta(2)])

    await lane.finish()

    assert lane.is_fenced
    assert not any(task.done() for task in tasks)
    await closed(*tasks)


async def test_an_answer_that_took_long_is_asked_for_again(world: Any) -> None:
    """The worker was frozen between question and answer, and another one opened the partition meanwhile."""
    lane = world.lane(delay_s=60)
    tasks = await opened(world, lane)
    lane.take(world.deliver([world.touchpoint(0)]))
    while ("applied", 0) not in world.journal:
        await asyncio.sleep(0)
    world.end_takes_s = [own_log.FRESH_S * 1.1]
    world.while_asked = lambda: world.lay([meta(2)])

    await lane.views.flush()

    assert world.published["views"] == []
    assert lane.is_fenced
    await closed(*tasks)


async def test_a_lane_that_is_fenced_while_it_publishes_alerts_lets_nothing_be_committed(world: Any) -> None:
    """Those alerts count, as their states do; the customers' public profiles are left to the newer owner."""
    lane = world.lane(delay_s=0.2)
    tasks = await opened(world, lane)
    gate = world.hold("alerts")
    first, second = world.deliver([world.touchpoint(0)]), world.deliver([world.low_rating(1), world.low_rating(2)])
    lane.take(first)
    lane.take(second)
    await gate.reached.wait()
    world.lay([meta(2)])
    while not lane.is_fenced:  # public profiles are due
        await asyncio.sleep(0)

    gate.open()
    await lane.finish()
    await lane.views.flush()

    assert world.published["alerts"] != []
    assert world.published["views"] == []
    assert not first.is_done.is_set()
    assert not second.is_done.is_set()
    await closed(*tasks)
