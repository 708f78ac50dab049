"""The feed keeps its rate, and waits for a fault that takes long."""

import asyncio
import time
from typing import Any

from app.dev.simulate.record import Record
from app.verify.feed import Feed

RECORDS = [Record(b"%d" % number, b"{}", (), "good", str(number), str(number), 0) for number in range(100)]


class Acknowledging:
    """Stands for the broker: acknowledges at once, with offsets of its own for each partition."""

    def __init__(self) -> None:
        self.ends = [0, 0]

    async def send(self, topic: str, value: bytes, *, partition: int, **_: Any) -> "asyncio.Future[Any]":
        sent: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        sent.set_result(type("Written", (), {"offset": self.ends[partition]}))
        self.ends[partition] += 1
        return sent

    async def flush(self) -> None:
        await asyncio.sleep(0)


async def test_it_stands_at_a_gate_until_somebody_waits_for_its_place() -> None:
    feed = Feed(Acknowledging(), "touchpoints", 2)
    async with asyncio.timeout(10):
        feeding = asyncio.create_task(feed.run(RECORDS, 10_000, gates=(30, 60)))
        await feed.reached(20)
        while feed.fed < 30:
            await asyncio.sleep(0)
        for _ in range(5):  # turns of the feed, in which it could go on
            await asyncio.sleep(0.03)
        stood = feed.fed
        await feed.reached(40)
        await feed.reached(100)
        await feeding

    assert stood == 30
    assert feed.records == RECORDS
    assert sum(feed.ends.values()) == 100


async def test_the_rate_is_never_exceeded_to_make_up_for_a_hold() -> None:
    feed = Feed(Acknowledging(), "touchpoints", 2)
    async with asyncio.timeout(10):
        feeding = asyncio.create_task(feed.run(RECORDS, 200))
        await feed.reached(20)
        feed.hold()
        await asyncio.sleep(0.3)  # what a hold of 60 records' time could make up for
        held, from_s = feed.fed, time.monotonic()
        feed.go_on()
        await feeding
        took_s = time.monotonic() - from_s

    assert held < 60
    assert took_s > (100 - held) / 200 * 0.9


async def test_waiting_for_more_than_there_is_ends_with_the_feed() -> None:
    feed = Feed(Acknowledging(), "touchpoints", 2)
    async with asyncio.timeout(10):
        await asyncio.gather(feed.run(RECORDS, 10_000), feed.reached(1000))

    assert feed.fed == 100
