"""How to care for the customer, from everything that happened: channels, effort, wishes, consents, other names.

`profile` puts these parts into the public profile. Numbers are fractions until they are shown. Channels are counted
over all touchpoints; effort and observed interests come from the kept facts.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.verify.reference.decay import total_at
from app.verify.reference.facts import Lists, ascending, interest_of, newest_of_each
from app.verify.reference.touchpoints import (
    CHANNELS,
    Touch,
    from_customer,
    is_dissatisfied,
    order_key,
    reference,
    rfc3339,
)
from app.verify.reference.windows import four, on_scale

DAY_MS = 24 * 60 * 60 * 1000
CHANNEL_HALF_LIFE_MS = 90 * DAY_MS
EFFORT_HALF_LIFE_DAYS = 30
INTEREST_HALF_LIFE_DAYS = 30
WINDOW_MS = 7 * DAY_MS
STATEMENTS = 16
PURPOSE = {
    "info": ["message", "call", "visit"],
    "purchase": ["order_placed", "order_cancelled"],
    "dispute": ["complaint", "case_opened", "case_reopened"],
}
POINTS = {"repeats": 5, "switches": 5, "transfers": 10, "reopens": 15, "long_waits": 5, "hard": 20}


def uses(touches: list[Touch], purpose: str) -> dict[str, list[Touch]]:
    """Channel -> the times the customer came by it for this purpose, channels by name."""
    came = [touch for touch in touches if from_customer(touch) and touch["kind"] in PURPOSE[purpose]]
    channels = sorted({touch["channel"] for touch in came})
    return {channel: [touch for touch in came if touch["channel"] == channel] for channel in channels}


def recent(came: list[Touch], at_ms: int) -> Fraction:
    """The decayed count; the UTC day of a use, and of the time it is read at, stands for its time."""
    days = [(touch["at_ms"] // DAY_MS * DAY_MS, 1) for touch in came]
    return total_at(days, CHANNEL_HALF_LIFE_MS, at_ms // DAY_MS * DAY_MS)


def channel_use(touches: list[Touch], at_ms: int) -> dict[str, dict[str, Any]]:
    """Purpose -> channel -> {n, recent}."""
    found = {}
    for purpose in PURPOSE:
        by_channel = uses(touches, purpose)
        if by_channel:
            found[purpose] = {
                channel: {"n": len(came), "recent": four(recent(came, at_ms))} for channel, came in by_channel.items()
            }
    return found


def stated_channel(touches: list[Touch], name: str) -> str | None:
    """The channel a preference names, if it is in force and names one."""
    for preference in preferences(touches):
        if preference["name"] == name and preference["value"] in CHANNELS.split():
            channel: str = preference["value"]
            return channel
    return None


def preferred_channels(touches: list[Touch], at_ms: int) -> list[dict[str, Any]]:
    """By purpose: the stated channel for it, else the stated channel, else the one most used of late."""
    found: list[dict[str, Any]] = []
    for purpose in PURPOSE:
        stated = stated_channel(touches, "channel." + purpose) or stated_channel(touches, "channel")
        by_channel = uses(touches, purpose)
        if stated:
            found.append({"purpose": purpose, "channel": stated, "source": "stated", "confidence": 1.0, "n": 1})
        elif by_channel:
            counts = {channel: recent(came, at_ms) for channel, came in by_channel.items()}
            best = min(counts, key=lambda channel: (-counts[channel], -len(by_channel[channel]), channel))
            confidence = four(counts[best] / (sum(counts.values()) + 1))
            n = sum(len(came) for came in by_channel.values())
            found.append({"purpose": purpose, "channel": best, "source": "observed", "confidence": confidence, "n": n})
    return found


def repeats(contacts: list[Touch]) -> list[Touch]:
    """Contacts about the same thing as another one of the seven days before."""
    return [
        later
        for place, later in enumerate(contacts)
        if any(
            later["at_ms"] - earlier["at_ms"] <= WINDOW_MS and same_thing(earlier, later)
            for earlier in contacts[:place]
        )
    ]


def same_thing(one: Touch, other: Touch) -> bool:
    """The same case; where neither has one, the same issue."""
    if one["case_id"] is not None or other["case_id"] is not None:
        return bool(one["case_id"] == other["case_id"])
    return one["issue"] is not None and bool(one["issue"] == other["issue"])


def switches(contacts: list[Touch]) -> list[Touch]:
    """Contacts on another channel than the contact of their case before."""
    found = []
    for case_id in {touch["case_id"] for touch in contacts if touch["case_id"] is not None}:
        of_case = [touch for touch in contacts if touch["case_id"] == case_id]
        found += [now for before, now in pairwise(of_case) if before["channel"] != now["channel"]]
    return found


def faded(touches: list[Touch], half_life_days: int, at_ms: int) -> float:
    """c: the sum of the weights."""
    return sum(float(2.0 ** ((touch["at_ms"] - at_ms) / (half_life_days * DAY_MS))) for touch in touches)


def effort(facts: Lists, at_ms: int) -> dict[str, Any]:
    """The work the customer had: an index of at most 100, and what it is made of."""
    ces = [touch for touch in facts["answers"] if touch["metric"] == "ces"]
    had = {
        "repeats": repeats(facts["contacts"]),
        "switches": switches(facts["contacts"]),
        "transfers": [touch for touch in facts["rework"] if touch["kind"] == "case_transferred"],
        "reopens": [touch for touch in facts["rework"] if touch["kind"] == "case_reopened"],
        "long_waits": facts["long_waits"],
        "hard": [touch for touch in ces[-1:] if is_dissatisfied(touch)],
    }
    parts: list[dict[str, Any]] = [
        {"part": part, "n": len(of), "points": round(POINTS[part] * faded(of, EFFORT_HALF_LIFE_DAYS, at_ms))}
        for part, of in had.items()
        if of
    ]
    above = sum(part["points"] for part in parts) - 100
    if above > 0:
        parts.append({"part": "limit", "n": 0, "points": -above})
    in_cases = [touch["case_id"] for touch in facts["contacts"] if touch["case_id"] is not None]
    each = four(Fraction(len(in_cases), len(set(in_cases)))) if in_cases else None
    return {
        "index": sum(part["points"] for part in parts),
        "parts": parts,
        "cases": len(set(in_cases)),
        "contacts": len(in_cases),
        "contacts_per_case": each,
        "ces_n": len(ces),
        "ces_mean": on_scale(ces, 1, 7),
    }


def newest_words(touches: list[Touch], kind: str, field: str, name: Callable[[Touch], str]) -> list[Touch]:
    """The newest touchpoint of each name, of the newest names, newest first."""
    told = [touch for touch in touches if touch["kind"] == kind and touch[field] is not None]
    return newest_of_each(told, name)[-STATEMENTS:][::-1]


def preferences(touches: list[Touch]) -> list[dict[str, Any]]:
    """What is stated and not withdrawn, newest first; large values stay in their records."""
    words = newest_words(touches, "preference_set", "preference", lambda touch: str(touch["preference"]["name"]))
    found = []
    for touch in words:
        value = touch["preference"].get("value")
        if value is None:
            continue
        large = isinstance(value, dict | list) or (isinstance(value, str) and len(value) > 256)
        large = large or (type(value) is int and not -(2**63) <= value < 2**63)
        found.append(
            {
                "name": touch["preference"]["name"],
                "value": None if large else value,
                "at": rfc3339(touch["at_ms"]),
                "source": "stated",
                "evidence": reference(touch),
            }
        )
    return found


def consents(touches: list[Touch]) -> list[dict[str, Any]]:
    """The newest word on each purpose."""
    words = newest_words(touches, "consent_changed", "consent", lambda touch: str(touch["consent"]["purpose"]))
    return [
        {
            "purpose": touch["consent"]["purpose"],
            "granted": touch["consent"]["granted"],
            "at": rfc3339(touch["at_ms"]),
            "evidence": reference(touch),
        }
        for touch in words
    ]


def observed(facts: Lists, name: str, about: str) -> list[Touch]:
    """What was seen of one product or issue since it was last taken off the wish list."""
    seen = [touch for touch in facts["interests"] if interest_of(touch) == (about, name)]
    taken_off = [order_key(touch) for touch in seen if touch["kind"].split(".")[-1].startswith("wishlist_removed")]
    return [touch for touch in seen if not taken_off or order_key(touch) > max(taken_off)]


def interests(touches: list[Touch], facts: Lists, at_ms: int) -> list[dict[str, Any]]:
    """Stated ones newest first, then observed ones by strength; what was stated is not observed beside it."""
    stated = {p["name"].removeprefix("interest."): p for p in preferences(touches) if p["name"].startswith("interest.")}
    found = []
    for name, preference in stated.items():
        by_about = {about: observed(facts, name, about) for about in ("product", "issue")}
        seen = by_about["product"] + by_about["issue"]
        if preference["value"] is not False:
            about = next((about for about, of in by_about.items() if of), None)
            found.append(
                {"name": name, "about": about, "source": "stated", "at": preference["at"]}
                | {"evidence": preference["evidence"]}
                | strength(seen, at_ms)
            )
    others = []
    for about, name in {interest_of(touch) for touch in facts["interests"]}:
        seen = ascending(observed(facts, name, about))
        if seen and name not in stated:
            last = seen[-1]
            one = {"name": name, "about": about, "source": "observed", "at": rfc3339(last["at_ms"])}
            others.append((order_key(last), one | {"evidence": reference(last)} | strength(seen, at_ms)))
    others.sort(key=lambda pair: (pair[1]["strength"], pair[0]), reverse=True)
    return found + [one for _, one in others]


def strength(seen: list[Touch], at_ms: int) -> dict[str, Any]:
    """How much it was looked at, and whether it stands on the wish list."""
    return {
        "strength": round(faded(seen, INTEREST_HALF_LIFE_DAYS, at_ms), 4) if seen else None,
        "n": len(seen),
        "on_wish_list": any("." in touch["kind"] for touch in seen),
    }
