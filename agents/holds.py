"""Batches that the breaker keeps back: they wait in order, and are tried again from time to time.

`agents.profiles` holds a batch here instead of writing it, and with it all that follows on its topic partition. Of a
held batch nothing is written, applied or committed: a restart reads it again, and judges it anew.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from agents.breaker import Breaker, BreakerLimits
from agents.ports import Delivery

MEND: Final = (
    "mend the producer, or run a release that accepts these records; to have the bad ones become dead letters, restart"
    " with KANARYA_BREAKER=off until the partition has passed"
)


class Hold:
    """One topic partition that stands."""

    def __init__(self, delivery: Delivery, why: str, reasons: Counter[str], now_s: float) -> None:
        self.waiting = deque([delivery])
        """What was read of it, in order; at least one."""
        self.why, self.reasons = why, reasons
        """Of the first of them, as of the last try."""
        self.since_s = self.tried_s = now_s
        """By a monotonic clock."""

    @property
    def place(self) -> str:
        """Where it stands: `topic[partition]@offset` of the first record that waits."""
        batch = self.waiting[0].batch
        return f"{batch.topic}[{batch.partition}]@{batch.first_offset}"

    def keys(self) -> dict[str, Any]:
        """What the log says of it."""
        batch = self.waiting[0].batch
        return {
            "topic": batch.topic, "partition": batch.partition, "offset": batch.first_offset,
            "records": len(batch.records), "reasons": dict(self.reasons), "why": self.why, "mend": MEND,
        }  # fmt: skip

    def told(self) -> str:
        """One sentence: the place, why, the reasons seen, and the mend."""
        seen = ", ".join(f"{reason} {count}" for reason, count in self.reasons.most_common())
        return f"{self.place} is held, as {self.why} ({seen}): {MEND}"


class Holds:
    """The held topics of one partition number, and the breaker of each topic."""

    def __init__(self, limits: BreakerLimits | None, monotonic_s: Callable[[], float]) -> None:
        """`limits`: None for no breaker; nothing is ever held then."""
        self._limits, self._monotonic_s = limits, monotonic_s
        self._breakers: dict[str, Breaker] = {}
        self._held: dict[str, Hold] = {}

    def is_held(self, topic: str) -> bool:
        """Whether a batch of it waits."""
        return topic in self._held

    def all(self) -> list[Hold]:
        """What is held now."""
        return list(self._held.values())

    def trips(self, delivery: Delivery, bad: Mapping[int, str], applied: int) -> str | None:
        """Why the batch may not pass, None if it may; `bad` and `applied` as `Breaker` takes them."""
        if self._limits is None:
            return None
        batch = delivery.batch
        breaker = self._breakers.get(batch.topic)
        if breaker is None:
            breaker = self._breakers[batch.topic] = Breaker(self._limits, applied)
        return breaker.trips(batch.records, bad)

    def hold(self, delivery: Delivery, why: str, bad: Mapping[int, str]) -> Hold | None:
        """Keep a batch that tripped; the hold if it is a new one."""
        delivery.held()
        topic, now_s = delivery.batch.topic, self._monotonic_s()
        known = self._held.get(topic)
        if known is None:
            self._held[topic] = Hold(delivery, why, Counter(bad.values()), now_s)
            return self._held[topic]
        known.why, known.reasons, known.tried_s = why, Counter(bad.values()), now_s
        return None

    def queue(self, delivery: Delivery) -> None:
        """Keep a batch of a topic that is held, behind the others."""
        delivery.held()
        self._held[delivery.batch.topic].waiting.append(delivery)

    def due(self) -> list[Hold]:
        """Those that are to be tried again now."""
        if not self._held or self._limits is None:
            return []
        now_s = self._monotonic_s()
        return [hold for hold in self._held.values() if now_s - hold.tried_s >= self._limits.retry_s]

    def due_in_s(self) -> float | None:
        """Seconds until the next try; None while nothing is held."""
        if not self._held or self._limits is None:
            return None
        oldest_s = min(hold.tried_s for hold in self._held.values())
        return max(0.0, oldest_s + self._limits.retry_s - self._monotonic_s())

    def release(self, topic: str) -> float:
        """Nothing of it waits any more; seconds it was held."""
        return self._monotonic_s() - self._held.pop(topic).since_s
