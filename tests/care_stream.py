"""Touchpoints that tell of channels, effort, wishes, consents and other names, among those of `tests.streams`.

`stream` calls `dress` for each new touchpoint with random choices of its own, so that the other fields stay what
their seed makes them. `care_stream` is one customer of whom there is nothing else.
"""

import json
import random
from typing import Any

from app.verify.reference.identifiers import PHONES

_CHANNELS = ["email", "phone", "chat", "sms", "social", "web", "app", "in_store", "order", "mail", "pigeon"]
_KINDS = ["message", "call", "visit", "complaint", "case_opened", "case_transferred", "case_reopened", "case_closed"]
_KINDS += ["order_placed", "order_cancelled", "page_view", "search", "survey_answered"]
_NAMES = ["channel", "channel", "channel.dispute", "channel.info", "interest.lamp", "interest.issue 3", "seat", "çay"]
_VALUES = ["phone", "chat", "pigeon", "aisle", True, False, 3, 0.5, None, ["a"], {"b": 1}, "x" * 257, "ü" * 256, 2**63]
_EMAILS = ["ada@Example.org", " ada@example.ORG ", "Ada@example.org", "no address", "@e.org", "a b@c.d", "", "ü@Ö.de"]
_WISHES = ["acme.wishlist_added", "wishlist.removed", "b.wishlist_removed"]


def dress(touchpoint: dict[str, Any], rng: random.Random) -> None:
    """Let some quiet touchpoints say something, and some others hold identifiers."""
    share = rng.random()
    if touchpoint["kind"] in ("page_view", "usage_reported", "acme.points_earned", "identified") and share < 0.6:
        _say(touchpoint, rng)
    elif touchpoint["kind"] == "case_updated" and share < 0.6:
        touchpoint["kind"] = "case_transferred"
    if rng.random() < 0.15:
        touchpoint["ids"] = _ids(rng)


def _say(touchpoint: dict[str, Any], rng: random.Random) -> None:
    kind = touchpoint["kind"] = rng.choice(["preference_set", "consent_changed", "search", *_WISHES])
    if kind == "preference_set" and rng.random() < 0.9:
        name = rng.choice(_NAMES) if rng.random() < 0.7 else f"wish {rng.randrange(40)}"
        touchpoint["preference"] = {"name": name, "value": rng.choice(_VALUES)}
    elif kind == "consent_changed" and rng.random() < 0.9:
        purpose = rng.choice(["mail", "calls", f"purpose {rng.randrange(40)}"])
        touchpoint["consent"] = {"purpose": purpose, "granted": rng.random() < 0.5}
    elif rng.random() < 0.5:
        touchpoint["product"] = rng.choice(["lamp", "door", f"thing {rng.randrange(30)}"])


def _ids(rng: random.Random) -> dict[str, Any]:
    ids: dict[str, Any] = {}
    if rng.random() < 0.5:
        ids["phone"] = rng.choice(list(PHONES))
    if rng.random() < 0.5:
        ids["email"] = rng.choice([*_EMAILS, f"c{rng.randrange(20)}@example.org"])
    if rng.random() < 0.3:
        ids[rng.choice(["anonymous", f"shop {rng.randrange(20)}"])] = rng.choice(["7", " 8 ", None, "y" * 257])
    return ids


def care_stream(seed: int, events: int, step_ms: int = 7_200_000) -> list[dict[str, Any]]:
    """Records of one customer, each of them about channels, effort, wishes, consents or other names.

    Args:
        step_ms: the customer's clock moves by up to twice as much from one to the next, and now and then stands still.
    """
    rng = random.Random(seed)
    at_ms, records = 1_751_328_000_000, []
    for number in range(events):
        at_ms += rng.choice([0, rng.randrange(2 * step_ms)])
        told: dict[str, Any] = {"id": f"e{number}", "channel": rng.choice(_CHANNELS)}
        told["time"] = at_ms - rng.choice([0, 0, 0, rng.randrange(40 * 86_400_000)])
        told["kind"] = rng.choice(_KINDS)
        if rng.random() < 0.5:
            _say(told, rng)
        if told["kind"] == "survey_answered":
            told["score"] = {"metric": "ces", "value": rng.randint(1, 7), "min": 1, "max": 7}
        if rng.random() < 0.5:
            told["case_id"] = f"case-{rng.randrange(60)}"
        if rng.random() < 0.3:
            told["issue"] = f"issue {rng.randrange(8)}"
        if rng.random() < 0.3:
            told["wait_s"] = rng.choice([0, 12.5, 600, 1e300])
        if rng.random() < 0.5:
            told["ids"] = _ids(rng) | {f"kind {rng.randrange(1000)}": f"{rng.randrange(10**9)}"}
        records.append(
            {"topic": "kanarya.touchpoints", "partition": 0, "offset": number, "key": b"c", "headers": []}
            | {"value": json.dumps(told).encode(), "timestamp_ms": at_ms}
        )
    return records
