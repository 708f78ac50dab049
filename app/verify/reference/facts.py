"""Third stop of the reference: the bounded lists of facts, sorted and thinned anew from everything that happened.

`risk` reads nothing but these lists (and two means); `profile` shows some of them. Every list ascends by the
order key; touchpoints with the same key stand in log order.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from app.verify.reference.touchpoints import (
    Touch,
    from_customer,
    is_about_others,
    is_answer,
    is_complaint,
    is_contact,
    is_long_wait,
    is_money_trouble,
    is_negative,
    is_satisfied,
    order_key,
    place,
)

DAY_MS = 24 * 60 * 60 * 1000
KEPT = 16
WORDS = 4
TIMELINE = 10

BROWSING = ("page_view", "search")

Lists: TypeAlias = dict[str, list[Touch]]


def ascending(touches: list[Touch]) -> list[Touch]:
    """By order key."""
    return sorted(touches, key=order_key)


def newest_of_each(touches: list[Touch], group: Callable[[Touch], Any]) -> list[Touch]:
    """Only the newest touchpoint of every group."""
    newest: dict[Any, Touch] = {}
    for touch in ascending(touches):
        newest[group(touch)] = touch
    return ascending(list(newest.values()))


def one_trouble(touch: Touch) -> tuple[str, str, int]:
    """Bad news of one case, else of one channel, on one UTC day is one trouble."""
    day = touch["at_ms"] // DAY_MS
    if touch["case_id"] is not None:
        return "case", touch["case_id"], day
    return "channel", touch["channel"], day


def is_case_event(touch: Touch) -> bool:
    """Something happened in a case."""
    in_case = touch["kind"] == "complaint" or touch["kind"].startswith("case_")
    return touch["case_id"] is not None and in_case and "." not in touch["kind"]


def is_closing(touch: Touch) -> bool:
    """A case came to an end."""
    return touch["case_id"] is not None and touch["kind"] in ("case_resolved", "case_closed")


def interest_of(touch: Touch) -> tuple[str, str]:
    """What it shows an interest in: the product, else the issue."""
    return ("product", touch["product"]) if touch["product"] is not None else ("issue", touch["issue"])


def is_interest(touch: Touch) -> bool:
    """The customer looked at something, or wishes for it."""
    named = touch["product"] is not None or touch["issue"] is not None
    wished = "." in touch["kind"] and touch["kind"].split(".")[-1].startswith("wishlist")
    return from_customer(touch) and named and (touch["kind"] in BROWSING or wished)


def one_interest(touch: Touch) -> tuple[Any, ...]:
    """A thing looked at on one UTC day is one interest, and so is a thing wished for."""
    return (*interest_of(touch), touch["kind"] in BROWSING, touch["at_ms"] // DAY_MS)


def case_of(touch: Touch) -> str:
    """The case it belongs to."""
    case: str = touch["case_id"]
    return case


def lists(touches: list[Touch]) -> Lists:
    """Every list of facts there is, from all applied touchpoints of one customer in log order."""
    negatives = newest_of_each([t for t in touches if is_negative(t)], one_trouble)
    complaints = newest_of_each([t for t in touches if is_complaint(t)], one_trouble)
    closings = newest_of_each([t for t in touches if is_closing(t)], case_of)
    cases = newest_of_each([t for t in touches if is_case_event(t)], case_of)
    openings = newest_of_each([t for t in touches if is_case_event(t) and t["kind"] == "case_opened"], case_of)
    return {
        "negatives": negatives[-KEPT:],
        "complaints": complaints[-KEPT:],
        "contacts": ascending([t for t in touches if is_contact(t)])[-KEPT:],
        "answers": ascending([t for t in touches if is_answer(t)])[-KEPT:],
        "satisfied": ascending([t for t in touches if is_satisfied(t)])[-KEPT:],
        "resolved": ascending([t for t in touches if t["kind"] == "case_resolved"])[-KEPT:],
        "long_waits": ascending([t for t in touches if is_long_wait(t)])[-KEPT:],
        "money_troubles": ascending([t for t in touches if is_money_trouble(t)])[-KEPT:],
        "humans_wanted": ascending([t for t in touches if "human_wanted" in t["signals"]])[-WORDS:],
        "legal": ascending([t for t in touches if "legal" in t["signals"]])[-WORDS:],
        "competitors": ascending([t for t in touches if is_about_others(t)])[-WORDS:],
        "cancellations": ascending([t for t in touches if "cancel" in t["signals"]])[-WORDS:],
        "closings": closings[-KEPT:],
        "cases": cases[-KEPT:],
        "openings": openings[-KEPT:],
        "orders": ascending([t for t in touches if t["kind"] == "order_placed"])[-1:],
        "rework": ascending([t for t in touches if t["kind"] in ("case_transferred", "case_reopened")])[-KEPT:],
        "interests": newest_of_each([t for t in touches if is_interest(t)], one_interest)[-KEPT:],
        "timeline": ascending(touches)[-TIMELINE:],
    }


def without(facts: Lists, gone: Touch) -> Lists:
    """The same lists as if one record had left no fact."""
    return {name: [t for t in kept if place(t) != place(gone)] for name, kept in facts.items()}
