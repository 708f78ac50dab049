"""Last stop of the reference: what the company may know of a customer, in the shape of the public profile.

`replay` calls `profile` and `context` with everything that was applied so far. What is prose or names the
running software (`schema, text, policy_version, scorer`) is left to the product.
"""

from collections import Counter
from typing import Any

from app.verify.reference.care import (
    channel_use,
    consents,
    effort,
    interests,
    preferences,
    preferred_channels,
    stated_channel,
)
from app.verify.reference.cases import open_cases
from app.verify.reference.episodes import Episode, public_reasons, risk_level
from app.verify.reference.facts import Lists
from app.verify.reference.identifiers import identifiers
from app.verify.reference.orders import order_block, recent_orders
from app.verify.reference.relation import appreciation_due, relationship, satisfaction, tenure_days
from app.verify.reference.stage import customer_since_ms, stage, stage_entered_ms
from app.verify.reference.touchpoints import Touch, is_contact, reference, rfc3339
from app.verify.reference.windows import windows

DAY_MS = 24 * 60 * 60 * 1000


def contacts(touches: list[Touch]) -> dict[str, int]:
    """Contacts per channel, for ever."""
    return dict(Counter(touch["channel"] for touch in touches if is_contact(touch)))


def preferred_channel(touches: list[Touch]) -> str | None:
    """The stated channel, else the one with the most contacts; of equals the first by name."""
    stated = stated_channel(touches, "channel")
    if stated is not None:
        return stated
    counts = contacts(touches)
    return min(counts, key=lambda channel: (-counts[channel], channel), default=None)


def shown(touch: Touch) -> dict[str, Any]:
    """A touchpoint as lists in a profile show it."""
    return reference(touch) | {"kind": touch["kind"], "channel": touch["channel"]}


def context(customer_id: str, touches: list[Touch], facts: Lists, firing: bool, as_of_ms: int) -> dict[str, Any]:
    """What an alert says about its customer beyond the risk; a profile says it too, but more of the orders."""
    since_ms = customer_since_ms(touches)
    return {
        "stage": stage(customer_id, touches, firing, as_of_ms),
        "customer_since": rfc3339(since_ms),
        "preferred_channel": preferred_channel(touches),
        "open_cases": open_cases(touches, facts, as_of_ms),
        "last_negative": shown(facts["negatives"][-1]) if facts["negatives"] else None,
        "recent_orders": recent_orders(touches, facts, as_of_ms),
        "windows": windows(touches, as_of_ms),
    }


def profile(
    touches: list[Touch], facts: Lists, episode: Episode | None, risk: dict[str, Any], at_ms: int
) -> dict[str, Any]:
    """The public profile at a time not before the newest touchpoint; `risk` is `{score, reasons}` there."""
    customer_id = touches[0]["customer_id"]
    firing = episode is not None and episode["firing"]
    rest = context(customer_id, touches, facts, firing, at_ms)
    rest["orders"] = {"last": shown(facts["orders"][-1]) if facts["orders"] else None}
    rest["orders"] |= order_block(touches, rest.pop("recent_orders"))
    return rest | {
        "customer_id": customer_id,
        "touchpoints": len(touches),
        "first_seen_at": rfc3339(min(touch["at_ms"] for touch in touches)),
        "last_seen_at": rfc3339(max(touch["at_ms"] for touch in touches)),
        "contacts": contacts(touches),
        "satisfaction": satisfaction(facts),
        "tenure_days": tenure_days(touches, at_ms),
        "stage_entered_at": rfc3339(stage_entered_ms(customer_id, touches, episode, at_ms)),
        "relationship": relationship(touches),
        "appreciation_due": appreciation_due(touches, facts, firing, at_ms),
        "segments": [],
        "timeline": [shown(touch) for touch in reversed(facts["timeline"])],
        "risk": {
            "score": risk["score"],
            "level": risk_level(episode, risk["score"]),
            "episode_id": episode["id"] if episode is not None and firing else None,
            "reasons": public_reasons(risk["reasons"]),
        },
        "as_of": rfc3339(at_ms),
        "channel_use": channel_use(touches, at_ms),
        "preferred_channels": preferred_channels(touches, at_ms),
        "effort": effort(facts, at_ms),
        "preferences": preferences(touches),
        "interests": interests(touches, facts, at_ms),
        "consents": consents(touches),
        "ids": identifiers(touches),
    }
