"""Where a customer stands in their life with the company, from the times of their touchpoints.

`profile` and `episodes` call `stage` and `customer_since_ms`.
"""

from tests.oracle.touchpoints import Touch

DAY_MS = 24 * 60 * 60 * 1000
LAPSE_MS = 180 * DAY_MS
KEPT_SPELLS = 16


def customer_since_ms(touches: list[Touch]) -> int | None:
    """The earliest order or subscription."""
    bought = [touch["at_ms"] for touch in touches if touch["kind"] in ("order_placed", "subscription_started")]
    stated = [touch["subscription_started_ms"] for touch in touches if touch["subscription_started_ms"] is not None]
    return min(bought + stated, default=None)


def spells(touches: list[Touch]) -> list[list[Touch]]:
    """The inbound touchpoints in time order, parted wherever 180 days or more went by between neighbours."""
    inbound = sorted((touch for touch in touches if touch["direction"] == "inbound"), key=lambda t: t["at_ms"])
    parts: list[list[Touch]] = []
    for touch in inbound:
        if parts and touch["at_ms"] - parts[-1][-1]["at_ms"] < LAPSE_MS:
            parts[-1].append(touch)
        else:
            parts.append([touch])
    return parts[-KEPT_SPELLS:]


def won_back(touches: list[Touch], at_ms: int) -> bool:
    """Whether the first order after a long silence is less than 30 days old."""
    for spell in spells(touches)[1:]:
        orders = [touch["at_ms"] for touch in spell if touch["kind"] == "order_placed"]
        if orders and 0 <= at_ms - orders[0] < 30 * DAY_MS:
            return True
    return False


def stage(customer_id: str, touches: list[Touch], firing: bool, at_ms: int) -> str:
    """One word for it, at a time not before the newest touchpoint."""
    inbound = [touch["at_ms"] for touch in touches if touch["direction"] == "inbound"]
    seen_ms = max(inbound) if inbound else min(touch["at_ms"] for touch in touches)
    since_ms = customer_since_ms(touches)
    if at_ms - seen_ms >= LAPSE_MS:
        return "lapsed"
    if firing:
        return "at_risk"
    if won_back(touches, at_ms):
        return "won_back"
    if customer_id.startswith("anon:"):
        return "anonymous"
    if since_ms is None:
        return "lead"
    return "new" if at_ms - since_ms < 30 * DAY_MS else "active"
