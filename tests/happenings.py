"""What happens to the customers of `tests.streams`: kinds, answers, orders, texts, by the mood of each."""

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from app.verify.reference.touchpoints import signals

START_MS = 1_751_328_000_000
"""2025-07-01T00:00:00Z."""
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TEXTS: dict[str, int | None] = {
    "thank you, all good": 750,
    "fine": 250,
    "the parcel came": 0,
    "still waiting": -399,
    "this is bad": -400,
    "never again": -1000,
    "0123": None,
    "a person please": None,
    "my lawyer will write": -300,
    "others are cheaper": 0,
    "a fair price": 300,
    "too dear": -1,
    "I cancel": -399,
}
"""Text -> its sentiment in thousandths, None where it holds no evidence; nothing else is said."""

SIGNALS: dict[str, tuple[str, ...]] = {
    "a person please": ("human_wanted",),
    "my lawyer will write": ("legal", "escalate"),
    "others are cheaper": ("competitor", "price"),
    "a fair price": ("price",),
    "too dear": ("price",),
    "I cancel": ("cancel", "refund"),
    "never again": ("competitor", "cancel", "legal", "human_wanted"),
}
"""Text -> what it tells beside its sentiment; the other texts tell nothing."""


def read_signals(touch: dict[str, Any]) -> tuple[str, ...]:
    """The signals of a touchpoint as the oracle has it."""
    told: tuple[str, ...] = signals(touch, lambda text: SIGNALS.get(text, ()))
    return told


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


def written(rng: random.Random, at_ms: int) -> int | str:
    """A time as producers write it: whole ms, or RFC 3339 with some offset and more digits than count."""
    if rng.random() < 0.7:
        return at_ms
    zone = rng.choice([UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=5, minutes=30))])
    moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(zone)
    text = moment.isoformat(timespec="milliseconds")
    if rng.random() < 0.3:
        text = text[:23] + rng.choice(["4", "9", "999"]) + text[23:]
    return text.replace("+00:00", "Z") if rng.random() < 0.5 else text


def happen(rng: random.Random, mood: Mood, touchpoint: dict[str, Any]) -> None:
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
            {"started_at": written(rng, started_ms)} if rng.random() < 0.5 else {}
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
        order["promised_at"] = written(rng, START_MS + rng.randrange(200) * DAY)
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
