"""What a fold goes by and what it comes to: `agents.fold` fills it, `agents.profiles` writes it out."""

import msgspec

from agents.batch import Record
from agents.books import Books
from agents.ports import Item, Outgoing
from models.codec import decode_profile, last_offset
from models.policy import Policy
from models.profile import new_profile
from models.sentiment import Scorer
from models.state import Profile
from models.touchpoint import Touchpoint


class Rules(msgspec.Struct, frozen=True):
    """What a fold goes by, the same for all partitions."""

    policy: Policy
    scorer: Scorer
    group: str
    """Consumer group, named in dead letters."""
    future_ms: int = 300_000
    max_age_ms: int | None = None


class Folded(msgspec.Struct):
    """What a batch comes to; nothing of it is durable yet."""

    states: dict[bytes, bytes]
    """Changelog key -> new state of each customer that changed."""
    groups: list[list[Item]]
    """The same with the alerts of each customer: what must not part over two RecordBatches."""
    outbox: list[tuple[bytes, Outgoing]]
    """Changelog key and alert record, by source offset."""
    dead: list[Outgoing]
    """Dead letters, by source offset."""
    dirty: list[bytes]
    """Customers whose public profile may be behind: changed ones, and ones a replay met."""
    books: Books
    reasons: dict[int, str]
    """Offset -> reason of each dead letter."""

    @property
    def largest_group_bytes(self) -> int:
        """Keys and values of the largest group that holds alerts; a state alone is always small."""
        sizes = [sum(len(key) + len(value or b"") for key, value in group) for group in self.groups if len(group) > 1]
        return max(sizes, default=0)


Work = tuple[int, Touchpoint, Record]
"""A touchpoint that was decoded, with its place among those of the batch, and its record."""


class Customer:
    """A customer while a batch is folded."""

    __slots__ = ("changed", "good", "held", "id", "last", "work")

    def __init__(self, id_: bytes | None, raw: bytes | None, topic: int) -> None:
        self.id = id_
        self.good = raw
        """Newest bytes known to hold: at first the state before the batch."""
        self.last = last_offset(raw, topic) if raw is not None else -1
        self.work: list[Work] = []
        """Their touchpoints of the batch, in log order, until they are folded."""
        self.held = 0
        """How many of these `good` holds or must not hold."""
        self.changed = False

    def restore(self) -> Profile:
        """A live object from the last good bytes. Raises `StateError`."""
        customer_id = self.work[0][1].customer_id
        return new_profile(customer_id) if self.good is None else decode_profile(customer_id, self.good)
