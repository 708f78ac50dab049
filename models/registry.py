"""Every field that is stored of a customer, with who reads it and how long it lives: nothing is kept for its own sake.

docs/registry.md is made from this table, and a test compares it with what `models.codec` stores. A new stored field
needs a row under its Struct: the file that turns it into something anybody can see, what that is, and what ends its
life. A field nobody reads has no row to be written, and should not be stored.
"""

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One stored field."""

    field: str
    reader: str
    """File that reads it for the purpose; it names the field."""
    purpose: str
    """Metric, rule or view that comes of it."""
    lives: str
    """How long it is kept."""


_EVER: Final = "for ever; one number"
_FACT: Final = "while it is among the newest 16 of a list, or 10 of the timeline"
_RING: Final = "24 h of the customer's clock, and 64 touchpoints"
_SPELL: Final = "the newest 16 spells"
_EPISODE: Final = "until the next episode opens"
_CALM: Final = "until the score is computed again"
_FADES: Final = "for ever; fades with a half-life of {} d"
_ORDER: Final = "while its order is among the newest 5"
_EVENT: Final = "while it is among the newest 20"
_MONEY: Final = "for ever; at most 4 currencies"
_NPS: Final = "until a newer answer of its sort"
_PROMISE: Final = "until a newer one in its case, or 16 newer cases"
_SEGMENT: Final = "while its segment is in the policy"
_STATED: Final = "while its name is among the newest 16"
_IDENTIFIER: Final = "while it is among the newest 4 of its kind, and 32 in all"
_OUTBOX: Final = "until the alert is known to be published"
_TOPIC: Final = "as long as the changelog"

REGISTRY: Final[dict[str, tuple[Row, ...]]] = {
    "Profile": (
        Row("first_ms", "models/public_profile.py", "`first_seen_at`; `complete` of windows", _EVER),
        Row("as_of_ms", "models/episode.py", "the customer's clock", _EVER),
        Row("touchpoints", "models/public_profile.py", "`touchpoints`, `revision`, an alert's `confidence`", _EVER),
        Row("duplicates", "models/public_profile.py", "`duplicates`, `revision`", _EVER),
        Row("since_ms", "models/stage.py", "`customer_since`, `tenure_days`, stage", _EVER),
        Row("contacts", "models/channel_use.py", "`contacts`, `preferred_channel`", "for ever; one number by channel"),
        Row("marks", "models/profile.py", "telling duplicates", _RING),
        Row("gaps_ms", "models/profile.py", "when a mark is forgotten", _RING),
        Row("oldest_mark_ms", "models/profile.py", "when a mark is forgotten", _RING),
        Row("facts", "models/facts.py", "risk, timeline, cases, satisfaction", _FACT),
        Row("spells", "models/stage.py", "stage: lapsed, won back", _SPELL),
        Row("windows", "models/public_profile.py", "`windows`", "1 h, 24 h and 30 d, by the width of its bucket"),
        Row("feeling_n", "models/risk/reasons.py", "`sentiment_fall`, `relationship.sentiment`", _EVER),
        Row("short_values", "models/decay.py", "`sentiment_fall`, `relationship.sentiment`", _FADES.format(14)),
        Row("short_weights", "models/decay.py", "`sentiment_fall`, `relationship.sentiment`", _FADES.format(14)),
        Row("short_exponent", "models/decay.py", "`sentiment_fall`, `relationship.sentiment`", _FADES.format(14)),
        Row("long_values", "models/decay.py", "`sentiment_fall`, `relationship.sentiment`", _FADES.format(90)),
        Row("long_weights", "models/decay.py", "`sentiment_fall`, `relationship.sentiment`", _FADES.format(90)),
        Row("long_exponent", "models/decay.py", "`sentiment_fall`, `relationship.sentiment`", _FADES.format(90)),
        Row("episode", "models/episode.py", "alerts, `risk`, stage", _EPISODE),
        Row("calm", "models/calm.py", "scores that need no computing", _CALM),
        Row("uses", "models/channel_use.py", "`channel_use`, `preferred_channels`", _FADES.format(90)),
        Row("orders", "models/order_view.py", "`orders`, an alert's `recent_orders`", "for ever; its parts see below"),
        Row("recommendations", "models/relationship.py", "`relationship.nps`", _NPS),
        Row("promises", "models/cases.py", "`promised_at` of open cases", _PROMISE),
        Row("segments", "models/segments.py", "`segments`", _SEGMENT),
        Row(
            "statements", "models/statements.py", "`preferences`, `consents`, `ids`, `interests`", "see its parts below"
        ),
    ),
    "Statements": (
        Row("preferences", "models/statements.py", "`preferences`, `preferred_channels`, `interests`", _STATED),
        Row("consents", "models/statements.py", "`consents`; one that is not listed is not granted", _STATED),
        Row("identifiers", "models/identifiers.py", "`ids`", _IDENTIFIER),
    ),
    "Statement": (
        Row("name", "models/statements.py", "`preferences`, `consents`", _STATED),
        Row("value", "models/statements.py", "`preferences`, `consents`", _STATED),
        Row("at_ms", "models/statements.py", "which word is the newest; evidence", _STATED),
        Row("source", "models/statements.py", "order key", _STATED),
        Row("id", "models/statements.py", "order key; evidence", _STATED),
        Row("topic", "models/statements.py", "evidence", _STATED),
        Row("offset", "models/statements.py", "evidence", _STATED),
        Row("large", "models/statements.py", "that only the record holds the value", _STATED),
    ),
    "Identifier": (
        Row("kind", "models/identifiers.py", "`ids`", _IDENTIFIER),
        Row("value", "models/identifiers.py", "`ids`", _IDENTIFIER),
        Row("form", "models/identifiers.py", "`normalized`", _IDENTIFIER),
        Row("at_ms", "models/identifiers.py", "when it was used last", _IDENTIFIER),
        Row("source", "models/identifiers.py", "order key", _IDENTIFIER),
        Row("id", "models/identifiers.py", "order key", _IDENTIFIER),
    ),
    "Fact": (
        Row("at_ms", "models/risk/reasons.py", "age; order key; evidence", _FACT),
        Row("source", "models/facts.py", "order key", _FACT),
        Row("id", "models/references.py", "evidence", _FACT),
        Row("topic", "models/references.py", "evidence", _FACT),
        Row("offset", "models/references.py", "evidence", _FACT),
        Row("roles", "models/facts.py", "in which lists it stands", _FACT),
        Row("kind", "models/references.py", "timeline; which cases are open", _FACT),
        Row("channel", "models/risk/reasons.py", "`repeat_contact`; timeline", _FACT),
        Row("case_id", "models/risk/reasons.py", "`open_complaint`, `repeat_contact`; open cases", _FACT),
        Row("issue", "models/risk/reasons.py", "`repeat_contact`; topic of open cases", _FACT),
        Row("product", "models/relationship.py", "`satisfaction`", _FACT),
        Row("metric", "models/risk/reasons.py", "`nps`, `satisfaction`, `effort`, `promoter`", _FACT),
        Row("answer_millionths", "models/risk/reasons.py", "the same; `satisfaction` by product", _FACT),
    ),
    "Spell": (
        Row("first_ms", "models/stage.py", "end of a silence", _SPELL),
        Row("last_ms", "models/stage.py", "stage: lapsed", _SPELL),
        Row("order_ms", "models/stage.py", "stage: won back", _SPELL),
    ),
    "Episode": (
        Row("topic", "models/alert.py", "`episode_id`", _EPISODE),
        Row("offset", "models/alert.py", "`episode_id`", _EPISODE),
        Row("firing", "models/episode.py", "alerts, stage", _EPISODE),
        Row("level", "models/episode.py", "alerts", _EPISODE),
        Row("peak_level", "models/alert.py", "alerts", _EPISODE),
        Row("seq", "models/alert.py", "an alert's `seq` and `id`", _EPISODE),
        Row("started_ms", "models/alert.py", "`started_at`; since when at risk", _EPISODE),
        Row("ended_ms", "models/episode.py", "reopening; `ended_at`", _EPISODE),
        Row("published_ms", "models/calm.py", "reminders", _EPISODE),
        Row("reminders", "models/calm.py", "the time to the next reminder", _EPISODE),
    ),
    "Calm": (
        Row("rules", "models/calm.py", "trusting no score of other rules", _CALM),
        Row("until_ms", "models/calm.py", "how long it holds", _CALM),
        Row("up", "models/calm.py", "how far the score may rise", _CALM),
        Row("down", "models/calm.py", "how far it may fall", _CALM),
        Row("stirred", "models/calm.py", "which lists changed since", _CALM),
        Row("points", "models/calm.py", "what each reason gave", _CALM),
    ),
    "Orders": (
        Row("placed", "models/order_view.py", "`orders.totals`; thanks due", _EVER),
        Row("delivered", "models/order_view.py", "`orders.totals`", _EVER),
        Row("cancelled", "models/order_view.py", "`orders.totals`", _EVER),
        Row("refunded", "models/order_view.py", "`orders.totals`", _EVER),
        Row("money", "models/order_view.py", "`orders.totals.money`; `spent` in segments", _MONEY),
        Row("recent", "models/order_view.py", "`orders.recent`, `orders.open_deliveries`", _ORDER),
        Row("events", "models/order_view.py", "what came of an order, and its newest promise", _EVENT),
    ),
    "Money": (
        Row("placed_n", "models/order_view.py", "`orders.totals.money`", _MONEY),
        Row("placed", "models/order_view.py", "`orders.totals.money`", _MONEY),
        Row("refunded_n", "models/order_view.py", "`orders.totals.money`", _MONEY),
        Row("refunded", "models/order_view.py", "`orders.totals.money`", _MONEY),
    ),
    "PlacedOrder": (
        Row("at_ms", "models/order_view.py", "`orders.recent`; order key", _ORDER),
        Row("source", "models/newest.py", "order key", _ORDER),
        Row("id", "models/order_view.py", "the record that placed it", _ORDER),
        Row("topic", "models/order_view.py", "the record that placed it", _ORDER),
        Row("offset", "models/order_view.py", "the record that placed it", _ORDER),
        Row("channel", "models/order_view.py", "`orders.recent`", _ORDER),
        Row("order_id", "models/order_view.py", "joining what is told of one order", _ORDER),
        Row("value", "models/order_view.py", "`orders.recent`", _ORDER),
        Row("currency", "models/order_view.py", "`orders.recent`", _ORDER),
        Row("promised_ms", "models/order_view.py", "`promised_at`, `late`", _ORDER),
    ),
    "OrderEvent": (
        Row("at_ms", "models/newest.py", "order key", _EVENT),
        Row("source", "models/newest.py", "order key", _EVENT),
        Row("id", "models/newest.py", "order key", _EVENT),
        Row("order_id", "models/order_view.py", "joining what is told of one order", _EVENT),
        Row("code", "models/order_view.py", "`kinds`, `open`", _EVENT),
        Row("promised_ms", "models/order_view.py", "`promised_at`, `late`", _EVENT),
    ),
    "Recommendation": (
        Row("at_ms", "models/relationship.py", "`relationship.nps`; order key", _NPS),
        Row("source", "models/newest.py", "order key", _NPS),
        Row("id", "models/newest.py", "order key", _NPS),
        Row("value", "models/relationship.py", "`relationship.nps`", _NPS),
        Row("transactional", "models/relationship.py", "which of the two it is", _NPS),
    ),
    "Promise": (
        Row("at_ms", "models/newest.py", "order key", _PROMISE),
        Row("source", "models/newest.py", "order key", _PROMISE),
        Row("id", "models/newest.py", "order key", _PROMISE),
        Row("case_id", "models/cases.py", "the case it was made in", _PROMISE),
        Row("promised_ms", "models/cases.py", "`promised_at`, `promise_late`", _PROMISE),
    ),
    "Membership": (
        Row("segment", "models/segments.py", "`segments`", _SEGMENT),
        Row("entered_ms", "models/segments.py", "`entered_at`", _SEGMENT),
        Row("left_ms", "models/segments.py", "`member`, `left_at`", _SEGMENT),
    ),
    "Outbox": (
        Row("customer_id", "models/codec.py", "record key of the alert", _OUTBOX),
        Row("alert", "models/codec.py", "record value of the alert", _OUTBOX),
        Row("headers", "models/codec.py", "record headers of the alert", _OUTBOX),
    ),
    "Meta": (
        Row("topics", "models/generation.py", "what the small ids of topics mean", _TOPIC),
        Row("epoch", "models/codec.py", "which owner wrote it", _TOPIC),
    ),
    "TopicMeta": (
        Row("id", "models/generation.py", "the topic in offsets and evidence", _TOPIC),
        Row("generation", "models/generation.py", "topics made anew; `episode_id`", _TOPIC),
        Row("applied", "models/codec.py", "refusing a topic that lost records", _TOPIC),
    ),
}
"""Struct -> its fields as they are stored."""
