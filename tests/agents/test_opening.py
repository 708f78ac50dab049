"""What an owner of a partition does before its first batch, and what it writes for the next owner."""

import asyncio
from typing import Any

import msgspec
import pytest

from agents.ports import Stop
from agents.profiles import Lane
from models.codec import META_KEY, Meta, decode_meta, encode_meta
from tests.agents.steps import closed, meta_of, opened


async def test_left_over_alerts_are_published_before_the_first_batch(world: Any) -> None:
    """The worker was killed between the changelog and the alerts."""
    before = world.lane()
    world.broken.add("alerts")
    tasks = await opened(world, before)
    before.take(world.deliver([world.low_rating(0), world.low_rating(1)]))
    with pytest.raises(Stop):
        await tasks[0]
    await closed(tasks[1])
    assert len(world.store.scan(0, b"\x02")) == 1
    world.broken.clear()
    world.journal.clear()

    after = world.lane()
    loan = world.deliver([world.touchpoint(2)])
    after.take(loan)
    tasks = [asyncio.create_task(after.run()), asyncio.create_task(after.views.run())]
    await loan.is_done.wait()

    assert world.journal[:4] == [("changelog", "sent"), ("changelog", "acked"), ("alerts", "sent"), ("alerts", "acked")]
    assert ("applied", 2) in world.journal[4:]
    assert len(world.published["alerts"]) == 1
    assert world.store.scan(0, b"\x02") == []
    await closed(*tasks)


async def test_an_opened_partition_counts_customers_and_nothing_else_that_its_changelog_holds(world: Any) -> None:
    """A meta record, a left-over alert and a record of a type that a later release writes are none."""
    before = world.lane()
    world.broken.add("alerts")
    tasks = await opened(world, before)
    before.take(world.deliver([world.low_rating(0), world.low_rating(1), world.touchpoint(2, "bob")]))
    with pytest.raises(Stop):
        await tasks[0]
    await closed(tasks[1])
    world.broken.clear()
    world.sent.clear()
    later = (b"\x07later", b"\xff")
    world.have([later])
    said: list[dict[str, Any]] = []
    outside = msgspec.structs.replace(world.outside(), say=lambda event, **keys: said.append({"": event} | keys))

    await closed(*await opened(world, Lane(0, world.rules, outside, world.books)))

    assert said == [{"": "partition_opened", "partition": 0, "epoch": 2, "customers": 2, "alerts_left_over": 1}]
    assert world.store.scan(0, b"\x07") == [later]


async def test_a_new_owner_raises_the_epoch_before_its_first_batch(world: Any) -> None:
    await closed(*await opened(world, world.lane()))
    world.sent.clear()
    await closed(*await opened(world, world.lane()))

    assert meta_of(world).epoch == 2
    assert [key for key, _ in world.sent[0]] == [META_KEY]


async def test_every_record_batch_carries_the_highest_applied_offset(world: Any) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    loan = world.deliver([world.touchpoint(4), world.record(5, b"ada", b"{")])
    lane.take(loan)
    await loan.is_done.wait()

    assert decode_meta(dict(world.sent[-1])[META_KEY]).topics[world.topic].applied == 5
    await closed(*tasks)


async def test_a_replay_does_not_lower_the_highest_applied_offset(world: Any) -> None:
    """Ten records are applied; the next owner reads the first three again."""
    lane = world.lane()
    tasks = await opened(world, lane)
    first = world.deliver([world.low_rating(offset) for offset in range(10)])
    lane.take(first)
    await first.is_done.wait()
    await closed(*tasks)
    lane = world.lane()
    world.sent.clear()
    tasks = await opened(world, lane)
    again = world.deliver([world.low_rating(offset) for offset in range(3)])
    lane.take(again)
    await again.is_done.wait()

    assert [topic.applied for topic in meta_of(world).topics.values()] == [9]
    await closed(*tasks)


@pytest.mark.parametrize(("end", "refused"), [(5, True), (6, True), (7, False)])
async def test_a_source_topic_that_ends_before_the_applied_offset_is_refused(
    world: Any, end: int, refused: bool
) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    loan = world.deliver([world.touchpoint(6)])
    lane.take(loan)
    await loan.is_done.wait()
    await closed(*tasks)
    world.ends[world.topic] = end
    world.sent.clear()

    world.written.clear()
    run = asyncio.create_task(world.lane().run())
    if refused:
        with pytest.raises(Stop, match=r"touchpoints\[0\]@6: .*`kanarya topics generation touchpoints`"):
            await asyncio.wait_for(run, 5)
    else:
        await world.written.wait()
    await closed(run)


async def test_a_new_input_topic_gets_the_next_small_id(world: Any) -> None:
    world.have([(META_KEY, encode_meta(Meta({})))])
    await closed(*await opened(world, Lane(0, world.rules, world.outside(topics=("b",)), world.books)))
    world.sent.clear()
    await closed(*await opened(world, Lane(0, world.rules, world.outside(topics=("a", "b")), world.books)))

    assert {name: topic.id for name, topic in meta_of(world).topics.items()} == {"b": 0, "a": 1}
