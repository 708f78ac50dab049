"""A customer's orders as the profile and the alert show them.

`models.public_profile` calls `orders`, `models.alert` calls `recent_orders`. Whether an order is still to come is read
off the kept events at the time asked, so an event that comes late is as good as one in time.
"""

from typing import Final

from models.alert_record import OpenDelivery, Orders, OrderTotals, Place, RecentOrder
from models.facts import kept, order_key
from models.instant import rfc3339, rfc3339_or_none
from models.newest import key_of
from models.orders import EVENTS_PER_ORDER, OUTCOMES
from models.policy import Policy
from models.references import newest, timeline_entry
from models.relation import PROMISED, OrderEvent, PlacedOrder
from models.state import ORDER, Fact, Profile
from models.touchpoint import CHANNELS

_KIND: Final = {code: kind for kind, code in OUTCOMES.items()}

_NO_TOTALS: Final[OrderTotals] = {"placed": 0, "delivered": 0, "cancelled": 0, "refunded": 0, "money": {}}
_NO_ORDERS: Final[Orders] = {"last": None, "recent": [], "open_deliveries": [], "totals": _NO_TOTALS}
"""Of a customer who never ordered; shared, so nobody may change it."""


def orders(profile: Profile, place: Place, policy: Policy, at_ms: int) -> Orders:
    """The block of the public profile, at a time not before the profile's as_of."""
    if profile.orders is None and not kept(profile, ORDER):
        return _NO_ORDERS
    recent = recent_orders(profile, place, policy, at_ms)
    return {
        "last": newest(profile, ORDER, place),
        "recent": recent,
        "open_deliveries": [delivery for each in reversed(recent) for delivery in _still_to_come(each)],
        "totals": _totals(profile),
    }


def recent_orders(profile: Profile, place: Place, policy: Policy, at_ms: int) -> list[RecentOrder]:
    """The kept orders, newest first; the newest order_placed of all leads them also where it names no order."""
    held, last = profile.orders, kept(profile, ORDER)
    if held is None and not last:
        return []
    placed = [] if held is None else held.recent[-policy.orders.recent :]
    events = [] if held is None else held.events
    full = len(events) >= EVENTS_PER_ORDER * policy.orders.recent
    forgotten = key_of(events[0]) if full else None
    shown = []
    for order in reversed(placed):
        lost = forgotten is not None and key_of(order) < forgotten
        shown.append(_shown(order, [e for e in events if e.order_id == order.order_id], place, at_ms, lost=lost))
    if last and (not placed or order_key(last[-1]) > key_of(placed[-1])):
        shown.insert(0, _unnamed(last[-1], place))
        del shown[policy.orders.recent :]
    return shown


def _shown(order: PlacedOrder, events: list[OrderEvent], place: Place, at_ms: int, *, lost: bool) -> RecentOrder:
    """An order with what is known to have come of it; `lost`: that may be forgotten, so it is not called open."""
    outcomes = [event for event in events if event.code != PROMISED]
    promised_ms = order.promised_ms
    for event in events:
        if event.code == PROMISED and (not promised_ms or key_of(event) > key_of(order)):
            promised_ms = event.promised_ms
    seen = sorted([(key_of(order), "order_placed"), *((key_of(event), _KIND[event.code]) for event in outcomes)])
    is_open = not outcomes and not lost
    return {
        "at": rfc3339(order.at_ms),
        "kind": "order_placed",
        "channel": CHANNELS[order.channel],
        "topic": place.topics[order.topic],
        "partition": place.partition,
        "offset": order.offset,
        "id": order.id,
        "order_id": order.order_id,
        "value": order.value,
        "currency": order.currency,
        "promised_at": rfc3339_or_none(promised_ms),
        "kinds": [kind for _, kind in seen],
        "open": is_open,
        "late": is_open and 0 < promised_ms < at_ms,
    }


def _unnamed(fact: Fact, place: Place) -> RecentOrder:
    """An order that cannot be followed, as it named none."""
    entry = timeline_entry(fact, place)
    return {
        "at": entry["at"],
        "kind": "order_placed",
        "channel": entry["channel"],
        "topic": entry["topic"],
        "partition": entry["partition"],
        "offset": entry["offset"],
        "id": entry["id"],
        "order_id": None,
        "value": None,
        "currency": None,
        "promised_at": None,
        "kinds": ["order_placed"],
        "open": False,
        "late": False,
    }


def _still_to_come(order: RecentOrder) -> list[OpenDelivery]:
    if not order["open"] or order["order_id"] is None:
        return []
    return [
        {
            "order_id": order["order_id"],
            "placed_at": order["at"],
            "promised_at": order["promised_at"],
            "late": order["late"],
        }
    ]


def _totals(profile: Profile) -> OrderTotals:
    held = profile.orders
    if held is None:
        return _NO_TOTALS
    return {
        "placed": held.placed,
        "delivered": held.delivered,
        "cancelled": held.cancelled,
        "refunded": held.refunded,
        "money": {
            currency: {
                "placed_n": money.placed_n,
                "placed": money.placed,
                "refunded_n": money.refunded_n,
                "refunded": money.refunded,
            }
            for currency, money in held.money.items()
        },
    }
