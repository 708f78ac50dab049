"""The touchpoint: one thing that happened between a customer and the company.

`models.envelope.decode` turns the bytes of a Kafka record into a `Touchpoint` or a `Rejected`;
`models.profile.observe` folds a `Touchpoint` into a profile. Structs and tables only, no logic.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Optional, TypeVar

import msgspec
from msgspec import Meta

from models.vocabulary import CHANNEL_MEANINGS, KIND_MEANINGS

T = TypeVar("T")
if TYPE_CHECKING:
    # What a reader of a decoded touchpoint sees.
    Nullable = Annotated[T, "never None once decoded"]
    Arrival = Annotated[T, "never read from the wire"]
else:
    # What the wire may hold: a null for a field left out (the decoder puts the default in its place), and
    # anything at all under the name of an arrival field (the decoder overwrites it, unparsed).
    Nullable = Optional

    class Arrival:
        """`Arrival[int]` is an int that no producer can set."""

        def __class_getitem__(cls, _: object) -> type:
            return msgspec.Raw


Id128 = Annotated[str, Meta(min_length=1, max_length=128)]
Id256 = Annotated[str, Meta(min_length=1, max_length=256)]
Name256 = Annotated[str, Meta(max_length=256)]
Seconds = Annotated[float, Meta(ge=0)]
Instant = (
    Annotated[int, Meta(extra_json_schema={"minimum": 100_000_000_000, "maximum": 253_402_300_799_999})]
    | Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
)
"""RFC 3339 with offset, or whole epoch milliseconds; `models.envelope.instants` holds the rules and reads it."""

CHANNELS: Final[tuple[str, ...]] = tuple(CHANNEL_MEANINGS)
"""Every channel; the place in this tuple is the code in stored bytes."""

KINDS: Final[tuple[str, ...]] = tuple(KIND_MEANINGS)
"""Every kind without a dot; the place in this tuple is the code in stored bytes."""

CHANNEL_CODE: Final[dict[str, int]] = {name: code for code, name in enumerate(CHANNELS)}
KIND_CODE: Final[dict[str, int]] = {name: code for code, name in enumerate(KINDS)}
_KIND: Final = {"anyOf": [{"enum": list(KINDS)}, {"pattern": "[.]"}]}
OTHER: Final = CHANNEL_CODE["other"]

Direction = Literal["inbound", "outbound"]
Actor = Literal["customer", "human", "bot", "system"]
Metric = Literal["csat", "nps", "ces", "rating"]


class Score(msgspec.Struct, frozen=True, gc=False):
    """An answer on a stated scale."""

    metric: Metric
    """Which question it answers: satisfaction, recommendation, effort, stars."""
    value: float | None = None
    """Required, except of a survey that was only offered or declined."""
    min: float | None = None
    """Low end of the scale; csat defaults to 1-5, nps to 0-10, the others must say."""
    max: float | None = None
    """High end of the scale."""
    direction: Literal["up", "down"] | None = None
    """`down`: a low value is a good one; else up."""
    offer_id: Name256 | None = None
    """The survey as it was offered, so that offers and answers can be paired."""


class OrderItem(msgspec.Struct, frozen=True, gc=False):
    """One line of an order."""

    product: Name256 | None = None
    """As in the touchpoint's `product`."""
    quantity: float | None = None
    """How many."""
    price: str | float | None = None
    """Of one, as a decimal string or a number."""


class Order(msgspec.Struct, frozen=True):
    """An order as the touchpoint tells it; money is a decimal string or a number, never computed with here."""

    id: Name256 | None = None
    """The order's number."""
    value: str | float | None = None
    """Of the whole order, as a decimal string or a number."""
    currency: Name256 | None = None
    """ISO 4217, such as TRY."""
    items: list[OrderItem] | None = None
    """Its lines."""
    promised_at: Instant | None = None
    """When it was promised to arrive; may lie ahead."""


class Usage(msgspec.Struct, frozen=True, gc=False):
    """A device's counter or error."""

    device_id: Name256 | None = None
    """The device."""
    counter: Name256 | None = None
    """What is counted or measured."""
    value: float | None = None
    """How much."""
    unit: Name256 | None = None
    """Of `value`."""
    error_code: str | int | None = None
    """The device's own code of a fault."""


class Consent(msgspec.Struct, frozen=True, gc=False):
    """Whether the customer agrees to a purpose."""

    purpose: Name256
    """What it is for, such as newsletter."""
    granted: bool
    """Whether the customer agrees."""


class Preference(msgspec.Struct, frozen=True):
    """Something the customer stated about themselves."""

    name: Name256
    """What it is about."""
    value: Any = None
    """What is wished; any JSON."""


class Subscription(msgspec.Struct, frozen=True, gc=False):
    """A running contract."""

    id: Name256 | None = None
    """The contract's number."""
    plan: Name256 | None = None
    """The tariff or plan."""
    started_at: Instant | None = None
    """When it began; may lie far back."""


class Merge(msgspec.Struct, frozen=True, gc=False):
    """The other side of a merge."""

    other_customer_id: Id256
    """The id that is the same person, or no longer is."""


class AlertNote(msgspec.Struct, frozen=True, gc=False):
    """What a person did with an alert."""

    id: Name256 | None = None
    """The alert's `id`."""
    episode_id: Name256 | None = None
    """Its `episode_id`."""
    owner: Name256 | None = None
    """Who takes care of it."""
    due_at: Instant | None = None
    """By when."""
    until: Instant | None = None
    """How long it rests."""
    verdict: Literal["right", "wrong"] | None = None
    """Whether it was right to alert."""
    reason: Name256 | None = None
    """Why the verdict or the rest."""


class Touchpoint(msgspec.Struct, gc=False):
    """One touchpoint as a producer writes it, plus what its arrival added.

    The fields in parentheses on the wire are never read from there: the decoder and the batch fold
    overwrite them, so that one object carries a touchpoint from its bytes to the profile. `id`, `time`,
    `channel`, `customer_id`, `kind` are required, yet have defaults here: a CloudEvent may say some of them
    in its envelope, a record its customer in its key. The decoder checks what is missing in the end.
    """

    id: Nullable[Id128] = ""
    """Unique within its `source`; a retry repeats it, and is counted once."""
    time: Instant | None = None  # the decoder reads it into `at_ms`
    """When it happened, 1970 to 9999, cut to milliseconds. A number is epoch milliseconds, not seconds."""
    channel: Nullable[Annotated[str, Meta(extra_json_schema={"minLength": 1, "examples": list(CHANNELS)})]] = ""
    """One of the channels; any other counts as `other`."""
    customer_id: Nullable[Id256] = ""
    """Equals the record key, code point by code point; may be left out then."""
    kind: Nullable[Annotated[str, Meta(max_length=128, extra_json_schema=_KIND)]] = ""
    """What happened: one of the kinds, or one of your own with a dot in it: `acme.points_earned`."""
    source: Nullable[Name256] = ""
    """Who produced it; empty by default."""
    direction: Nullable[Direction] = "inbound"
    """Towards the company (default), or away from it."""
    actor: Nullable[Actor] = "customer"
    """Who acted; `customer` by default."""
    account_id: Name256 | None = None
    """The company or household that the customer belongs to."""
    case_id: Name256 | None = None
    """The case (ticket, claim, return) it belongs to."""
    issue: Name256 | None = None
    """What it is about, in the producer's own words for it."""
    product: Name256 | None = None
    """The product or service it is about."""
    employee_id: Name256 | None = None
    """Who acted for the company."""
    campaign_id: Name256 | None = None
    """The campaign it answers or belongs to."""
    location: Name256 | None = None
    """The shop, branch or site."""
    language: Annotated[str, Meta(max_length=64)] | None = None
    """BCP 47 tag of `text`."""
    text: str | None = None
    """What was said; scored, then forgotten: in no profile, alert or log. Over 64 KiB only its beginning counts."""
    sentiment: Annotated[float, Meta(ge=-1, le=1)] | None = None
    """The producer's own scoring of the customer's feeling, -1 to 1; wins over ours."""
    score: Score | None = None
    """An answer on a scale."""
    order: Order | None = None
    """The order that was placed, delivered, cancelled, refunded."""
    wait_s: Seconds | None = None
    """Seconds in the queue."""
    duration_s: Seconds | None = None
    """Seconds of handling."""
    usage: Usage | None = None
    """What a device reported."""
    consent: Consent | None = None
    """Of `consent_changed`: what the customer agreed to, or no longer does; the newest word on a purpose holds."""
    preference: Preference | None = None
    """Of `preference_set`: what the customer wishes; a null withdraws it. `channel`, `channel.dispute`, `interest.NAME`
    and others are read, see docs/profile.md."""
    subscription: Subscription | None = None
    """The contract that was started, paused, cancelled; its start makes someone a customer."""
    merge: Merge | None = None
    """Of `merged` and `unmerged`."""
    alert: AlertNote | None = None
    """Of `alert_acknowledged`, `alert_snoozed`, `alert_judged`."""
    ids: dict[str, Nullable[str]] | None = None
    """Other identifiers: `email`, `phone`, `anonymous`, ...; kept in one form, see docs/profile.md."""
    attributes: Annotated[dict[str, Any], Meta(extra_json_schema={"maxProperties": 64})] | None = None
    """At most 64 keys and 8,192 bytes of JSON as sent; counted, not interpreted."""

    specversion: Any = None
    """Set where the object is a CloudEvent in JSON, and not a touchpoint."""

    at_ms: Arrival[int] = msgspec.field(default=0, name="(at_ms)")
    """`time` in epoch ms UTC, fractions cut; set by the decoder."""
    channel_code: Arrival[int] = msgspec.field(default=OTHER, name="(channel)")
    """Code of the channel, `OTHER` for an unknown one; set by the decoder."""
    answer_millionths: Arrival[int] = msgspec.field(default=-1, name="(answer)")
    """(value-min)/(max-min) of the score, flipped for `down`, in whole millionths, -1 without; set by the decoder."""
    started_ms: Arrival[int] = msgspec.field(default=0, name="(started)")
    """`subscription.started_at` in epoch ms UTC, 0 without one; set by the decoder."""
    feeling_milli: Arrival[int | None] = msgspec.field(default=None, name="(feeling)")
    """Sentiment in thousandths, -1000..1000, None without evidence; set by the batch fold before `observe`."""
    signal_roles: Arrival[int] = msgspec.field(default=0, name="(signals)")
    """Roles that the signals of its text give it (`models.facts.roles_of_signals`); set as `feeling_milli` is."""
    topic: Arrival[int] = msgspec.field(default=0, name="(topic)")
    """Small id of the input topic (see the partition's meta record); set by the batch fold."""
    offset: Arrival[int] = msgspec.field(default=-1, name="(offset)")
    """Offset of the record; set by the batch fold."""


Reason = Literal[
    "not_json", "not_utf8", "not_an_object", "missing_field", "wrong_type", "out_of_range", "unknown_value",
    "key_mismatch", "too_large", "too_deep", "future_time", "past_retention", "null_value", "handler_error",
]  # fmt: skip
"""Why a record became a dead letter; a closed list."""


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """A record that cannot be a touchpoint: the reason, and a detail that names the place and never a value."""

    reason: Reason
    detail: str
