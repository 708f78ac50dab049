"""The seven steps of a batch: what is handed over before what, and what a failure stops."""

import asyncio
from typing import Any

import msgspec
import pytest

from agents import fold
from agents.ports import Stop
from agents.profiles import Lane
from models.codec import decode_profile, profile_key, unpack_header
from tests.agents.steps import closed, opened, turns


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
    await asyncio.wait_for(second.is_done.wait(), 5)
    state = dict(world.sent[-1])[profile_key(b"ada")]
    assert unpack_header(state).offsets == {0: 1}
    assert decode_profile("ada", state).touchpoints == 2
    assert world.books.applied == 2
    assert world.books.replayed == 0
    await closed(*tasks)


async def test_what_a_later_batch_made_of_a_customer_outlives_the_applying_of_an_earlier_one(world: Any) -> None:
    """A third batch is folded while the first is applied and the second is still on its way."""
    lane = world.lane()
    tasks = await opened(world, lane)
    first, second, third = (world.deliver([world.touchpoint(offset)]) for offset in range(3))
    held = world.hold("changelog")
    lane.take(first)
    lane.take(second)
    await held.reached.wait()
    second_held = world.hold("changelog")
    held.open()
    await second_held.reached.wait()

    lane.take(third)
    second_held.open()
    await third.is_done.wait()

    state = dict(world.sent[-1])[profile_key(b"ada")]
    assert decode_profile("ada", state).touchpoints == 3
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
        await asyncio.wait_for(tasks[0], 5)

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
            "": "records_rejected", **where, "records": 3, "since_start": {"not_json": 1, "handler_error": 2},
        },
        {
            "": "touchpoint_failed", **where, "offset": 2, "customer": "ada",
            "why": "value: the fold failed on it (RuntimeError)",
        },
    ]  # fmt: skip
    await closed(*tasks)
