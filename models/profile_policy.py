"""The part of the policy that says how a profile is kept and shown: orders, products, thanks, segments.

`models.policy` holds these sections beside those of the risk; docs/policy.md is made from the text below.
"""

from typing import Annotated, Literal

from msgspec import Meta

from models.policy_section import Days, Section


class OrderLists(Section, frozen=True):
    """How much is remembered of orders. Only orders that name an `order.id` can be followed."""

    recent: Annotated[int, Meta(ge=1, le=50)] = 5
    """What a service person looks through; each may have four events."""
    currencies: Annotated[int, Meta(ge=1, le=32)] = 4
    """Sums of so many currencies, the first by name; customers rarely pay in a third."""


class Products(Section, frozen=True):
    """Satisfaction by product, from the kept answers."""

    shown: Annotated[int, Meta(ge=1, le=64)] = 5
    """The products answered about last."""
    trend_least_n: Annotated[int, Meta(ge=2, le=64)] = 4
    """Two answers against two; fewer are no trend."""


class Appreciation(Section, frozen=True):
    """When a thank-you is due. Data only: nothing is sent."""

    tenure_years: Annotated[tuple[Annotated[int, Meta(ge=1, le=100)], ...], Meta(max_length=32)] = (
        1, 2, 3, 5, 10, 15, 20, 25,
    )  # fmt: skip
    """Anniversaries people mark."""
    orders: Annotated[tuple[Annotated[int, Meta(ge=1, le=1_000_000)], ...], Meta(max_length=32)] = (10, 25, 50, 100)
    """Counts of orders placed that a shop notices."""
    due_days: Days = 30
    """A thank-you later than that looks like an oversight."""


Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{0,63}$")]


Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


class Condition(Section, frozen=True, rename={"comparison": "is"}):
    """One thing that must hold."""

    field: str
    comparison: Comparison
    value: float | str


class Segment(Section, frozen=True):
    """A named group of customers: those of whom all of `when` holds."""

    name: Name
    when: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=8)]


Segments = Annotated[tuple[Segment, ...], Meta(max_length=16)]
