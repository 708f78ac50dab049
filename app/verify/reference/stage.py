"""Where a customer stands in their life with the company, from the times of their touchpoints.

`profile` and `episodes` call `stage` and `customer_since_ms`.
"""

from bisect import bisect_right
from typing import Any

from app.verify.reference.touchpoints import Touch

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


def stage_entered_ms(customer_id: str, touches: list[Touch], episode: dict[str, Any] | None, at_ms: int) -> int:
    """Since when the stage has been what it is at a time: going back from instant to instant where it may change."""
    since_ms = customer_since_ms(touches)
    first_ms = min(touch["at_ms"] for touch in touches)
    to_begin = since_ms is not None and since_ms > at_ms  # such a contract makes a new customer of whom it is told
    inbound = sorted(touch["at_ms"] for touch in touches if touch["direction"] == "inbound")
    orders = [spell_order_ms(spell) for spell in spells(touches)[1:]]
    backs = [order_ms for order_ms in orders if order_ms is not None]
    started_ms = episode["started_ms"] if episode else None
    ended_ms = episode["ended_ms"] if episode else None

    def at(ms: int) -> str | None:
        """The stage at an earlier instant, as one knows now; None before anything is known."""
        heard = bisect_right(inbound, ms)
        heard_ms = inbound[heard - 1] if heard else first_ms
        if ms >= first_ms and ms - heard_ms >= LAPSE_MS:
            return "lapsed"
        if started_ms is not None and started_ms <= ms and (ended_ms is None or ms < ended_ms):
            return "at_risk"
        if any(0 <= ms - back_ms < 30 * DAY_MS for back_ms in backs):
            return "won_back"
        if customer_id.startswith("anon:"):
            return "anonymous" if ms >= first_ms else None
        if to_begin:
            return "new" if ms >= first_ms else None
        if since_ms is None or ms < since_ms:
            return "lead" if ms >= first_ms else None
        return "new" if ms - since_ms < 30 * DAY_MS else "active"

    bounds = {first_ms, started_ms, ended_ms, since_ms, *backs, *inbound}
    starts = {ms for ms in bounds if ms is not None}
    starts |= {ms + LAPSE_MS for ms in [*inbound, first_ms]} | {ms + 30 * DAY_MS for ms in backs}
    starts |= {since_ms + 30 * DAY_MS} if since_ms is not None else set()
    now, entered_ms = at(at_ms), at_ms
    for ms in sorted((ms for ms in starts if ms <= at_ms), reverse=True):
        if at(ms) != now:
            break
        entered_ms = ms
    return entered_ms


def spell_order_ms(spell: list[Touch]) -> int | None:
    """The first order of a spell."""
    return min((touch["at_ms"] for touch in spell if touch["kind"] == "order_placed"), default=None)
