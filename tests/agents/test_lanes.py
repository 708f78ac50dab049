"""All lanes of a worker: assignment, drain, revocation, and what stops the worker."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents.books import Books
from agents.lanes import Lanes, Placement
from agents.ports import Stop
from models.codec import META_KEY, outbox_key, pack, profile_key


def silent(*_: Any, **__: Any) -> None:
    """Logs nothing."""


class Feed:
    """What the engine delivers."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue()

    async def __aiter__(self) -> AsyncIterator[Any]:
        while True:
            yield await self.queue.get()
            self.queue.task_done()


def lane_tasks() -> list[asyncio.Task[Any]]:
    return [task for task in asyncio.all_tasks() if task.get_name().startswith("lane-")]


class Worker:
    """Lanes that run on a feed."""

    def __init__(self, world: Any, *, delay_s: float = 0.0, share: float = 1.0) -> None:
        self.world = world
        placement = Placement(lambda key, partition: key != b"astray", share, world.books, silent)
        self.lanes = Lanes(world.rules, world.outside(delay_s), placement, world.books, world.fail)
        self.feed = Feed()
        self.running = asyncio.create_task(self.lanes.run(self.feed))
        self.lanes.assign({0})

    async def deliver(self, records: Any) -> Any:
        loan = self.world.deliver(records)
        await self.hand(loan)
        return loan

    async def hand(self, loan: Any) -> None:
        """Return once the lanes have taken or refused it."""
        self.feed.queue.put_nowait(loan)
        await asyncio.wait({asyncio.create_task(self.feed.queue.join()), self.running}, return_when="FIRST_COMPLETED")

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.lanes.drain(0)


async def test_a_drain_finishes_and_publishes_what_was_taken(world: Any) -> None:
    worker = Worker(world, delay_s=60)
    loan = await worker.deliver([world.low_rating(0), world.low_rating(1)])

    assert await worker.lanes.drain(5) is True

    assert loan.is_done.is_set()
    assert len(world.published["views"]) == len(world.published["alerts"]) == 1
    await worker.stop()


async def test_what_a_drain_cannot_finish_is_never_applied_afterwards(world: Any) -> None:
    worker = Worker(world)
    await world.written.wait()
    gate = world.hold("changelog")
    loan = await worker.deliver([world.touchpoint(0)])
    await gate.reached.wait()
    (lane,) = lane_tasks()

    assert await worker.lanes.drain(0) is False
    gate.open()
    await asyncio.wait({lane}, timeout=5)

    assert lane.done()
    assert world.store.get(0, profile_key(b"ada")) is None
    assert not loan.is_done.is_set()
    assert world.books.applied == 0
    await worker.stop()


async def test_a_batch_that_arrives_after_its_partition_went_is_dropped(world: Any) -> None:
    worker = Worker(world)
    await worker.lanes.drain(5)

    loan = await worker.deliver([world.touchpoint(0)])

    assert (world.books.read, loan.is_done.is_set(), world.failures) == (0, False, [])
    await worker.stop()


async def test_a_batch_of_before_a_seek_is_dropped_though_its_partition_is_here(world: Any) -> None:
    """Taken, it would apply offsets whose predecessors are still to be read again."""
    worker = Worker(world)
    while worker.lanes.states() != {0: "open"}:  # one that is not open yet looks again when it folds what it was given
        await asyncio.sleep(0)
    sought = world.deliver([world.touchpoint(5)])
    sought.is_current = False

    await worker.hand(sought)
    again = await worker.deliver([world.touchpoint(4), world.touchpoint(5)])
    await worker.lanes.drain(5)

    assert (world.books.applied, world.books.replayed) == (2, 0)
    assert (sought.is_done.is_set(), again.is_done.is_set()) == (False, True)
    await worker.stop()


async def test_a_batch_that_is_revoked_while_public_profiles_leave_is_dropped(world: Any) -> None:
    worker = Worker(world)
    gate = world.hold("views")
    await worker.deliver([world.touchpoint(0)])
    await gate.reached.wait()
    loan = world.deliver([world.touchpoint(1)])
    handed = asyncio.create_task(worker.hand(loan))
    await asyncio.sleep(0)

    loan.is_current = False
    gate.open()
    await handed
    await worker.lanes.drain(5)

    assert (world.books.applied, loan.is_done.is_set()) == (1, False)
    await worker.stop()


async def test_a_lane_that_fails_stops_the_worker_once(world: Any) -> None:
    worker = Worker(world)
    await world.written.wait()
    world.broken.add("changelog")

    await worker.deliver([world.touchpoint(0)])
    await world.failed.wait()
    await worker.deliver([world.touchpoint(1)])

    (error,) = world.failures
    assert isinstance(error, Stop)
    assert world.journal.count(("changelog", "sent")) == 2
    await worker.stop()


async def test_an_unreadable_state_stops_the_worker_with_its_place(world: Any) -> None:
    world.have([(profile_key(b"ada"), b"\x09" + bytes(30))])
    worker = Worker(world)

    await worker.deliver([world.touchpoint(41)])

    (error,) = world.failures
    assert str(error).startswith("touchpoints[0]@41: a state in the changelog is unreadable: ")
    await worker.stop()


DAMAGED = b"\x09" + bytes(30)


def test_an_unreadable_meta_record_is_told_by_the_changelog_s_place(world: Any) -> None:
    world.have([(META_KEY, DAMAGED)])
    placement = Placement(lambda key, partition: True, 1.0, world.books, silent)
    lanes = Lanes(world.rules, world.outside(), placement, world.books, world.fail)

    with pytest.raises(Stop, match=r"^states\[0\]: a state in the changelog is unreadable: .*KANARYA_GROUP$"):
        lanes.assign({0})


async def test_an_unreadable_left_over_alert_is_told_by_the_changelog_s_place(world: Any) -> None:
    world.have([(outbox_key(0, 7, 1), DAMAGED)])
    worker = Worker(world)
    await world.failed.wait()

    (error,) = world.failures
    assert isinstance(error, Stop)
    assert str(error).startswith("states[0]: a state in the changelog is unreadable: ")
    await worker.stop()


@pytest.mark.parametrize("at_the_drain", [False, True])
async def test_an_unreadable_state_behind_a_public_profile_is_told_by_the_changelog_s_place(
    world: Any, at_the_drain: bool
) -> None:
    """Its envelope is whole, so that the replay which made it dirty did not need the rest."""
    world.have([(profile_key(b"ada"), pack(1, 0, {0: 41}, b"\xc1"))])
    worker = Worker(world, delay_s=60 if at_the_drain else 0)
    await worker.deliver([world.touchpoint(41)])
    if at_the_drain:
        await worker.lanes.drain(5)
    await world.failed.wait()

    (error,) = world.failures
    assert isinstance(error, Stop)
    assert str(error).startswith("states[0]: a state in the changelog is unreadable: profile cannot be decoded")
    await worker.stop()


@pytest.mark.parametrize("step", ["dead", "changelog", "alerts", "views"])
async def test_a_refused_write_stops_the_worker_with_the_place_of_its_batch(world: Any, step: str) -> None:
    worker = Worker(world)
    await world.written.wait()
    world.broken.add(step)

    await worker.deliver([world.low_rating(41), world.low_rating(42), world.record(43, b"ada", b"{")])
    await world.failed.wait()

    assert str(world.failures[0]) == (
        f"touchpoints[0]@41: what follows from it is not written: {step}[0]: the broker did not take it;"
        " once that is mended, a restarted worker goes on here"
    )
    await worker.stop()


async def test_two_input_topics_of_one_partition_number_go_through_one_lane(world: Any) -> None:
    topics = ("touchpoints", "orders")
    lanes = Lanes(
        world.rules,
        world.outside(topics=topics),
        Placement(lambda key, partition: True, 1.0, Books(), silent),
        world.books,
        world.fail,
    )
    feed = Feed()
    running = asyncio.create_task(lanes.run(feed))
    lanes.assign({0})
    loans = [
        world.deliver([world.touchpoint(offset, id=f"{topic}{offset}")], topic)
        for offset in range(3)
        for topic in topics
    ]
    for loan in loans:
        feed.queue.put_nowait(loan)
    await feed.queue.join()
    await lanes.drain(5)

    assert world.books.applied == 6
    assert world.books.replayed == 0
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def batch_of_keys(world: Any, *keys: bytes | None) -> Any:
    return world.deliver([world.record(offset, key, None) for offset, key in enumerate(keys)]).batch


@pytest.mark.parametrize(("astray_of_four", "stops"), [(0, False), (1, True)])
def test_misplaced_keys_above_the_share_stop_the_worker(world: Any, astray_of_four: int, stops: bool) -> None:
    placement = Placement(lambda key, partition: key != b"astray", 0.1, world.books, silent)
    keys = [b"astray"] * astray_of_four + [b"ada"] * (4 - astray_of_four)

    def sample() -> None:
        for _ in range(200):
            placement.sample(batch_of_keys(world, *keys))

    if stops:
        with pytest.raises(Stop, match=r"wrong_partitioner.*murmur2_random"):
            sample()
    else:
        sample()
        assert world.books.keys_sampled == 800


def test_a_producer_with_another_partitioner_is_met_within_its_first_batches(world: Any) -> None:
    """Three of four keys misplaced, 1 % allowed: more than 1 % of the least sample long before that is taken."""
    placement = Placement(lambda key, partition: key != b"astray", 0.01, world.books, silent)

    placement.sample(batch_of_keys(world, b"astray", b"astray", b"ada", b"astray"))
    with pytest.raises(Stop, match="wrong_partitioner: 5 of 6 sampled keys"):
        placement.sample(batch_of_keys(world, b"astray", b"astray", b"ada", b"astray"))


def test_misplaced_keys_are_counted_and_said_as_their_number_doubles(world: Any) -> None:
    """The mend is said with the first; a key never is."""
    said: list[dict[str, Any]] = []
    placement = Placement(
        lambda key, partition: key != b"astray", 1.0, world.books, lambda event, **keys: said.append({"": event} | keys)
    )

    placement.sample(batch_of_keys(world, b"ada", None))
    assert said == []
    for _ in range(25):
        placement.sample(batch_of_keys(world, b"astray", b"astray", None, b"ada"))

    assert (world.books.keys_sampled, world.books.keys_misplaced) == (76, 50)
    assert [(line["sampled"], line["misplaced"]) for line in said] == [
        (2, 1), (3, 2), (6, 4), (12, 8), (24, 16), (48, 32),
    ]  # fmt: skip
    mend = "set partitioner=murmur2_random in librdkafka producers"
    first = {"": "keys_misplaced", "topic": world.topic, "partition": 0, "sampled": 2, "misplaced": 1, "mend": mend}
    assert said[0] == first
