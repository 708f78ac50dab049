"""What a fold goes by and what it comes to: `agents.fold` fills it, `agents.profiles` writes it out."""

import msgspec

from agents.books import Books
from agents.ports import Item, Outgoing
from models.policy import Policy
from models.sentiment import Scorer


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
