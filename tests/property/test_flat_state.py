"""A customer of nearly 180,000 touchpoints costs what one of 20,000 does: in bytes, in objects, in calls."""

import random
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
import pytest

from models.codec import decode_profile, encode_profile
from models.policy import DAY_MS
from models.policy_mapping import from_mapping
from models.profile import new_profile, observe
from models.state import Profile
from models.touchpoint import CHANNEL_CODE, Consent, Order, Preference, Score, Touchpoint
from tests.care_stream import dress
from tests.product import EPOCH

STRETCH = 1056
"""So many touchpoints go through every kind, currency, product and answer, and begin again."""
EARLY, LATE = 19 * STRETCH, 169 * STRETCH
"""Touchpoints before each measure, of 35 days, so that every window is full, and of 310 days. Between the two lie
whole days (6 stretches are 11), so that windows have as many buckets at both."""
STEP_MS = 150_000
FIRST_OFFSET = 1_000_000  # of as many bytes as the last
START_MS = 1_767_225_600_000
POLICY = from_mapping(
    {
        "segments": [
            {"name": "busy", "when": [{"field": "contacts_30d", "is": ">", "value": 100}]},
            {"name": "unhappy", "when": [{"field": "nps", "is": "<", "value": 7}]},
        ]
    }
)
_CURRENCIES = ("EUR", "USD", "TRY", "GBP", "CHF", "JPY")
_CHANNELS = ("email", "phone", "chat", "web")
_KINDS = (
    *("page_view", "message", "order_placed", "order_delivered", "case_opened", "call", "case_updated", "complaint"),
    *("survey_answered", "case_resolved", "outbound_sent", "order_refunded", "review", "acme.points", "payment_failed"),
    "page_view",
)


def life() -> Iterator[Touchpoint]:
    """Touchpoints of one customer without end, every list's kind among them, no name ever used twice."""
    number = 0
    dressed = [_dressed(_KINDS[place % len(_KINDS)], place) for place in range(STRETCH)]
    while True:
        for kind in _KINDS:
            made = Touchpoint(id=f"t{number:07d}", kind=kind, customer_id="c")
            made.at_ms = START_MS + number * STEP_MS
            made.channel_code = CHANNEL_CODE[_CHANNELS[number % 4]]
            story = number // len(_KINDS)
            if kind.startswith(("case_", "complaint", "outbound")):
                made.case_id = f"k{story:06d}"
            if kind.startswith("order_") or kind == "outbound_sent":
                currency = _CURRENCIES[story % len(_CURRENCIES)]
                made.order = Order(f"o{story:06d}", "49.90", currency, promised_at=made.at_ms + 1000)
            if kind == "survey_answered":
                made.score, made.answer_millionths = Score("nps", story % 11), story % 11 * 100_000
            if kind == "review":
                made.score, made.answer_millionths = Score("rating", 3, 1, 5), 500_000
                made.product = f"p{story % 11}"
            if kind in {"message", "complaint"}:
                made.feeling_milli = -500
            _say(made, dressed[number % STRETCH], number)
            made.offset = FIRST_OFFSET + number
            yield made
            number += 1


def _dressed(kind: str, place: int) -> dict[str, Any]:
    """What `dress` makes of a kind: identifiers, and of quiet ones a wish, a consent, a search, of some a transfer."""
    said: dict[str, Any] = {"kind": kind}
    dress(said, random.Random(place))
    return said


def _say(made: Touchpoint, said: dict[str, Any], number: int) -> None:
    """Put it into the touchpoint; every other name is one that never came before."""
    made.kind = said["kind"]
    new = f" {number:07d}" if number % 2 else ""
    if "preference" in said:
        name = said["preference"]["name"]
        made.preference = Preference(name + new if "channel" not in name else name, said["preference"]["value"])
    if "consent" in said:
        made.consent = Consent(said["consent"]["purpose"] + new, granted=said["consent"]["granted"])
    if "product" in said:
        made.product = said["product"] + new
    if "ids" in said:
        given = {name: value for name, value in said["ids"].items() if value is not None}  # as `envelope` leaves them
        made.ids = given | {"email": f"c{number:07d}@example.org", f"shop{new}": f"{number:07d}"}
    if made.kind == "case_transferred":
        made.wait_s = 900.0


def calls_of(profile: Profile, touchpoints: list[Touchpoint]) -> int:
    """How many functions are called to take them in, Python's own among them."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        for touchpoint in touchpoints:
            observe(profile, touchpoint, POLICY)
    finally:
        sys.setprofile(None)
    return calls


def objects_in(value: Any) -> int:
    """How many values hang on a value."""
    if isinstance(value, msgspec.Struct):
        return 1 + sum(objects_in(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, dict):
        return 1 + sum(objects_in(inner) for inner in value.values())
    return 1 + sum(map(objects_in, value)) if isinstance(value, list) else 1


def digits(profile: Profile, days: float) -> float:
    """Bytes by which exact sums may grow: a bit each for each half-life from the oldest to the newest touchpoint."""
    slow = 2 + len(profile.uses) // 3
    return (2 * days / 14 + slow * days / 90) / 8


@pytest.mark.slow
def test_a_long_history_costs_no_more_than_a_short_one() -> None:
    """State, live objects and the work of one touchpoint are flat, but for digits of counters and exact sums."""
    profile, touchpoints, measured = new_profile("c"), life(), []
    for upto in (EARLY, LATE):
        for touchpoint in islice(touchpoints, upto - profile.touchpoints):
            observe(profile, touchpoint, POLICY)
        calls = calls_of(profile, list(islice(touchpoints, STRETCH)))
        profile = decode_profile("c", encode_profile(profile, EPOCH))
        measured.append((len(encode_profile(profile, EPOCH)), objects_in(profile), calls))
    early, late = measured
    print("bytes, objects, calls:", early, late)
    assert late[0] <= early[0] + digits(profile, (LATE - EARLY) * STEP_MS / DAY_MS) + 16
    assert abs(late[1] - early[1]) <= 3 * len(_KINDS)
    assert late[2] <= 1.03 * early[2]
