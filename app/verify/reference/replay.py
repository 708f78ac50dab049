"""The reference's front door: whole partitions of records in, every profile and every alert out.

`verdict` and the tests call `replay`. What a new touchpoint may have changed is recomputed from the full list of what
its customer did, so the cost grows with the square of a customer's history: slowly, as most touchpoints change little.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.verify.reference.episodes import Episode, alert, step
from app.verify.reference.facts import Facts
from app.verify.reference.profile import DAY_MS, context, profile
from app.verify.reference.ring import Ring
from app.verify.reference.risk import assess, counterfactuals, sentiment_fall
from app.verify.reference.touchpoints import Record, Touch, read, rfc3339


@dataclass
class Customer:
    """What the reference carries along for one customer."""

    touches: list[Touch] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    fall: float = 0
    """The points of `sentiment_fall`, which do not depend on when they are read."""
    as_of_ms: int = 0
    """The customer's own clock: the newest event time."""
    ring: Ring = field(default_factory=Ring)
    duplicates: int = 0
    episode: Episode | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    """The profile after each touchpoint and each duplicate; only the last one with `final_only`."""

    def risk(self, at_ms: int) -> dict[str, Any]:
        """`{score, reasons}` at a time."""
        score, reasons = assess(self.facts.lists, self.fall, at_ms)
        return {"score": score, "reasons": reasons}

    def profile(self, at_ms: int | None = None) -> dict[str, Any]:
        """The public profile at a time not before the newest touchpoint, None for that."""
        at_ms = self.as_of_ms if at_ms is None else at_ms
        counts = {"duplicates": self.duplicates, "revision": len(self.touches) + self.duplicates}
        return profile(self.touches, self.facts.lists, self.episode, self.risk(at_ms), at_ms) | counts

    def apply(self, touch: Touch) -> None:
        """Add it to what happened, and recompute what it may have changed."""
        self.touches.append(touch)
        self.facts.add(touch)
        self.as_of_ms = max(self.as_of_ms, touch["at_ms"])
        if touch["feeling"] is not None:
            self.fall = sentiment_fall([(t["at_ms"], t["feeling"]) for t in self.touches if t["feeling"] is not None])

    def take(self, touch: Touch) -> dict[str, Any] | None:
        """Take one touchpoint in: the alert it publishes, or None."""
        if self.ring.holds(touch["source"], touch["id"]):
            self.duplicates += 1
            return None
        self.apply(touch)
        as_of_ms = self.as_of_ms
        self.ring.add(touch["source"], touch["id"], as_of_ms)
        risk = self.risk(as_of_ms)
        self.episode, change = step(self.episode, risk["score"], as_of_ms, touch)
        if change is None or self.episode is None:
            return None
        risk["without"] = counterfactuals(self.facts.lists, self.fall, risk["reasons"], as_of_ms)
        first_ms = min(t["at_ms"] for t in self.touches)
        firing = self.episode["firing"]
        rest = {
            "customer_id": touch["customer_id"],
            "as_of": rfc3339(as_of_ms),
            "confidence": {"n": len(self.touches), "complete": as_of_ms - first_ms >= 30 * DAY_MS},
            "context": context(touch["customer_id"], self.touches, self.facts.lists, firing, as_of_ms),
        }
        return alert(self.episode, change, touch, risk, rest)


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


def replay(
    records: Iterable[Record],
    feeling: Callable[[Touch], int | None],
    signals: Callable[[Touch], Collection[str]] = lambda touch: (),
    *,
    final_only: bool = False,
    progressed: Callable[[], None] = lambda: None,
) -> Outcome:
    """Run over records in log order.

    Args:
        records: dicts `topic, partition, offset, key, value, headers, timestamp_ms`; several partitions may be mixed,
            each in the order of its offsets. A place that was already passed is a replay and changes nothing.
        feeling: gives the sentiment of an applied touchpoint in thousandths, or None without evidence.
        signals: gives what the words of an applied touchpoint told beside that.
        final_only: keep only the last profile of each customer.
        progressed: is called for each record, and with `final_only` for each customer at the end; what it raises ends
            the run.
    """
    outcome = Outcome()
    reached: dict[tuple[str, int], int] = {}
    for record in records:
        progressed()
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
        touch["signals"] = signals(touch)
        customer = outcome.customers.setdefault(touch["customer_id"], Customer())
        published = customer.take(touch)
        outcome.alerts += [published] if published is not None else []
        if not final_only:
            customer.history.append(customer.profile())
    if final_only:
        for customer in outcome.customers.values():
            progressed()
            customer.history = [customer.profile()]
    return outcome
