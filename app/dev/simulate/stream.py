"""All customers' touchpoints as one stream in time order: `app.dev.demo` feeds it, `faults` spoils it first."""

from random import Random
from typing import Final

import orjson

from app.dev.simulate.cast import STORIES
from app.dev.simulate.customer import DAY_MS, Customer
from app.dev.simulate.everyday import doing
from app.dev.simulate.record import Record

SPAN_MS: Final = 56 * DAY_MS
"""Length of the story time."""
_STORY_SHARE: Final = 0.4
"""How much of the stream the stories may take; the rest is everyday life."""
_HOT_SHARE: Final = 0.03
"""How much of the stream is one single customer: a hot key."""


def stream(seed: int, count: int, end_ms: int) -> list[Record]:
    """`count` good records of the eight weeks before `end_ms` (epoch ms), ordered by event time.

    The same arguments give the same bytes. Customers are told one by one until the stories fill their share, so a
    longer stream has more customers, not longer stories; 200,000 records have some thousands of them.
    """
    rng = Random(f"kanarya stream {seed}")
    start_ms = end_ms - SPAN_MS
    customers = [Customer(f"cus-{seed}-hot", 0, rng, start_ms, end_ms)]
    told = 0
    stories = [story for story, share in STORIES for _ in range(share)]
    while told < count * _STORY_SHARE:
        number = len(customers)
        story = rng.choice(stories)
        customer = Customer(f"cus-{seed}-{number:05d}", number, rng, start_ms, end_ms)
        story(customer)
        told += len(customer.written)
        customers.append(customer)
    _live(rng, customers, count, told)
    written = [
        (at_ms, customer.number, place, touchpoint, customer.customer_id)
        for customer in customers
        for place, (at_ms, touchpoint) in enumerate(customer.written)
    ]
    written.sort(key=lambda each: each[:3])
    # Of a stream this short that a last story or order went beyond the count, the newest have not happened yet.
    return [_record(at_ms, touchpoint, customer_id) for at_ms, _, _, touchpoint, customer_id in written[:count]]


def _live(rng: Random, customers: list[Customer], count: int, told: int) -> None:
    """Fill up with everyday life: the hot customer's share, the rest unevenly over those who are not silent."""
    hot = customers[0]
    while len(hot.written) < count * _HOT_SHARE:
        doing(rng)(hot, hot.some_day())
    told += len(hot.written)
    alive = [customer for customer in customers[1:] if len(customer.written) > 2] or customers
    weights = [rng.lognormvariate(0, 1) for _ in alive]
    while told < count:
        for customer in rng.choices(alive, weights, k=min(1000, count - told)):
            before = len(customer.written)
            doing(rng)(customer, customer.some_day())
            told += len(customer.written) - before


def _record(at_ms: int, touchpoint: dict[str, object], customer_id: str) -> Record:
    """Plain JSON under the customer's key."""
    identity = f"{touchpoint['source']}/{touchpoint['id']}"
    return Record(customer_id.encode(), orjson.dumps(touchpoint), (), "good", customer_id, identity, at_ms)
