"""The parts of a public profile that tell how to care for a customer: channels, effort, wishes, identifiers.

`models.channel_use`, `models.effort`, `models.interests`, `models.statements` and `models.identifiers` fill them;
`models.alert_record` holds the profile they are part of. Types only, no logic.
"""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from models.reference_record import Reference
from models.stated import Value

Purpose = Literal["info", "purchase", "dispute"]
Source = Literal["stated", "observed"]


class ChannelUse(TypedDict):
    """How a customer uses a channel for one purpose."""

    n: int
    """Times, for ever."""
    recent: float
    """Each time weighs 2^(-age/H): how much of it is of late."""


class PreferredChannel(TypedDict):
    """Where the customer would rather be met."""

    purpose: Purpose
    channel: str
    source: Source
    """What was stated wins over what was observed."""
    confidence: Annotated[float, Meta(ge=0, le=1)]
    """1 of a stated one; else `recent` of the channel / (`recent` of the purpose over all channels + 1)."""
    n: int
    """Touchpoints it rests on: 1 of a stated one, else all of the purpose."""


class EffortPart(TypedDict):
    """One sort of work that the customer had."""

    part: Literal["repeats", "switches", "transfers", "reopens", "long_waits", "hard", "limit"]
    n: int
    points: int


class EffortRecord(TypedDict):
    """What it takes the customer to be helped, from the kept facts."""

    index: Annotated[int, Meta(ge=0, le=100)]
    """The parts' points sum to it."""
    parts: list[EffortPart]
    cases: int
    """Cases in which a kept contact stands."""
    contacts: int
    """Kept contacts in them."""
    contacts_per_case: float | None
    ces_n: int
    """Kept effort answers."""
    ces_mean: float | None
    """On 1-7, high is easy."""


class PreferenceRecord(TypedDict):
    """A preference in force."""

    name: str
    value: Value
    """null where it is an object, a list or a text over 256 characters: the record has it."""
    at: str
    source: Literal["stated"]
    evidence: Reference


class Interest(TypedDict):
    """Something the customer cares for."""

    name: str
    """A product, an issue, or what follows `interest.` in the name of a preference."""
    about: Literal["product", "issue"] | None
    """null of a stated one that was never observed."""
    source: Source
    strength: float | None
    """Sum of 2^(-age/H) over the kept observations, null without any."""
    n: int
    """Kept observations: one a day, and one a day on the wish list."""
    on_wish_list: bool
    at: str
    evidence: Reference
    """The statement, else the newest observation."""


class ConsentRecord(TypedDict):
    """The newest word on one purpose; a purpose that is not listed is not granted."""

    purpose: str
    granted: bool
    at: str
    evidence: Reference


class IdentifierRecord(TypedDict):
    """An identifier that came in `ids`."""

    value: str
    normalized: bool | None
    """Whether it could be brought to its kind's common form; null for a kind without one."""
    at: str
    """When it was last used."""
