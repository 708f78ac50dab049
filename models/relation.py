"""What is kept of the relation with a customer beside facts and windows: plain Structs, no logic.

`models.orders`, `models.promises`, `models.recommendations` and `models.segments` change them as
`models.profile.observe` tells its story; `models.state.Profile` holds them and `models.codec` stores them. Times are
epoch ms UTC. Lists ascend by (at_ms, source, id) where nothing else is said.
"""

from typing import Final

import msgspec

# What happened to an order after it was placed, as stored in an `OrderEvent`. A code never changes its meaning.
PROMISED: Final = 0
DELIVERED: Final = 1
CANCELLED: Final = 2
REFUNDED: Final = 3


class PlacedOrder(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The newest order_placed of one order id."""

    at_ms: int
    source: str
    id: str
    """The touchpoint's."""
    topic: int
    offset: int
    channel: int
    """Code in `CHANNELS`."""
    order_id: str
    value: str | None = None
    """As a plain decimal; None when it was not told or is no such number."""
    currency: str | None = None
    promised_ms: int = 0
    """0 when nothing was promised."""


class OrderEvent(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The newest touchpoint of one code about one order id."""

    at_ms: int
    source: str
    id: str
    order_id: str
    code: int
    """0 promised, 1 delivered, 2 cancelled, 3 refunded."""
    promised_ms: int = 0
    """Of code 0: the instant promised."""


class Money(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """Exact sums in one currency, as plain decimals."""

    placed_n: int = 0
    placed: str = "0"
    refunded_n: int = 0
    refunded: str = "0"


class Orders(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """What is kept of a customer's orders."""

    placed: int = 0
    """Touchpoints of each kind, for ever."""
    delivered: int = 0
    cancelled: int = 0
    refunded: int = 0
    money: dict[str, Money] = {}
    """Currency -> sums, for ever; by name."""
    recent: list[PlacedOrder] = []
    events: list[OrderEvent] = []


class Recommendation(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The newest NPS answer of its sort."""

    at_ms: int
    source: str
    id: str
    value: int
    """0 to 10."""
    transactional: bool
    """About a case, an order, a product or an issue; else about the relationship."""


class Promise(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The newest promise made in one case."""

    at_ms: int
    source: str
    id: str
    case_id: str
    promised_ms: int


class Membership(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """Whether the customer is in one segment, or was last."""

    segment: str
    entered_ms: int
    """as_of of the touchpoint that brought them in."""
    left_ms: int = 0
    """0 while in; else as_of of the touchpoint that took them out."""
