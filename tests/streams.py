"""Small streams of records that look for trouble: thresholds, ties, late news, retries, long silences.

`stream` is a pure function of its seed, and the first n records of a longer stream are the stream of n records:
Hypothesis draws `SEEDS` and a number of events, prints both, and shrinks a failure to its shortest beginning. The
oracle and the product are compared over these.
"""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.care_stream import dress
from tests.spoil import spoilt

Record = dict[str, Any]

START_MS = 1_751_328_000_000
"""2025-07-01T00:00:00Z."""
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SEEDS = st.integers(0, 2**32)

TEXTS: dict[str, int | None] = {
    "thank you, all good": 750,
    "fine": 250,
    "the parcel came": 0,
    "still waiting": -399,
    "this is bad": -400,
    "never again": -1000,
    "0123": None,
}
"""Text -> its sentiment in thousandths, None where it holds no evidence; `stream` says nothing else."""

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
_CHANNELS = ["email", "phone", "chat", "in_store", "web", "app", "pigeon"]
_SCALES: list[dict[str, Any]] = [
    {"metric": "csat"},
    {"metric": "csat", "min": 0, "max": 10},
    {"metric": "csat", "min": 1, "max": 3, "direction": "down"},
    {"metric": "nps"},
    {"metric": "nps", "min": 0, "max": 10, "direction": "down"},
    {"metric": "ces", "min": 1, "max": 7},
    {"metric": "ces", "min": 1, "max": 5, "direction": "down"},
    {"metric": "rating", "min": 1, "max": 10},
    {"metric": "rating", "min": -2, "max": 2},
    {"metric": "rating", "min": 0, "max": 1},
]
_SENTIMENTS = [-1, -0.75, -0.4, -0.401, -0.399, 0, 0.1, 0.4, 0.75, 1]
_QUIET = ["page_view", "help_view", "usage_reported", "acme.points_earned", "agent_note", "outbound_sent", "identified"]
_TALK = ["message", "call", "visit", "review", "message", "call"]
_CASE = ["case_opened", "case_updated", "case_resolved", "case_reopened", "case_closed", "case_resolved", "complaint"]
_MONEY = ["order_placed", "order_placed", "order_refunded", "payment_failed", "subscription_started", "order_cancelled"]
_MONEY += ["order_placed", "order_delivered"]
_AMOUNTS = [
    "49.90",
    49.9,
    20,
    "0.1",
    0.1,
    "7",
    "+7.000",
    "-3.5",
    1e-7,
    1e16,
    "1e3",
    "12,50",
    "",
    "9" * 15 + ".999999999",
]
_CURRENCIES = ["EUR", "EUR", "eur", "USD", "TRY", "GBP", "CHF", "", "dollars US", None]


class Mood:
    """How one customer tends to behave: which kinds, how answers lie on their scale, how time goes by."""

    def __init__(self, rng: random.Random) -> None:
        self.weights = [
            rng.choice(weights) for weights in ([2, 4], [0, 2], [0, 0, 0.5, 4], [0, 1, 6], [0, 2], [0, 1, 4])
        ]
        """Of quiet kinds, talk, complaints, case events, money, answers."""
        self.low = rng.choice([0.0, 0.1, 0.5, 0.9])
        """Chance that an answer stands in the lower half."""
        self.pace: list[float] = rng.choice([[1, 0, 0, 0], [8, 1, 0, 0], [8, 3, 1, 0], [3, 4, 2, 0.1], [1, 3, 3, 1]])

        """Weights of small steps, steps of days, of weeks, silences."""
        self.cases = [f"case-{number}" for number in range(rng.choice([1, 3, 40]))]
        self.in_case = rng.choice([0.1, 0.7])
        self.orders = rng.choice([1, 4, 40])
        self.channels = rng.sample(_CHANNELS, rng.choice([1, 2, 4, 7]))


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
        "time": _written(rng, at_ms),
        "channel": rng.choice(customer.mood.channels),
    }
    if rng.random() < 0.3:
        touchpoint["source"] = rng.choice(["", "crm", "shop"])
    _what(rng, customer.mood, touchpoint)
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


def _written(rng: random.Random, at_ms: int) -> int | str:
    """A time as producers write it: whole ms, or RFC 3339 with some offset and more digits than count."""
    if rng.random() < 0.7:
        return at_ms
    zone = rng.choice([UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=5, minutes=30))])
    moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(zone)
    text = moment.isoformat(timespec="milliseconds")
    if rng.random() < 0.3:
        text = text[:23] + rng.choice(["4", "9", "999"]) + text[23:]
    return text.replace("+00:00", "Z") if rng.random() < 0.5 else text


def _what(rng: random.Random, mood: Mood, touchpoint: dict[str, Any]) -> None:
    """Fill in the kind and what comes with it."""
    (kinds,) = rng.choices([_QUIET, _TALK, ["complaint"], _CASE, _MONEY, ["survey_answered"]], mood.weights)
    kind = touchpoint["kind"] = rng.choice(kinds)
    if kind.startswith("case_") or rng.random() < mood.in_case:
        touchpoint["case_id"] = rng.choice(mood.cases)
        if kind.startswith("case_") and rng.random() < 0.05:
            del touchpoint["case_id"]
    if rng.random() < 0.3:
        touchpoint["issue"] = rng.choice(["delivery", "bill"])
    if rng.random() < 0.4:
        touchpoint["product"] = rng.choice(["lamp", "door", "kapı"])
    if kind == "survey_answered" or rng.random() < 0.05:
        touchpoint["score"] = _score(rng, mood)
        if rng.random() < 0.05:
            touchpoint["kind"] = rng.choice(["survey_offered", "survey_declined", "review"])
    if kind in ("message", "call", "review", "complaint", "agent_note") and rng.random() < 0.5:
        touchpoint["text"] = rng.choice(list(TEXTS))
    if rng.random() < 0.1:
        touchpoint["sentiment"] = rng.choice(_SENTIMENTS)
    if kind == "call" or rng.random() < 0.05:
        touchpoint["wait_s"] = rng.choice([0, 0.5, 30, 599.9, 600, 1200])
        if rng.random() < 0.5:
            touchpoint["duration_s"] = rng.choice([0, 0, 60])
    if kind.startswith("subscription") or rng.random() < 0.02:
        started_ms = START_MS + rng.choice([-400, -350, -30, 0, 20]) * DAY
        touchpoint["subscription"] = {"plan": "plus"} | (
            {"started_at": _written(rng, started_ms)} if rng.random() < 0.5 else {}
        )
    if (kind.startswith("order_") and rng.random() < 0.8) or rng.random() < 0.08:
        touchpoint["order"] = _order(rng, mood)
    if rng.random() < 0.05:
        touchpoint["attributes"] = {"colour": "sarı", "n": 3}
        touchpoint["not_in_the_contract"] = [1, 2]


def _order(rng: random.Random, mood: Mood) -> dict[str, Any]:
    """What is told of an order: now its name, now its price, now a promise."""
    order: dict[str, Any] = {}
    if rng.random() < 0.9:
        order["id"] = f"o{rng.randrange(mood.orders)}"
    if rng.random() < 0.7:
        order |= {"value": rng.choice(_AMOUNTS), "currency": rng.choice(_CURRENCIES)}
    if rng.random() < 0.5:
        order["promised_at"] = _written(rng, START_MS + rng.randrange(200) * DAY)
    return order


def _score(rng: random.Random, mood: Mood) -> dict[str, Any]:
    """An answer, often on an end of its scale or on a threshold."""
    score = dict(rng.choice(_SCALES))
    low, high = (
        score.get("min", 0 if score["metric"] == "nps" else 1),
        score.get("max", 10 if score["metric"] == "nps" else 5),
    )
    share = (
        rng.choice([0, 0, 0.25, 0.25, 1 / 3, 0.4])
        if rng.random() < mood.low
        else rng.choice([1, 1, 0.75, 0.6, 2 / 3, 0.9])
    )
    if score.get("direction") == "down":
        share = 1 - share
    value = low + share * (high - low)
    if score["metric"] == "nps" or rng.random() < 0.5:
        value = round(value)
    return score | {"value": min(max(value, low), high)}
