"""Small streams of records that look for trouble: thresholds, ties, late news, retries, long silences.

`stream` is a pure function of its seed, and the first n records of a longer stream are the stream of n records:
Hypothesis draws `SEEDS` and a number of events, prints both, and shrinks a failure to its shortest beginning. The
oracle and the product are compared over these.
"""

import json
import random
from typing import Any

from hypothesis import strategies as st

from tests.care_stream import dress
from tests.happenings import DAY, HOUR, MINUTE, START_MS, Mood, happen, written
from tests.spoil import spoilt

Record = dict[str, Any]

SEEDS = st.integers(0, 2**32)

_SMALL_STEPS = [0, 0, 1, 999, MINUTE, 5 * MINUTE, 5 * MINUTE - 1, 20 * MINUTE, HOUR, HOUR - 1, 3 * HOUR]
_STEPS = [12 * HOUR, DAY - 1, DAY, DAY + 1, 2 * DAY, 3 * DAY - 1, 3 * DAY, 6 * DAY, 7 * DAY, 7 * DAY + 1]
_LONG_STEPS = [12 * DAY, 14 * DAY, 14 * DAY + 1, 24 * DAY, 30 * DAY - 1, 30 * DAY, 45 * DAY, 48 * DAY, 90 * DAY]
_SILENCES = [180 * DAY - 1, 180 * DAY, 200 * DAY, 400 * DAY]
_SPANS = [HOUR, DAY, 3 * DAY, 6 * DAY, 7 * DAY, 12 * DAY, 14 * DAY, 24 * DAY, 30 * DAY, 180 * DAY]
_LAGS = [
    1,
    MINUTE,
    5 * MINUTE,
    HOUR,
    12 * HOUR,
    DAY,
    DAY + 1,
    3 * DAY,
    7 * DAY,
    29 * DAY,
    30 * DAY,
    31 * DAY,
    200 * DAY,
]


class Customer:
    """What the generator remembers of a customer: their clock and everything sent for them."""

    def __init__(self, customer_id: str, rng: random.Random) -> None:
        self.id = customer_id
        self.mood = Mood(rng)
        self.clock_ms = START_MS + rng.randrange(40) * DAY + rng.choice([0, 1, DAY - 1, 9 * HOUR])
        self.sent: list[dict[str, Any]] = []
        self.times_ms: list[int] = []
        """Event times of what was sent."""


def stream(
    seed: int,
    events: int = 60,
    *,
    customers: int | None = None,
    bad: float = 0.0,
    retries: float = 0.08,
    late: float = 0.15,
    topics: tuple[str, ...] = ("kanarya.touchpoints",),
    partition: int = 0,
) -> list[Record]:
    """Records of one partition in the order they are processed.

    Args:
        seed: decides everything.
        events: how many records.
        customers: how many customers take turns; None for one to four.
        bad: chance of a record that must be rejected, null values among them.
        retries: chance of an id sent again: lately or long ago, as it was or with another time.
        late: chance of an event time behind the customer's clock.
        topics: input topics, each with offsets of its own.
        partition: number they all share.
    """
    rng = random.Random(seed)
    names = [rng.choice(["c", "müşteri-", "anon:"]) + str(number) for number in range(customers or rng.randint(1, 4))]
    people = [Customer(name, rng) for name in names]
    offsets = dict.fromkeys(topics, rng.choice([0, 5]))
    records = []
    sent_ms = START_MS
    for number in range(events):
        customer = rng.choice(people)
        touchpoint = _touchpoint(rng, customer, number, retries, late)
        if touchpoint["id"] == f"e{number}":
            dress(touchpoint, random.Random(f"{seed} {number}"))
        sent_ms = max(sent_ms, customer.clock_ms) + rng.randrange(1000)
        key: bytes | None = customer.id.encode()
        value: bytes | None = json.dumps(touchpoint, ensure_ascii=rng.random() < 0.5).encode()
        if rng.random() < bad:
            key, value = spoilt(rng, customer.id, dict(touchpoint), sent_ms)
        else:
            customer.sent.append(touchpoint)
        topic = rng.choice(topics)
        records.append(
            {
                "topic": topic,
                "partition": partition,
                "offset": offsets[topic],
                "key": key,
                "value": value,
                "headers": [],
                "timestamp_ms": sent_ms,
            }
        )
        offsets[topic] += rng.choice([1, 1, 1, 2])
    return records


def _touchpoint(rng: random.Random, customer: Customer, number: int, retries: float, late: float) -> dict[str, Any]:
    """The next thing that is sent for a customer; moves the customer's clock."""
    if customer.sent and rng.random() < retries:
        return _again(rng, customer)
    at_ms = _next_time(rng, customer, late)
    touchpoint: dict[str, Any] = {
        "id": f"e{number}",
        "time": written(rng, at_ms),
        "channel": rng.choice(customer.mood.channels),
    }
    if rng.random() < 0.3:
        touchpoint["source"] = rng.choice(["", "crm", "shop"])
    happen(rng, customer.mood, touchpoint)
    if rng.random() < 0.1:
        touchpoint["actor"] = rng.choice(["human", "bot", "system", "customer"])
    if rng.random() < 0.1 or touchpoint["kind"] == "outbound_sent":
        touchpoint["direction"] = rng.choice(["inbound", "outbound", "outbound"])
    return touchpoint


def _again(rng: random.Random, customer: Customer) -> dict[str, Any]:
    """A retry: of something recent or of anything, sometimes with another time."""
    reach = min(rng.choice([3, 20, 63, 64, 65, len(customer.sent)]), len(customer.sent))
    touchpoint = dict(customer.sent[-reach] if rng.random() < 0.5 else rng.choice(customer.sent[-reach:]))
    if rng.random() < 0.2:
        touchpoint["time"] = customer.clock_ms
    return touchpoint


def _next_time(rng: random.Random, customer: Customer, late: float) -> int:
    """An event time: ahead, behind, equal to an earlier one, or a telling span of time after an earlier one."""
    if customer.times_ms and rng.random() < late:
        lag = customer.clock_ms - rng.choice(_LAGS)
        at_ms = max(lag, START_MS - 500 * DAY) if rng.random() < 0.7 else rng.choice(customer.times_ms)
    else:
        (steps,) = rng.choices([_SMALL_STEPS, _STEPS, _LONG_STEPS, _SILENCES], customer.mood.pace)
        at_ms = customer.clock_ms + rng.choice(steps)
        form = rng.random()
        if form < 0.2:
            width_ms = rng.choice([5 * MINUTE, HOUR, DAY])
            at_ms += -at_ms % width_ms - rng.choice([0, 1])
        elif form < 0.3 and customer.times_ms:
            aimed_ms = rng.choice(customer.times_ms) + rng.choice(_SPANS) + rng.choice([-1, 0, 0, 1])
            at_ms = aimed_ms if 0 <= aimed_ms - customer.clock_ms < 31 * DAY else at_ms
    customer.clock_ms = max(customer.clock_ms, at_ms)
    customer.times_ms.append(at_ms)
    return at_ms
