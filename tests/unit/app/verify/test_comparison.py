"""The comparison tells how far it is, gives what `judge` gives, and does not outlive a run that is broken off."""

import asyncio
import threading
import time

import pytest

from app.dev.simulate.record import Record
from app.verify.comparison import compare
from app.verify.generate import Mix, generate
from app.verify.outcome import Lying, Outcome
from app.verify.plan import Size, plan
from app.verify.verdict import judge

TOPIC = "kanarya.touchpoints"
SENT_MS = 1_790_000_000_000
SOON_S = 3


@pytest.fixture(scope="module")
def fed() -> list[Record]:
    return generate(plan("comparison", 7, Size(events=400, per_second=1, hits=0)), Mix(), SENT_MS)


def lying(fed: list[Record], times: int = 1) -> Outcome:
    """The records on the topic, so many times over; nothing came of them."""
    records = enumerate(fed * times)
    return Outcome(inputs=[Lying(0, offset, each.key, each.value, {}, SENT_MS) for offset, each in records])


async def test_it_gives_the_verdict_and_tells_how_far_it_is(fed: list[Record]) -> None:
    told: list[tuple[int, int]] = []
    outcome = lying(fed)

    verdict = await compare(outcome, fed, TOPIC, lambda done, steps: told.append((done, steps)))

    assert verdict == judge(outcome, fed, TOPIC)
    assert verdict.lost > 300
    assert told == sorted(told)
    assert {steps for _, steps in told} == {400}


async def test_a_long_one_ends_soon_when_it_is_cancelled(fed: list[Record]) -> None:
    under_way = asyncio.Event()
    outcome = lying(fed, 400)  # half a minute and more
    comparing = asyncio.create_task(compare(outcome, fed, TOPIC, lambda done, _: under_way.set() if done else None))
    await under_way.wait()
    asked_s = time.monotonic()
    comparing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await comparing

    assert time.monotonic() - asked_s < SOON_S
    before = threading.active_count()
    await asyncio.get_running_loop().shutdown_default_executor()  # returns once no thread works any more
    assert threading.active_count() < before
    assert time.monotonic() - asked_s < SOON_S
