"""The parts of a public profile that tell of the relation: orders, cases, recommendation, thanks due, segments.

`models.alert_record` puts them into the profile and the alert; types only, no logic. Times are RFC 3339 UTC with
milliseconds, money is a plain decimal in text.
"""

from typing import Literal, TypedDict


class RecentOrder(TypedDict):
    """An order that was placed, by the record that says so."""

    at: str
    kind: Literal["order_placed"]
    channel: str
    topic: str
    partition: int
    offset: int
    id: str
    """The touchpoint's id."""
    order_id: str | None
    """None of an order that named none: it is shown while it is the newest, and cannot be followed."""
    value: str | None
    currency: str | None
    promised_at: str | None
    """The newest promise for it."""
    kinds: list[str]
    """What was seen of it, in order of time: `order_placed order_delivered order_cancelled order_refunded`."""
    open: bool
    """Neither delivered nor cancelled nor refunded; false where that cannot be known any more."""
    late: bool
    """Open, and the promise is over at `as_of`."""


class OpenDelivery(TypedDict):
    """An order that is still to come."""

    order_id: str
    placed_at: str
    promised_at: str | None
    late: bool


class Sums(TypedDict):
    """Exact sums in one currency."""

    placed_n: int
    placed: str
    refunded_n: int
    refunded: str


class OrderTotals(TypedDict):
    """Touchpoints about orders, ever."""

    placed: int
    delivered: int
    cancelled: int
    refunded: int
    money: dict[str, Sums]
    """Currency (`XXX` where none was told) -> sums of what was placed and refunded with a readable value."""


class OpenCase(TypedDict):
    """A case whose newest event is not its end."""

    case_id: str
    kind: str
    at: str
    opened_at: str | None
    """Of the newest `case_opened`, else of the oldest kept complaint."""
    contacts: int
    """Of the kept contacts, those in this case."""
    channels: list[str]
    """Of those contacts, by name."""
    issue: str | None
    """What the newest of them was about."""
    promised_at: str | None
    """The newest promise made in it."""
    promise_late: bool
    """That promise is over at `as_of`."""


class NpsAnswer(TypedDict):
    """An answer to whether they would recommend us."""

    value: int
    """0 to 10."""
    at: str


class NpsAnswers(TypedDict):
    """The newest of each sort."""

    relationship: NpsAnswer | None
    transactional: NpsAnswer | None
    """About a case, an order, a product or an issue."""


class Feeling(TypedDict):
    """Decayed means of the customer's feeling, -1 to 1."""

    recent: float | None
    """With the policy's short half-life, 14 d."""
    baseline: float | None
    """With the long one, 90 d."""
    n: int
    """Touchpoints with evidence, ever."""


class Relationship(TypedDict):
    """How they feel about the company."""

    nps: NpsAnswers
    sentiment: Feeling


class AppreciationDue(TypedDict):
    """A reason to say thank you."""

    reason: Literal["recovered", "tenure", "orders"]
    value: int | None
    """Years of `tenure`, count of `orders`."""
    at: str
    """When it came about; it is due for the policy's days from there."""


class MembershipRecord(TypedDict):
    """A segment that the customer is in, or was in last."""

    segment: str
    member: bool
    entered_at: str
    left_at: str | None
