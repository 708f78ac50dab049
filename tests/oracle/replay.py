"""The oracle's front door: whole partitions of records in, every profile and every alert out.

Tests call `replay`. For every touchpoint that is new it recomputes everything about its customer from the full
list of what that customer did, so the cost grows with the square of a customer's history: keep inputs small.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.episodes import Episode, alert, step
from tests.oracle.facts import lists
from tests.oracle.profile import DAY_MS, context, profile
from tests.oracle.ring import Ring
from tests.oracle.risk import assess, counterfactuals, sentiment_fall
from tests.oracle.touchpoints import Record, Touch, read, rfc3339


@dataclass
class Customer:
    """What the oracle carries along for one customer."""

    touches: list[Touch] = field(default_factory=list)
    ring: Ring = field(default_factory=Ring)
    duplicates: int = 0
    episode: Episode | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    """The profile after each touchpoint and each duplicate; only the last one with `final_only`."""


@dataclass
class Outcome:
    """What a run over some records must come to."""

    customers: dict[str, Customer] = field(default_factory=dict)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    """In log order."""
    rejected: list[tuple[str, int, int]] = field(default_factory=list)
    """Places of the dead letters."""
    replayed: int = 0

    @property
    def profiles(self) -> dict[str, dict[str, Any]]:
        """Customer -> public profile at the end."""
        return {customer_id: customer.history[-1] for customer_id, customer in self.customers.items()}


def apply(customer: Customer, touch: Touch) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Take one new touchpoint in: the profile after it, and the alert it publishes, or None."""
    customer.touches.append(touch)
    touches = customer.touches
    as_of_ms = max(t["at_ms"] for t in touches)
    customer.ring.add(touch["source"], touch["id"], as_of_ms)
    facts = lists(touches)
    fall = sentiment_fall([(t["at_ms"], t["feeling"]) for t in touches if t["feeling"] is not None])
    score, reasons = assess(facts, fall, as_of_ms)
    risk = {"score": score, "reasons": reasons}
    customer.episode, change = step(customer.episode, score, as_of_ms, touch)
    after = profile(touches, facts, customer.duplicates, customer.episode, risk)
    if change is None or customer.episode is None:
        return after, None
    risk["without"] = counterfactuals(facts, fall, as_of_ms)
    first_ms = min(t["at_ms"] for t in touches)
    rest = {
        "customer_id": touch["customer_id"],
        "as_of": rfc3339(as_of_ms),
        "confidence": {"n": len(touches), "complete": as_of_ms - first_ms >= 30 * DAY_MS},
        "context": context(touch["customer_id"], touches, facts, customer.episode["firing"], as_of_ms),
    }
    return after, alert(customer.episode, change, touch, risk, rest)


def replay(
    records: Iterable[Record],
    feeling: Callable[[Touch], int | None],
    *,
    final_only: bool = False,
) -> Outcome:
    """Run over records in log order.

    Args:
        records: dicts `topic, partition, offset, key, value, headers, timestamp_ms`; several partitions may be mixed,
            each in the order of its offsets. A place that was already passed is a replay and changes nothing.
        feeling: gives the sentiment of an applied touchpoint in thousandths, or None without evidence.
        final_only: keep only the last profile of each customer.
    """
    outcome = Outcome()
    reached: dict[tuple[str, int], int] = {}
    for record in records:
        log = record["topic"], record["partition"]
        if record["offset"] <= reached.get(log, -1):
            outcome.replayed += 1
            continue
        reached[log] = record["offset"]
        touch = read(record)
        if touch is None:
            outcome.rejected.append((*log, record["offset"]))
            continue
        touch["feeling"] = feeling(touch)
        customer = outcome.customers.setdefault(touch["customer_id"], Customer())
        if customer.ring.holds(touch["source"], touch["id"]):
            customer.duplicates += 1
            revision = {"duplicates": customer.duplicates, "revision": len(customer.touches) + customer.duplicates}
            after: dict[str, Any] = customer.history[-1] | revision
        else:
            after, published = apply(customer, touch)
            outcome.alerts += [published] if published is not None else []
        customer.history = [after] if final_only else [*customer.history, after]
    return outcome
