"""The public alert and the public profile: the shapes of `kanarya.alerts` and `kanarya.profiles`.

`models.alert` and `models.public_profile` fill them, `models.schema` publishes them as JSON Schema. Types
only, no logic. Times are RFC 3339 UTC with milliseconds.
"""

from typing import Annotated, Literal, NamedTuple, TypedDict

from msgspec import Meta

from models.care_record import (
    ChannelUse,
    ConsentRecord,
    EffortRecord,
    IdentifierRecord,
    Interest,
    PreferenceRecord,
    PreferredChannel,
)
from models.profile_record import (
    AppreciationDue,
    Feeling,
    MembershipRecord,
    NpsAnswer,
    NpsAnswers,
    OpenCase,
    OpenDelivery,
    OrderTotals,
    RecentOrder,
    Relationship,
    Sums,
)
from models.reference_record import Reference
from models.stage import Stage
from models.windows import Values

__all__ = [
    "AppreciationDue", "Feeling", "MembershipRecord", "NpsAnswer", "NpsAnswers", "OpenCase", "OpenDelivery",
    "OrderTotals", "RecentOrder", "Relationship", "Sums",
]  # fmt: skip
"""`models.schema` finds every part of a public record here."""

Level = Literal["at_risk", "critical"]
Share = Annotated[float, Meta(ge=0, le=1)]


class Place(NamedTuple):
    """Where a profile lives: what its small numbers mean."""

    partition: int
    topics: tuple[str, ...]
    """Input topics by small id."""
    generations: tuple[int, ...] = ()
    """How often each of them was made anew, by small id; empty when none ever was."""


class ReasonRecord(TypedDict):
    """Part of the score."""

    rule: str
    points: int
    text: str
    """What the rule found, in words; never the customer's."""
    evidence: list[Reference]
    """The records that gave the points, newest first."""


class WhatIf(TypedDict):
    """The score without one touchpoint."""

    id: str
    score: int


class TimelineEntry(TypedDict):
    """A reference to what happened."""

    at: str
    kind: str
    channel: str
    topic: str
    partition: int
    offset: int
    id: str


class Context(TypedDict):
    """What a person wants to know before calling."""

    stage: Stage
    customer_since: str | None
    preferred_channel: str | None
    open_cases: list[OpenCase]
    recent_orders: list[RecentOrder]
    """Newest first."""
    last_negative: TimelineEntry | None
    windows: dict[str, dict[str, Values]]
    """Metric -> span (`1h 24h 7d 30d`) -> values, at `as_of`; a metric empty over 30 d is left out."""


class Confidence(TypedDict):
    """How much the score rests on."""

    n: int
    """Touchpoints applied."""
    complete: bool
    """Known for 30 days or more."""


class Alert(TypedDict):
    """One publication of an at-risk episode. One id, one payload, byte for byte."""

    schema: Literal["kanarya.alert.v1"]
    id: str
    episode_id: str
    seq: int
    trigger: Reference
    change: Literal["opened", "raised", "lowered", "reminded", "reopened", "resolved"]
    status: Literal["firing", "resolved"]
    level: Level
    peak_level: Level
    customer_id: str
    score: int
    summary: str
    started_at: str
    ended_at: str | None
    as_of: str
    reasons: list[ReasonRecord]
    without: list[WhatIf]
    context: Context
    confidence: Confidence
    policy_version: str
    scorer: str


class Satisfaction(TypedDict):
    """A customer's answers of one metric about one product, of those kept."""

    product: str
    metric: Literal["csat", "rating"]
    n: int
    mean: float
    """On 1-5."""
    last_at: str
    trend: float | None
    """Mean of the newer half of these answers less mean of the older half; None of too few."""


class Orders(TypedDict):
    """What is known of the customer's orders."""

    last: TimelineEntry | None
    recent: list[RecentOrder]
    """Newest first."""
    open_deliveries: list[OpenDelivery]
    """Of the kept orders those still to come, oldest first."""
    totals: OrderTotals


class RiskRecord(TypedDict):
    """Risk at `as_of`."""

    score: int
    level: Literal["ok", "watch", "at_risk", "critical"]
    episode_id: str | None
    """Of the firing episode."""
    reasons: list[ReasonRecord]


class PublicProfile(TypedDict):
    """A customer as service people see them."""

    schema: Literal["kanarya.profile.v1"]
    customer_id: str
    revision: int
    """Rises by one per applied touchpoint and per counted duplicate."""
    touchpoints: int
    duplicates: int
    first_seen_at: str
    last_seen_at: str
    customer_since: str | None
    stage: Stage
    preferred_channel: str | None
    contacts: dict[str, int]
    windows: dict[str, dict[str, Values]]
    """Metric -> span (`1h 24h 7d 30d`) -> values, at `as_of`; a metric empty over 30 d is left out."""
    satisfaction: list[Satisfaction]
    orders: Orders
    open_cases: list[OpenCase]
    last_negative: TimelineEntry | None
    timeline: list[TimelineEntry]
    risk: RiskRecord
    as_of: str
    policy_version: str
    scorer: str
    tenure_days: int | None
    """Whole days since `customer_since`, at `as_of`."""
    stage_entered_at: str
    relationship: Relationship
    appreciation_due: list[AppreciationDue]
    """Empty while an episode fires."""
    segments: list[MembershipRecord]
    channel_use: dict[str, dict[str, ChannelUse]]
    """Purpose (`info purchase dispute`) -> channel -> how often."""
    preferred_channels: list[PreferredChannel]
    effort: EffortRecord
    preferences: list[PreferenceRecord]
    interests: list[Interest]
    consents: list[ConsentRecord]
    ids: dict[str, list[IdentifierRecord]]
    """Kind (`email phone anonymous ...`) -> identifiers, newest first."""
