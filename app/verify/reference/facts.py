"""Third stop of the reference: the bounded lists of facts, thinned anew from everything that happened.

`risk` reads nothing but these lists (and two means); `profile` shows some of them. Every list ascends by the
order key; touchpoints with the same key stand in log order.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

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


class Kind(NamedTuple):
    """Which touchpoints leave a fact of one kind, and which of these facts are kept."""

    leaves: Callable[[Touch], Any]
    kept: int = KEPT
    one: Callable[[Touch], Any] | None = None
    """Of the facts for which it gives the same only the newest counts; None where each counts."""


KINDS: dict[str, Kind] = {
    "negatives": Kind(is_negative, one=one_trouble),
    "complaints": Kind(is_complaint, one=one_trouble),
    "contacts": Kind(is_contact),
    "answers": Kind(is_answer),
    "satisfied": Kind(is_satisfied),
    "resolved": Kind(lambda touch: touch["kind"] == "case_resolved"),
    "long_waits": Kind(is_long_wait),
    "money_troubles": Kind(is_money_trouble),
    "humans_wanted": Kind(lambda touch: "human_wanted" in touch["signals"], WORDS),
    "legal": Kind(lambda touch: "legal" in touch["signals"], WORDS),
    "competitors": Kind(is_about_others, WORDS),
    "cancellations": Kind(lambda touch: "cancel" in touch["signals"], WORDS),
    "closings": Kind(is_closing, one=case_of),
    "cases": Kind(is_case_event, one=case_of),
    "openings": Kind(lambda touch: is_case_event(touch) and touch["kind"] == "case_opened", one=case_of),
    "orders": Kind(lambda touch: touch["kind"] == "order_placed", 1),
    "rework": Kind(lambda touch: touch["kind"] in ("case_transferred", "case_reopened")),
    "interests": Kind(is_interest, one=one_interest),
    "timeline": Kind(lambda touch: True, TIMELINE),
}


def kept(facts: list[Touch], kind: Kind) -> list[Touch]:
    """What is kept of all ascending facts of a kind that there ever were."""
    return (facts if kind.one is None else newest_of_each(facts, kind.one))[-kind.kept :]


class Facts:
    """Every list of facts there is, of one customer.

    A list to which a touchpoint does not belong stays as it was; the others are made anew from all facts of their kind,
    never from the list before.
    """

    def __init__(self) -> None:
        self._all: Lists = {name: [] for name in KINDS}
        self.lists: Lists = {name: [] for name in KINDS}

    def add(self, touch: Touch) -> None:
        """Take in the touchpoint that was applied next."""
        for name, kind in KINDS.items():
            if kind.leaves(touch):
                insort(self._all[name], touch, key=order_key)
                self.lists[name] = kept(self._all[name], kind)


def without(facts: Lists, gone: Touch) -> Lists:
    """The same lists as if one record had left no fact."""
    return {name: [t for t in of_kind if place(t) != place(gone)] for name, of_kind in facts.items()}
