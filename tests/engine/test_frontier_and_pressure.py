"""What may be committed, and how much may be in flight."""

import asyncio
import random
from types import SimpleNamespace
from typing import cast

import pytest
from faust.types import TP

from agents.batch import Record, batch_of
from app.engine.consumer import Consumer, Delivery
from app.engine.frontier import Frontier
from app.engine.pressure import Pressure

A, B = TP("a", 0), TP("b", 0)


def test_nothing_is_committed_past_a_batch_that_is_not_done() -> None:
    frontier = Frontier()
    first, second, third = (frontier.deliver(A, last) for last in (9, 19, 29))

    frontier.done(second)
    frontier.done(third)
    assert frontier.committable() == {}
    frontier.done(first)

    assert frontier.committable() == {A: 30}


def test_any_order_of_done_moves_the_frontier_to_the_first_open_batch(seed: int) -> None:
    rnd = random.Random(seed)
    frontier = Frontier()
    tickets = [frontier.deliver(A, last) for last in range(0, 100, 7)]
    done = set()
    for ticket in rnd.sample(tickets, len(tickets)):
        frontier.done(ticket)
        done.add(ticket)
        held = next((t.last_offset for t in tickets if t not in done), 105)
        before = [t.last_offset + 1 for t in tickets if t.last_offset < held]
        assert frontier.committable() == ({A: before[-1]} if before else {})


def test_an_offset_stays_committable_until_the_broker_took_it() -> None:
    frontier = Frontier()
    frontier.done(frontier.deliver(A, 9))
    told = frontier.committable()
    frontier.done(frontier.deliver(A, 19))

    frontier.committed(told)

    assert frontier.committable() == {A: 20}
    frontier.committed({A: 20})
    assert frontier.committable() == {}


def test_a_batch_of_before_a_seek_moves_nothing() -> None:
    frontier = Frontier()
    old = frontier.deliver(A, 9)
    frontier.deliver(B, 4)
    frontier.forget([A])
    new = frontier.deliver(A, 9)

    frontier.done(old)

    assert (old.forgotten, new.forgotten) == (True, False)
    assert frontier.committable() == {}
    frontier.done(new)
    assert frontier.committable() == {A: 10}


def test_a_delivery_is_current_until_its_partition_is_revoked_or_sought() -> None:
    frontier = Frontier()
    consumer = cast("Consumer", SimpleNamespace(frontier=frontier))
    batch = batch_of("a", 0, [cast("Record", SimpleNamespace(offset=9, key=b"", value=b""))])
    first, second = (Delivery(batch, frontier.deliver(A, 9), consumer) for _ in range(2))
    other = Delivery(batch, frontier.deliver(B, 9), consumer)

    first.done()
    assert all(each.is_current for each in (first, second, other))
    frontier.forget([A])

    assert (second.is_current, other.is_current) == (False, True)


def test_an_applied_delivery_lets_its_records_go_and_keeps_its_place() -> None:
    """It may wait half a minute for its public profiles: else a backlog's records take as much memory as all states."""
    frontier, pressure = Frontier(), Pressure(4)
    consumer = cast("Consumer", SimpleNamespace(frontier=frontier, pressure=pressure))
    batch = batch_of("a", 0, [cast("Record", SimpleNamespace(offset=9, key=b"k", value=b"text"))], end_offset=12)
    delivery = Delivery(batch, frontier.deliver(A, 9), consumer)

    delivery.applied()

    assert not delivery.batch.records
    left = delivery.batch
    assert (left.topic, left.partition, left.first_offset, left.last_offset, left.lag) == ("a", 0, 9, 9, 2)


@pytest.mark.parametrize(("batches", "limit_bytes", "high"), [(3, 1000, False), (2, 1000, True), (3, 200, True)])
def test_unapplied_batches_and_bytes_are_bounded(batches: int, limit_bytes: int, high: bool) -> None:
    pressure, frontier = Pressure(batches, limit_bytes), Frontier()
    first = frontier.deliver(A, 1)
    pressure.delivered(first, 100)
    pressure.delivered(frontier.deliver(B, 1), 100)
    assert pressure.is_high is high

    pressure.applied(first)

    assert not pressure.is_high
    assert (pressure.unapplied_batches, pressure.unapplied_bytes) == (1, 100)


def test_a_partition_that_stands_still_leaves_the_others_room() -> None:
    pressure, frontier = Pressure(2, 1000), Frontier()
    stuck = [frontier.deliver(A, last) for last in (1, 2)]
    for ticket in stuck:
        pressure.delivered(ticket, 600)
    assert (pressure.has_room(A), pressure.has_room(B)) == (False, True)

    moving = frontier.deliver(B, 1)
    pressure.delivered(moving, 600)
    assert not pressure.has_room(B)
    pressure.applied(moving)
    assert pressure.has_room(B)

    pressure.applied(stuck[0])
    assert pressure.has_room(A)


async def test_a_batch_of_before_a_rebalance_frees_nothing_twice() -> None:
    pressure, frontier = Pressure(1), Frontier()
    old = frontier.deliver(A, 1)
    pressure.delivered(old, 100)
    pressure.forget([A, B])
    await asyncio.wait_for(pressure.wait_freed(5), 1)
    pressure.delivered(frontier.deliver(A, 1), 50)

    pressure.applied(old)

    assert (pressure.unapplied_batches, pressure.unapplied_bytes) == (1, 50)


async def test_waiting_for_room_ends_when_a_batch_is_applied() -> None:
    pressure = Pressure(1)
    ticket = Frontier().deliver(A, 1)
    pressure.delivered(ticket, 1)
    waiting = asyncio.create_task(pressure.wait_freed(60))
    await asyncio.sleep(0)

    pressure.applied(ticket)

    await asyncio.wait_for(waiting, 1)
