"""What is kept of one customer: plain Structs, no logic.

`models.profile.observe` changes a `Profile`, `models.codec` turns it into bytes and back,
`models.risk`, `models.windows` and `models.public_profile` read it. Times are epoch ms UTC.
"""

from typing import Final

import msgspec

from models.relation import Membership, Orders, Promise, Recommendation
from models.stated import Statements

# Roles of a fact: in which bounded lists it stands. A bit never changes its meaning.
TIMELINE: Final = 1 << 0
NEGATIVE: Final = 1 << 1
COMPLAINT: Final = 1 << 2
CONTACT: Final = 1 << 3
ANSWER: Final = 1 << 4
SATISFIED: Final = 1 << 5
RESOLVED: Final = 1 << 6
LONG_WAIT: Final = 1 << 7
MONEY_TROUBLE: Final = 1 << 8
CLOSING: Final = 1 << 9
CASE: Final = 1 << 10
ORDER: Final = 1 << 11
ROLE_COUNT: Final = 12
FEELING: Final = 1 << 12
"""Not a list: marks a touchpoint that moves the means of feeling."""
NPS_ANSWER: Final = 1 << 13
CES_ANSWER: Final = 1 << 14
"""Not lists: say of `ANSWER` that such an answer came, or that a newcomer may push one out."""
OPENED: Final = 1 << 15
"""A list again, beyond the bits that are none."""
HUMAN: Final = 1 << 16
LEGAL: Final = 1 << 17
COMPETITOR: Final = 1 << 18
CANCELLATION: Final = 1 << 19
"""Lists of what the customer's words told: a person wanted, the law, somebody else or the price, an end."""
REWORK: Final = 1 << 20
"""A list again: transfers and reopenings. Of what stands in it and in the next one no reason is made."""
INTEREST: Final = 1 << 21

# Levels of an episode.
AT_RISK: Final = 1
CRITICAL: Final = 2

# Metrics of an answer, as stored in a fact.
NO_METRIC: Final = 0
CSAT: Final = 1
NPS: Final = 2
CES: Final = 3
RATING: Final = 4


class Fact(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """One remembered touchpoint, in every list whose bit is in `roles`. Its order key is (at_ms, source, id)."""

    at_ms: int
    source: str
    id: str
    topic: int
    offset: int
    roles: int
    kind: int | str
    """Code in `KINDS`, or a custom kind's name."""
    channel: int
    """Code in `CHANNELS`."""
    case_id: str | None = None
    issue: str | None = None
    product: str | None = None
    metric: int = 0
    """0 no answer, 1 csat, 2 nps, 3 ces, 4 rating."""
    answer_millionths: int = -1


class Episode(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The life of one alert rule on this customer, from opening to resolving and, within a day, reopening."""

    topic: int
    """Small id of the input topic of the opening record; with `offset` it makes the episode's public id."""
    offset: int
    firing: bool
    level: int
    """1 at_risk, 2 critical; of a resolved one the last level."""
    peak_level: int
    seq: int
    """Publications so far."""
    started_ms: int
    ended_ms: int
    """0 while firing."""
    published_ms: int
    """as_of of the newest publication."""
    reminders: int
    """Reminders in a row up to the newest publication."""


class Spell(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """A stretch of inbound touchpoints with no gap of the lapse length (180 d) inside."""

    first_ms: int
    last_ms: int
    order_ms: int
    """First inbound order_placed in it, 0 without one."""


class Decayed(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """Exact decayed sums over one half-life: values * 2**exponent and weights * 2**exponent (see `models.decay`)."""

    values: int = 0
    weights: int = 0
    exponent: int = 0


class Calm(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """What the last computed score allows: how far it may move before it must be computed again (see `models.calm`)."""

    rules: int = 0
    """Tag of the policy and the rules it was computed under, 0 before the first."""
    until_ms: int = 0
    """The newest as_of for which this holds."""
    up: int = 0
    """Points the score may rise without crossing a level."""
    down: int = 0
    """Points it may fall."""
    stirred: int = 0
    """Roles whose lists changed since."""
    points: list[int] = []
    """The points of each reason by its place in `models.limits.Limits.reach`."""


class Profile(msgspec.Struct):
    """Everything kept of one customer."""

    customer_id: str
    first_ms: int = 0
    """Oldest event time."""
    as_of_ms: int = 0
    """Newest event time: the customer's own clock."""
    touchpoints: int = 0
    duplicates: int = 0
    since_ms: int = 0
    """Earliest order or subscription, 0 without one."""
    contacts: dict[int, int] = {}
    """Channel code -> contacts, for ever."""
    marks: bytes = b""
    """The duplicates' guard: blake2b-8 of (source, 0x00, id) of the newest touchpoints, in log order."""
    gaps_ms: list[int] = []
    """as_of after applying each of them, as the difference from the one before; the first is 0."""
    oldest_mark_ms: int = 0
    """as_of after applying the first of them."""
    facts: list[Fact] = []
    """Remembered touchpoints by order key; those whose roles are all gone are dropped when encoded."""
    spells: list[Spell] = []
    windows: dict[int, list[int]] = {}
    """metric * 3 + resolution -> flat rows [bucket, fields...], ascending by bucket (see `models.windows`)."""
    feeling_n: int = 0
    """Touchpoints with evidence of feeling, for ever."""
    feeling_short: Decayed = msgspec.field(default_factory=Decayed)
    feeling_long: Decayed = msgspec.field(default_factory=Decayed)
    episode: Episode | None = None
    calm: Calm = msgspec.field(default_factory=Calm)
    offsets: dict[int, int] = {}
    """Input topic id -> last applied offset."""
    uses: list[int] = []
    """Channels used, by purpose: the common exponent, the half-life in ms under which the masses were summed, then rows
    [channel * 4 + purpose, n, mass], ascending."""
    orders: Orders | None = None
    """None before the first order."""
    recommendations: list[Recommendation] = []
    """At most one of the relationship and one of a transaction."""
    promises: list[Promise] = []
    segments: list[Membership] = []
    """By name; a function of the log order, as episodes are."""
    statements: Statements | None = None
    """Preferences, consents and identifiers."""
    lists: dict[int, list[Fact]] = {}
    """role -> its facts, ascending; derived from `facts` when first asked for, never stored."""
