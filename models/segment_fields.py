"""What a segment's conditions may speak of: each field with its type, its range and how it is read off a profile.

`models.segments` reads them for every touchpoint of a policy with segments, `models.policy_mapping` checks a policy
against them, and docs/policy.md lists them. Days are whole days, cut.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, get_args

from models import decay, windows
from models.facts import kept
from models.policy import DAY_MS, Policy
from models.relation import Orders
from models.stage import Stage, stage, tenure_days
from models.state import ORDER, Profile

Read = Callable[[Profile, int, Policy], float | Decimal | str | None]
"""(profile, time not before its as_of, policy) -> the value; None when there is none, which meets no condition."""
MOST: Final = 10**15
_NO_ORDERS: Final = Orders()


class SegmentField(NamedTuple):
    """One field."""

    meaning: str
    read: Read
    low: float = 0
    high: float = MOST
    choices: tuple[str, ...] = ()
    """Of a text: all it may be; it is compared by `=` and `!=` only. Empty for a number."""


def _days_since(at_ms: int, then_ms: int) -> int | None:
    return (at_ms - then_ms) // DAY_MS if then_ms else None


def _orders(profile: Profile) -> Orders:
    return profile.orders or _NO_ORDERS


def _since_inbound(profile: Profile, at_ms: int, _policy: Policy) -> int | None:
    return _days_since(at_ms, profile.spells[-1].last_ms) if profile.spells else None


def _since_order(profile: Profile, at_ms: int, _policy: Policy) -> int | None:
    placed = kept(profile, ORDER)
    return _days_since(at_ms, placed[-1].at_ms) if placed else None


def _nps(profile: Profile, _at_ms: int, _policy: Policy) -> int | None:
    return next((answer.value for answer in profile.recommendations if not answer.transactional), None)


def _sentiment(profile: Profile, _at_ms: int, _policy: Policy) -> Decimal | None:
    """As the profile shows it, so that it can equal -0.4: a float hardly ever equals a decimal."""
    return Decimal(repr(round(decay.mean(profile.feeling_short) / 1000, 4))) if profile.feeling_n else None


def _in_30_days(metric: int) -> Read:
    def read(profile: Profile, at_ms: int, _policy: Policy) -> int:
        return windows.count(profile.windows, metric, at_ms)

    return read


def _spent(currency: str) -> Read:
    """Placed less refunded; nothing when nothing was placed in the currency."""

    def read(profile: Profile, _at_ms: int, _policy: Policy) -> Decimal | None:
        money = _orders(profile).money.get(currency)
        return Decimal(money.placed) - Decimal(money.refunded) if money else None

    return read


FIELDS: Final[dict[str, SegmentField]] = {
    "stage": SegmentField("where they stand in the journey", stage, choices=get_args(Stage)),
    "tenure_days": SegmentField("days since they became a customer", lambda p, at_ms, _: tenure_days(p, at_ms)),
    "touchpoints": SegmentField("touchpoints applied, ever", lambda p, _at_ms, _policy: p.touchpoints),
    "contacts": SegmentField("contacts, ever", lambda p, _at_ms, _policy: sum(p.contacts.values())),
    "contacts_30d": SegmentField("contacts in the `30d` window", _in_30_days(windows.CONTACTS)),
    "negatives_30d": SegmentField("negative experiences in the `30d` window", _in_30_days(windows.NEGATIVES)),
    "days_since_inbound": SegmentField("days since the newest inbound touchpoint", _since_inbound),
    "orders": SegmentField("orders placed, ever", lambda p, _at_ms, _policy: _orders(p).placed),
    "refunds": SegmentField("orders refunded, ever", lambda p, _at_ms, _policy: _orders(p).refunded),
    "days_since_order": SegmentField("days since the newest order", _since_order),
    "nps": SegmentField("the newest NPS answer about the relationship", _nps, high=10),
    "sentiment": SegmentField("recent mean of feeling", _sentiment, low=-1, high=1),
}
SPENT: Final = SegmentField("value placed less value refunded in one currency", _spent("EUR"), -MOST)
"""Stands for a field of each currency."""


def field_of(name: str) -> SegmentField | None:
    """The field of a name, None when there is none; `spent.` is followed by a currency."""
    kind, _, currency = name.partition(".")
    if kind == "spent" and currency and currency.isascii() and currency.isalnum() and currency == currency.upper():
        return SPENT._replace(read=_spent(currency)) if len(currency) <= 8 else None
    return FIELDS.get(name)
