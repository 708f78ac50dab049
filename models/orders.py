"""A customer's orders: what was placed, what became of it, what was promised, and exact totals.

`models.profile.observe` calls `take` for touchpoints that are about an order; the views call `recent`,
`open_deliveries` and `totals`. Totals count every touchpoint; the lists hold the newest few, whatever the order of
arrival.
"""

from typing import Final

from models.envelope.instants import epoch_ms
from models.money import add, amount, currency_code
from models.newest import keep_newest
from models.policy import Policy
from models.promises import promise
from models.relation import CANCELLED, DELIVERED, PROMISED, REFUNDED, Money, OrderEvent, Orders, PlacedOrder
from models.state import Profile
from models.touchpoint import Order, Touchpoint

OUTCOMES: Final = {"order_delivered": DELIVERED, "order_cancelled": CANCELLED, "order_refunded": REFUNDED}
ORDER_KINDS: Final = frozenset(("order_placed", *OUTCOMES))
EVENTS_PER_ORDER: Final = 4
"""So many events are kept for each order that is: one of each code, of orders that all came to everything."""


def take(profile: Profile, touchpoint: Touchpoint, policy: Policy) -> None:
    """Take in a touchpoint of a kind in `ORDER_KINDS`, or one that names an order."""
    kind, order = touchpoint.kind, touchpoint.order
    if kind in ORDER_KINDS:
        orders = _orders(profile)
        _count(orders, kind)
        if order is not None:
            _add_money(orders, kind, order, policy.orders.currencies)
    if order is None:
        return
    promised_ms = _promised_ms(order)
    if promised_ms and touchpoint.case_id:
        promise(profile, touchpoint, promised_ms, policy)
    if not order.id:
        return
    if kind == "order_placed":
        keep_newest(_orders(profile).recent, _placed(touchpoint, order, promised_ms), _order_id, policy.orders.recent)
    elif kind in OUTCOMES or promised_ms:
        code = OUTCOMES.get(kind, PROMISED)
        told_ms = 0 if code else promised_ms
        event = OrderEvent(touchpoint.at_ms, touchpoint.source, touchpoint.id, order.id, code, told_ms)
        keep_newest(_orders(profile).events, event, _order_and_code, EVENTS_PER_ORDER * policy.orders.recent)


def _orders(profile: Profile) -> Orders:
    if profile.orders is None:
        profile.orders = Orders()
    return profile.orders


def _count(orders: Orders, kind: str) -> None:
    if kind == "order_placed":
        orders.placed += 1
    elif kind == "order_delivered":
        orders.delivered += 1
    elif kind == "order_cancelled":
        orders.cancelled += 1
    else:
        orders.refunded += 1


def _add_money(orders: Orders, kind: str, order: Order, most: int) -> None:
    """Add what was placed or refunded to the sums of its currency.

    Of more currencies than `most` the first by name are kept: one that is let go can never come back, so each sum
    that is there is whole.
    """
    value, currency = amount(order.value), currency_code(order.currency)
    if value is None or currency is None or kind not in {"order_placed", "order_refunded"}:
        return
    money = orders.money.get(currency)
    if money is None:
        names = sorted({*orders.money, currency})[:most]
        if currency not in names:
            return
        money = Money()
        orders.money = {name: orders.money.get(name, money) for name in names}
    if kind == "order_placed":
        money.placed_n, money.placed = money.placed_n + 1, add(money.placed, value)
    else:
        money.refunded_n, money.refunded = money.refunded_n + 1, add(money.refunded, value)


def _promised_ms(order: Order) -> int:
    """Epoch ms of the promise, 0 without one; the decoder has judged it before."""
    told = None if order.promised_at is None else epoch_ms(order.promised_at, "order.promised_at")
    return told if isinstance(told, int) else 0


def _placed(touchpoint: Touchpoint, order: Order, promised_ms: int) -> PlacedOrder:
    return PlacedOrder(
        touchpoint.at_ms,
        touchpoint.source,
        touchpoint.id,
        touchpoint.topic,
        touchpoint.offset,
        touchpoint.channel_code,
        order.id or "",
        amount(order.value),
        currency_code(order.currency) if order.currency else None,
        promised_ms,
    )


def _order_id(entry: PlacedOrder) -> str:
    return entry.order_id


def _order_and_code(entry: OrderEvent) -> tuple[str, int]:
    return (entry.order_id, entry.code)
