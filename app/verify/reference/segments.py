"""Who is in which segment, by going over a customer's profiles one touchpoint after the other.

Conditions are asked of the public profile, as anybody could who reads it.
"""

from decimal import Decimal
from typing import Any

from app.verify.reference.touchpoints import instant_ms

DAY_MS = 24 * 60 * 60 * 1000


def value_of(field: str, profile: dict[str, Any]) -> Any:
    """What a condition speaks of, None where the customer has no such thing."""
    as_of_ms = instant_ms(profile["as_of"]) or 0
    if field.startswith("spent."):
        money = profile["orders"]["totals"]["money"].get(field[6:])
        return None if money is None else Decimal(money["placed"]) - Decimal(money["refunded"])
    if field in ("contacts_30d", "negatives_30d"):
        return profile["windows"].get(field[:-4], {"30d": {"n": 0}})["30d"]["n"]
    if field == "days_since_order":
        last = profile["orders"]["last"]
        return None if last is None else (as_of_ms - (instant_ms(last["at"]) or 0)) // DAY_MS
    answer = profile["relationship"]["nps"]["relationship"]
    return {
        "stage": profile["stage"],
        "tenure_days": profile["tenure_days"],
        "touchpoints": profile["touchpoints"],
        "contacts": sum(profile["contacts"].values()),
        "orders": profile["orders"]["totals"]["placed"],
        "refunds": profile["orders"]["totals"]["refunded"],
        "nps": None if answer is None else answer["value"],
        "sentiment": profile["relationship"]["sentiment"]["recent"],
    }[field]


def holds(condition: dict[str, Any], profile: dict[str, Any]) -> bool:
    """Whether one condition is met."""
    left, right = value_of(condition["field"], profile), condition["value"]
    if left is None:
        return False
    if not isinstance(right, str):
        left, right = Decimal(str(left)), Decimal(str(right))
    if condition["is"] in ("=", "!="):
        return bool((left == right) == (condition["is"] == "="))
    return bool((left < right and "<" in condition["is"]) or (left > right and ">" in condition["is"])) or (
        left == right and "=" in condition["is"]
    )


def memberships(history: list[dict[str, Any]], segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the last profile of a history shows."""
    told = []
    for segment in sorted(segments, key=lambda segment: str(segment["name"])):
        entered = left = None
        for profile in history:
            inside = entered is not None and left is None
            if all(holds(condition, profile) for condition in segment["when"]) != inside:
                entered, left = (entered, profile["as_of"]) if inside else (profile["as_of"], None)
        if entered is not None:
            told.append({"segment": segment["name"], "member": left is None, "entered_at": entered, "left_at": left})
    return told
