"""Orders, looked up anew in everything that was told: which are the newest, what came of them, what they add up to.

`profile` calls `recent_orders` and `order_block`. Money is counted in fractions.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.verify.reference.facts import Lists, newest_of_each
from app.verify.reference.touchpoints import Touch, order_key, reference, rfc3339

KEPT_ORDERS = 5
KEPT_EVENTS = 20
KEPT_CURRENCIES = 4
OUTCOMES = ["order_delivered", "order_cancelled", "order_refunded"]


def amount(value: Any) -> tuple[Fraction, int] | None:
    """(amount, decimals it was told with), or None when it is no plain decimal of up to 15 and 9 digits."""
    if isinstance(value, int | float):
        value = f"{Decimal(str(value)):f}".removesuffix(".0")
    if not isinstance(value, str):
        return None
    whole, point, decimals = value.removeprefix("-" if value[:1] == "-" else "+").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 15) or (point and not decimals):
        return None
    if decimals and not (decimals.isascii() and decimals.isdigit() and len(decimals) <= 9):
        return None
    return Fraction(value), len(decimals)


def written(value: Fraction, decimals: int) -> str:
    """With so many decimals."""
    units = value * 10**decimals
    assert units.denominator == 1
    digits = f"{abs(units.numerator):0{decimals + 1}d}"
    number = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{number}" if value < 0 else number


def currency(told: str | None) -> str | None:
    """In capitals; None for what is no code."""
    if told is None:
        return "XXX"
    return told.upper() if len(told) <= 8 and told.isascii() and told.isalnum() else None


def kept_orders(touches: list[Touch]) -> list[Touch]:
    """The newest order_placed of each order that has a name, of the newest orders."""
    named = [touch for touch in touches if touch["kind"] == "order_placed" and touch["order_id"]]
    return newest_of_each(named, lambda touch: touch["order_id"])[-KEPT_ORDERS:]


def event_of(touch: Touch) -> str | None:
    """What the touchpoint tells of an order beyond its placing."""
    if touch["order_id"] is None or touch["kind"] == "order_placed":
        return None
    if touch["kind"] in OUTCOMES:
        return str(touch["kind"])
    return "promised" if touch["promised_ms"] else None


def kept_events(touches: list[Touch]) -> list[Touch]:
    """The newest event of each sort of each order, of the newest."""
    events = [touch for touch in touches if event_of(touch)]
    return newest_of_each(events, lambda touch: (touch["order_id"], event_of(touch)))[-KEPT_EVENTS:]


def told_of(order: Touch, events: list[Touch], at_ms: int) -> dict[str, Any]:
    """One order with what came of it."""
    its = [event for event in events if event["order_id"] == order["order_id"]]
    outcomes = [event for event in its if event["kind"] in OUTCOMES]
    promises = [touch for touch in [order, *its] if touch["promised_ms"] and touch not in outcomes]
    promised_ms = max(promises, key=order_key)["promised_ms"] if promises else None
    may_be_forgotten = len(events) == KEPT_EVENTS and order_key(order) < order_key(events[0])
    waits = not outcomes and not may_be_forgotten
    value = amount(order["order_value"])
    return {
        **reference(order),
        "kind": "order_placed",
        "channel": order["channel"],
        "order_id": order["order_id"],
        "value": None if value is None else written(*value),
        "currency": currency(order["order_currency"]) if order["order_currency"] else None,
        "promised_at": rfc3339(promised_ms),
        "kinds": [touch["kind"] for touch in sorted([order, *outcomes], key=order_key)],
        "open": waits,
        "late": waits and promised_ms is not None and promised_ms < at_ms,
    }


def recent_orders(touches: list[Touch], facts: Lists, at_ms: int) -> list[dict[str, Any]]:
    """Newest first, led by the newest order of all if that has no name."""
    kept, events = kept_orders(touches), kept_events(touches)
    told = [told_of(order, events, at_ms) for order in reversed(kept)]
    newest = facts["orders"][-1] if facts["orders"] else None
    if newest is not None and (not kept or order_key(newest) > order_key(kept[-1])):
        nothing = dict.fromkeys(["order_value", "order_currency", "promised_ms", "order_id"])
        told = [told_of(newest | nothing, [], at_ms) | {"open": False, "late": False}, *told][:KEPT_ORDERS]
    return told


def money(touches: list[Touch]) -> dict[str, dict[str, Any]]:
    """Currency -> what was placed and refunded in it, of the first currencies by name."""
    sums: dict[str, dict[str, list[tuple[Fraction, int]]]] = {}
    for touch in touches:
        value, code = amount(touch["order_value"]), currency(touch["order_currency"])
        if touch["kind"] in ("order_placed", "order_refunded") and value is not None and code is not None:
            sums.setdefault(code, {"placed": [], "refunded": []})[touch["kind"].removeprefix("order_")].append(value)
    told: dict[str, dict[str, Any]] = {}
    for code in sorted(sums)[:KEPT_CURRENCIES]:
        told[code] = {}
        for name, values in sums[code].items():
            total = sum((value for value, _ in values), Fraction(0))
            told[code] |= {f"{name}_n": len(values), name: written(total, max([d for _, d in values], default=0))}
    return told


def order_block(touches: list[Touch], recent: list[dict[str, Any]]) -> dict[str, Any]:
    """The block of the profile."""
    kinds = [touch["kind"] for touch in touches]
    deliveries = [
        {"order_id": order["order_id"], "placed_at": order["at"]}
        | {name: order[name] for name in ("promised_at", "late")}
        for order in reversed(recent)
        if order["open"]
    ]
    counts = {name: kinds.count(f"order_{name}") for name in ("placed", "delivered", "cancelled", "refunded")}
    return {"recent": recent, "open_deliveries": deliveries, "totals": counts | {"money": money(touches)}}
