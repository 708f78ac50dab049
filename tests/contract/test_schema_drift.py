"""Producers of several releases on one topic: what an older or newer one may send, and what becomes of it.

v1 is the touchpoint as docs/events.md has it; v0 one from before fields were added; v2 one that knows more than we do.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from models.envelope import decode
from models.touchpoint import Rejected
from tests.product import Worker

KEY = "ada"
AT_MS = 1_760_000_000_000
Json = dict[str, Any]


def v1(n: int = 0, **fields: Any) -> Json:
    """Everything that a review has today; a field given as `...` is left out."""
    whole = {
        "id": f"r-{n}", "source": "shop", "customer_id": KEY, "time": AT_MS + n * 60_000, "channel": "web",
        "kind": "review", "direction": "inbound", "actor": "customer", "product": "kettle", "language": "en",
        "score": {"metric": "rating", "value": 2, "min": 1, "max": 5}, "order": {"id": "o-1", "value": "49.90"},
        "attributes": {"page": 3},
    }  # fmt: skip
    return {name: value for name, value in {**whole, **fields}.items() if value is not ...}


def record(value: Json, offset: int = 0, headers: list[tuple[str, bytes]] | None = None) -> Json:
    return {
        "topic": "t", "partition": 0, "offset": offset, "key": KEY.encode(), "value": json.dumps(value).encode(),
        "headers": headers or [], "timestamp_ms": AT_MS + 90 * 86_400_000,
    }  # fmt: skip


def verdict(value: Json, headers: list[tuple[str, bytes]] | None = None) -> str:
    """`applied`, or the reason with its detail."""
    sent = record(value, headers=headers)
    told = decode(sent["key"], sent["value"], sent["headers"], sent["timestamp_ms"])
    return f"{told.reason}: {told.detail}" if isinstance(told, Rejected) else "applied"


TABLE = [
    # Of an older producer: optional fields that it does not have yet.
    ("v0 has the four fields only", {"id": "1", "time": AT_MS, "channel": "web", "kind": "review"}, "applied"),
    ("v0 leaves fields empty", v1(product=None, score=None, order=None, attributes=None), "applied"),
    ("v0 has no source", v1(source=...), "applied"),
    ("v0 names the customer in the key only", v1(customer_id=...), "applied"),
    ("v0 wrote its times as text", v1(time="2025-10-09T11:53:20+03:00"), "applied"),
    # Of an older producer: fields that we have always wanted.
    ("v0 has no id", v1(id=...), "missing_field: id: required"),
    ("v0 has no time", v1(time=...), "missing_field: time: required"),
    ("v0 has no channel", v1(channel=...), "missing_field: channel: required"),
    ("v0 has no kind", v1(kind=...), "missing_field: kind: required"),
    # Of a newer producer: fields and names that we do not know.
    ("v2 adds a field", v1(mood="sunny"), "applied"),
    ("v2 adds an object", v1(ticket={"id": 7, "tags": ["a"]}), "applied"),
    ("v2 adds a field within one", v1(score={"metric": "nps", "value": 9, "scale": "likert"}), "applied"),
    ("v2 adds a channel", v1(channel="hologram"), "applied"),
    ("v2 adds a kind of its own", v1(kind="acme.unboxed"), "applied"),
    ("v2 adds a kind of ours", v1(kind="hologram_shown"), "unknown_value: kind: "),
    ("v2 adds an actor", v1(actor="avatar"), "unknown_value: actor: expected one of customer, human, bot, system"),
    ("v2 adds a direction", v1(direction="sideways"), "unknown_value: direction: expected one of inbound, outbound"),
    ("v2 adds a metric", v1(score={"metric": "wow", "value": 1}), "unknown_value: score.metric: "),
    # Of any producer: a known field with another type.
    ("a text became an object", v1(product={"id": "kettle"}), "wrong_type: product: expected string"),
    ("an object became a text", v1(order="o-1"), "wrong_type: order: expected object"),
    ("a number became a text", v1(sentiment="bad"), "wrong_type: sentiment: expected number"),
    ("an id became a number", v1(id=17), "wrong_type: id: expected string"),
]


@pytest.mark.parametrize(("value", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_producer_of_another_release_is_read_or_told_why_not(value: Json, expected: str) -> None:
    assert verdict(value).startswith(expected)


def event(data: Json, version: str = "1.0", **extensions: str) -> Json:
    """A structured CloudEvent around the data."""
    attributes = {"specversion": version, "id": "e", "source": "s", "type": "acme.touchpoint.review"}
    return {**attributes, "time": "2025-10-09T00:00:00Z", **extensions, "data": data}


ENVELOPES = [
    ("extensions", event(v1(), traceparent="00-0af7", dataschema="https://example.com/v9"), [], "applied"),
    ("version 0.3", event(v1(), "0.3"), [], "unknown_value: specversion"),
    ("version 2.0 in headers", v1(), [("ce_specversion", b"2.0")], "unknown_value: "),
    ("a header that we do not know", v1(), [("schema-version", b"9")], "applied"),
]


@pytest.mark.parametrize(
    ("value", "headers", "expected"), [row[1:] for row in ENVELOPES], ids=[row[0] for row in ENVELOPES]
)
def test_an_envelope_of_another_version_is_read_or_told_why_not(
    value: Json, headers: list[tuple[str, bytes]], expected: str
) -> None:
    assert verdict(value, headers).startswith(expected)


def low(n: int, **fields: Any) -> Json:
    return v1(n, channel=("web", "app", "email", "phone")[n % 4], **fields)


def test_a_mix_of_releases_on_one_topic_makes_the_profile_that_one_release_makes() -> None:
    """What v0 leaves out and v2 adds counts for nothing, whatever stands before and behind it."""
    dress: list[Callable[[int], Json]] = [
        lambda n: low(n, language=..., direction=..., actor=..., attributes=..., customer_id=...),
        low,
        lambda n: low(n, mood="sunny", ticket={"id": n}, order={"id": "o-1", "value": "49.90", "wrapped": True}),
    ]
    mixed = [record(dress[n % 3](n), n) for n in range(30)]
    plain = [record(low(n), n) for n in range(30)]
    refused = record(low(99, score={"metric": "wow", "value": 1}), 30)

    one, many = Worker().feed(plain), Worker().feed([*mixed, refused], cuts=range(1, 31))

    assert many.states == one.states
    assert many.alerts == one.alerts
    assert len(one.alerts) > 0
    assert many.dead == [("t", 0, 30)]
    assert (many.books.applied, many.books.rejected) == (30, 1)
