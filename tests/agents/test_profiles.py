"""The seven steps of a batch: what is handed over before what, and what a failure stops."""

import asyncio
from typing import Any

import msgspec
import pytest

from agents import fold
from agents.ports import Stop
from agents.profiles import Lane
from models.codec import META_KEY, Meta, decode_meta, encode_meta, profile_key, unpack_header


async def opened(world: Any, lane: Lane) -> list["asyncio.Task[None]"]:
    """The lane's tasks, once it has opened; what the opening did is taken off the journal."""
    world.written.clear()
    tasks = [asyncio.create_task(lane.run()), asyncio.create_task(lane.views.run())]
    await world.written.wait()
    world.journal.clear()
    return tasks


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


async def test_the_steps_come_in_order(world: Any) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    loan = world.deliver([world.low_rating(0), world.record(1, b"ada", b"{"), world.low_rating(2)])

    lane.take(loan)
    await loan.is_done.wait()

    assert world.journal == [
        ("dead", "sent"), ("dead", "acked"),
        ("changelog", "sent"), ("changelog", "acked"),
        ("applied", 0),
        ("alerts", "sent"), ("alerts", "acked"),
        ("views", "sent"), ("views", "acked"),
        ("done", 0),
    ]  # fmt: skip
    await closed(*tasks)


@pytest.mark.parametrize("step", ["dead", "changelog", "alerts", "views"])
async def test_nothing_of_a_later_step_happens_before_the_acknowledgement(world: Any, step: str) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    gate = world.hold(step)
    loan = world.deliver([world.low_rating(0), world.record(1, b"ada", b"{"), world.low_rating(2)])

    lane.take(loan)
    await gate.reached.wait()
    await turns()

    assert world.journal[-1] == (step, "sent")
    gate.open()
    await loan.is_done.wait()
    await closed(*tasks)


async def test_a_batch_is_folded_on_the_unacknowledged_one_but_sent_after_its_acknowledgement(world: Any) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    gate = world.hold("changelog")
    first, second = world.deliver([world.touchpoint(0)]), world.deliver([world.touchpoint(1), world.touchpoint(1)])

    lane.take(first)
    lane.take(second)
    await gate.reached.wait()
    await turns()

    assert world.journal.count(("changelog", "sent")) == 1
    gate.open()
    await second.is_done.wait()
    state = dict(world.sent[-1])[profile_key(b"ada")]
    assert unpack_header(state).offsets == {0: 1}
    assert world.books.applied == 2
    assert world.books.replayed == 0
    await closed(*tasks)


@pytest.mark.parametrize("step", ["dead", "changelog", "alerts"])
async def test_after_a_failed_send_nothing_more_is_sent(world: Any, step: str) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    world.broken.add(step)

    for offset in range(0, 9, 3):
        bad = world.record(offset + 2, b"ada", b"{")
        lane.take(world.deliver([world.low_rating(offset), world.low_rating(offset + 1), bad]))
    with pytest.raises(Stop):
        await tasks[0]

    assert world.journal[-1] == (step, "sent")
    assert not any(entry[0] == "done" for entry in world.journal)
    await closed(tasks[1])


async def test_tombstones_ride_in_the_next_record_batch(world: Any) -> None:
    lane = world.lane()
    tasks = await opened(world, lane)
    loan = world.deliver([world.low_rating(0), world.low_rating(1)])
    lane.take(loan)
    await loan.is_done.wait()
    entries = [key for key, value in world.sent[-1] if key[:1] == b"\x02" and value is not None]
    assert len(entries) == len(world.published["alerts"]) == 1

    later = world.deliver([world.touchpoint(2)])
    lane.take(later)
    await later.is_done.wait()

    assert [key for key, value in world.sent[-1] if value is None] == entries
    assert world.store.scan(0, b"\x02") == []
    await closed(*tasks)


async def test_a_finished_lane_leaves_no_outbox_entry(world: Any) -> None:
    lane = world.lane(delay_s=60)
    tasks = await opened(world, lane)
    loan = world.deliver([world.low_rating(0), world.low_rating(1)])
    lane.take(loan)

    await lane.finish()

    assert loan.is_done.is_set()
    assert world.store.scan(0, b"\x02") == []
    assert len(world.published["views"]) == 1
    await closed(*tasks)


async def test_a_batch_whose_alerts_of_one_customer_exceed_a_record_batch_is_cut(world: Any) -> None:
    """The pieces are written one after the other, and the batch is done with the last."""
    records = [make(offset) for offset in range(24) for make in [(world.low_rating if offset % 4 else relieved(world))]]
    whole = world.lane()
    tasks = await opened(world, whole)
    loan = world.deliver(records)
    whole.take(loan)
    await loan.is_done.wait()
    await closed(*tasks)
    expected = [record.value for record in world.published["alerts"]]
    assert len(expected) > 2

    small = type(world)()
    lane = Lane(0, small.rules, msgspec.structs.replace(small.outside(), group_bytes=6000), small.books)
    tasks = await opened(small, lane)
    loan = small.deliver(records)
    lane.take(loan)
    await loan.is_done.wait()

    assert [record.value for record in small.published["alerts"]] == expected
    assert small.journal.count(("changelog", "sent")) > 1
    assert [entry for entry in small.journal if entry[0] in {"applied", "done"}] == [("applied", 0), ("done", 0)]
    assert small.journal[-1] == ("done", 0)
    assert dict(small.store.scan(0, b"\x01")) == dict(world.store.scan(0, b"\x01"))
    assert (small.books.read, small.books.applied) == (24, world.books.applied)
    await closed(*tasks)


def relieved(world: Any) -> Any:
    def answer(offset: int) -> Any:
        score = {"metric": "csat", "value": 5}
        return world.touchpoint(
            offset, kind="survey_answered", score=score, time=1_760_000_000_000 + offset * 9 * 86_400_000
        )

    return answer


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

    assert world.journal[:4] == [("alerts", "sent"), ("alerts", "acked"), ("changelog", "sent"), ("changelog", "acked")]
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
    world.store.apply(0, [later], 9)
    said: list[dict[str, Any]] = []
    outside = msgspec.structs.replace(world.outside(), say=lambda event, **keys: said.append({"": event} | keys))

    await closed(*await opened(world, Lane(0, world.rules, outside, world.books)))

    assert said == [{"": "partition_opened", "partition": 0, "epoch": 2, "customers": 2, "alerts_left_over": 1}]
    assert world.store.scan(0, b"\x07") == [later]


async def test_rejected_records_are_said_by_reason_once_they_are_dead_letters(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(profile: Any, touchpoint: Any, *rest: Any) -> Any:
        raise RuntimeError("a failure of the test's own, about ada")

    lane = world.lane()
    tasks = await opened(world, lane)
    good = world.deliver([world.touchpoint(0)])
    lane.take(good)
    await good.is_done.wait()
    assert world.warned == []

    monkeypatch.setattr(fold, "observe", faulty)
    loan = world.deliver([world.record(1, b"ada", b"{"), world.touchpoint(2), world.touchpoint(3, "bea")])
    lane.take(loan)
    await loan.is_done.wait()

    where = {"topic": world.topic, "partition": 0}
    assert world.warned == [
        {
            "": "records_rejected", **where, "records": 3, "reasons": {"not_json": 1, "handler_error": 2},
            "since_start": 3,
        },
        {
            "": "touchpoint_failed", **where, "offset": 2, "customer": "ada",
            "why": "value: the fold failed on it (RuntimeError)",
        },
    ]  # fmt: skip
    await closed(*tasks)


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
            await run
    else:
        await world.written.wait()
    await closed(run)


async def test_a_new_input_topic_gets_the_next_small_id(world: Any) -> None:
    world.store.apply(0, [(META_KEY, encode_meta(Meta({})))], 0)
    await closed(*await opened(world, Lane(0, world.rules, world.outside(topics=("b",)), world.books)))
    world.sent.clear()
    await closed(*await opened(world, Lane(0, world.rules, world.outside(topics=("a", "b")), world.books)))

    assert {name: topic.id for name, topic in meta_of(world).topics.items()} == {"b": 0, "a": 1}
