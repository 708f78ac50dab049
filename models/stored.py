"""The shape of each body in the changelog: plain Structs, no logic. `models.codec` fills and reads them."""

import msgspec

from models.relation import Membership, Orders, Promise, Recommendation
from models.state import Calm, Episode, Fact, Spell
from models.stated import Statements


class TopicMeta(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What a partition knows of one input topic."""

    id: int
    """Its small id in offsets and references."""
    generation: int
    """Raised when the topic was made anew, so that low offsets are new ones."""
    applied: int
    """Highest applied offset, -1 before the first."""


class Meta(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """The meta record of a partition."""

    topics: dict[str, TopicMeta]
    epoch: int = 0
    """Raised by each new owner of the partition."""


class StoredProfile(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A profile's body; it grows at the end, by fields with defaults."""

    first_ms: int
    as_of_ms: int
    touchpoints: int
    duplicates: int
    since_ms: int
    contacts: dict[int, int]
    marks: bytes
    gaps_ms: list[int]
    oldest_mark_ms: int
    facts: list[Fact]
    spells: list[Spell]
    windows: dict[int, list[int]]
    feeling_n: int
    short_values: int | bytes
    short_weights: int | bytes
    short_exponent: int
    long_values: int | bytes
    long_weights: int | bytes
    long_exponent: int
    episode: Episode | None
    calm: Calm
    uses: list[int | bytes] = []
    orders: Orders | None = None
    recommendations: list[Recommendation] = []
    promises: list[Promise] = []
    segments: list[Membership] = []
    statements: Statements | None = None


class StoredCounts(msgspec.Struct, array_like=True):
    """The beginning of `StoredProfile`: what the books add up, without making the objects of the rest."""

    first_ms: int
    as_of_ms: int
    touchpoints: int
    duplicates: int


class StoredOutbox(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """An alert that is not known to be published."""

    customer_id: bytes
    alert: bytes
    headers: list[tuple[str, bytes]]
