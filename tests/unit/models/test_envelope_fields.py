"""Fields and keys that break the contract: reason and detail of every kind of them."""

import json
import string
from typing import Any

import pytest

from models.touchpoint import Reason, Rejected
from tests.records import KEY, NOW_MS, VALID, read, valid

A_KIND = "kind: expected one of the contract, or a name with a dot in it"
AN_INSTANT = "RFC 3339 with an offset, or whole epoch milliseconds"
LIKE_SECONDS = "looks like seconds, expected epoch milliseconds"
NO_SUCH_TIME = "no such date, time or offset"

FIELDS: dict[str, tuple[dict[str, Any], Reason, str]] = {
    "no id": ({"id": ...}, "missing_field", "id: required"),
    "null id": ({"id": None}, "missing_field", "id: required"),
    "empty id": ({"id": ""}, "missing_field", "id: required"),
    "numeric id": ({"id": 7}, "wrong_type", "id: expected string"),
    "long id": ({"id": "ş" * 129}, "too_large", "id: more than 128 characters"),
    "NUL in the id": ({"id": "a\0b"}, "out_of_range", "id: holds a NUL character"),
    "NUL in the source": ({"source": "crm\0"}, "out_of_range", "source: holds a NUL character"),
    "long source": ({"source": "s" * 257}, "too_large", "source: more than 256 characters"),
    "no time": ({"time": ...}, "missing_field", "time: required"),
    "null time": ({"time": None}, "missing_field", "time: required"),
    "seconds": ({"time": NOW_MS // 1000}, "out_of_range", f"time: {LIKE_SECONDS}"),
    "time 0": ({"time": 0}, "out_of_range", f"time: {LIKE_SECONDS}"),
    "just below the least": ({"time": 99_999_999_999}, "out_of_range", f"time: {LIKE_SECONDS}"),
    "microseconds": (
        {"time": NOW_MS * 1000},
        "out_of_range",
        "time: after the year 9999; looks like microseconds, expected epoch milliseconds",
    ),
    "2**63": (
        {"time": 1 << 63},
        "out_of_range",
        "time: after the year 9999; looks like microseconds, expected epoch milliseconds",
    ),
    "10**400": (
        {"time": 10**400},
        "out_of_range",
        "time: after the year 9999; looks like microseconds, expected epoch milliseconds",
    ),
    "before 1970 in milliseconds": ({"time": -1}, "out_of_range", "time: before 1970"),
    "before 1970": ({"time": "1969-12-31T23:59:59.999Z"}, "out_of_range", "time: before 1970 or after the year 9999"),
    "after 9999": ({"time": "9999-12-31T23:59:59-01:00"}, "out_of_range", "time: before 1970 or after the year 9999"),
    "the year 0": ({"time": "0000-01-01T00:00:00Z"}, "out_of_range", f"time: {NO_SUCH_TIME}"),
    "30 February": ({"time": "2026-02-30T00:00:00Z"}, "out_of_range", f"time: {NO_SUCH_TIME}"),
    "24 o'clock": ({"time": "2026-02-03T24:00:00Z"}, "out_of_range", f"time: {NO_SUCH_TIME}"),
    "offset of 29 hours": ({"time": "2026-02-03T00:00:00+29:00"}, "out_of_range", f"time: {NO_SUCH_TIME}"),
    "offset +99:99": ({"time": "2026-02-03T00:00:00+99:99"}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "second 61": ({"time": "2026-02-03T00:00:61Z"}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "no offset": ({"time": "2026-02-03T00:00:00"}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "only a date": ({"time": "2026-02-03"}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "basic format": ({"time": "20260203T000000Z"}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "digits of another script": ({"time": "２０２６-02-03T00:00:00Z"}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "milliseconds as text": ({"time": str(NOW_MS)}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "empty time": ({"time": ""}, "wrong_type", f"time: expected {AN_INSTANT}"),
    "fraction of a millisecond": ({"time": NOW_MS + 0.5}, "wrong_type", "time: expected integer or string"),
    "boolean time": ({"time": True}, "wrong_type", "time: expected integer or string"),
    "six minutes ahead": (
        {"time": NOW_MS + 300_001},
        "future_time",
        "time: more than 300 s after the record's timestamp",
    ),
    "no channel": ({"channel": ...}, "missing_field", "channel: required"),
    "empty channel": ({"channel": ""}, "missing_field", "channel: required"),
    "numeric channel": ({"channel": 1}, "wrong_type", "channel: expected string"),
    "no kind": ({"kind": ...}, "missing_field", "kind: required"),
    "empty kind": ({"kind": ""}, "missing_field", "kind: required"),
    "unknown kind": (
        {"kind": "dance"},
        "unknown_value",
        A_KIND,
    ),
    "kind in capitals": (
        {"kind": "Message"},
        "unknown_value",
        A_KIND,
    ),
    "long kind": ({"kind": "a." + "b" * 127}, "too_large", "kind: more than 128 characters"),
    "another customer": ({"customer_id": "somebody"}, "key_mismatch", "customer_id: differs from the record key"),
    "empty customer": ({"customer_id": ""}, "missing_field", "customer_id: required"),
    "numeric customer": ({"customer_id": 12345}, "wrong_type", "customer_id: expected string"),
    "long customer": ({"customer_id": "c" * 257}, "too_large", "customer_id: more than 256 characters"),
    "unknown direction": ({"direction": "sideways"}, "unknown_value", "direction: expected one of inbound, outbound"),
    "numeric direction": ({"direction": 1}, "wrong_type", "direction: expected string"),
    "unknown actor": ({"actor": "robot"}, "unknown_value", "actor: expected one of customer, human, bot, system"),
    "numeric text": ({"text": 5}, "wrong_type", "text: expected string"),
    "long language": ({"language": "x" * 65}, "too_large", "language: more than 64 characters"),
    "sentiment 1.01": ({"sentiment": 1.01}, "out_of_range", "sentiment: expected <= 1"),
    "sentiment -5": ({"sentiment": -5}, "out_of_range", "sentiment: expected >= -1"),
    "sentiment as text": ({"sentiment": "0.5"}, "wrong_type", "sentiment: expected number"),
    "negative wait": ({"wait_s": -0.001}, "out_of_range", "wait_s: expected >= 0"),
    "score a number": ({"score": 4}, "wrong_type", "score: expected object"),
    "score without metric": ({"score": {"value": 4}}, "missing_field", "score.metric: required"),
    "unknown metric": (
        {"score": {"metric": "stars", "value": 4}},
        "unknown_value",
        "score.metric: expected one of csat, nps, ces, rating",
    ),
    "score without value": ({"score": {"metric": "csat"}}, "missing_field", "score.value: required"),
    "value as text": ({"score": {"metric": "csat", "value": "4"}}, "wrong_type", "score.value: expected number"),
    "value a boolean": ({"score": {"metric": "csat", "value": True}}, "wrong_type", "score.value: expected number"),
    "csat 0": ({"score": {"metric": "csat", "value": 0}}, "out_of_range", "score.value: outside the scale"),
    "csat 5.01": ({"score": {"metric": "csat", "value": 5.01}}, "out_of_range", "score.value: outside the scale"),
    "nps 11": ({"score": {"metric": "nps", "value": 11}}, "out_of_range", "score.value: outside the scale"),
    "nps -1": ({"score": {"metric": "nps", "value": -1}}, "out_of_range", "score.value: outside the scale"),
    "nps 7.5": (
        {"score": {"metric": "nps", "value": 7.5}},
        "out_of_range",
        "score.value: an nps answer is a whole number",
    ),
    "nps from 1": (
        {"score": {"metric": "nps", "value": 7, "min": 1}},
        "out_of_range",
        "score.min: the scale of nps is 0 to 10",
    ),
    "nps to 5": (
        {"score": {"metric": "nps", "value": 4, "max": 5}},
        "out_of_range",
        "score.max: the scale of nps is 0 to 10",
    ),
    "rating without min": (
        {"score": {"metric": "rating", "value": 4, "max": 5}},
        "missing_field",
        "score.min: required",
    ),
    "ces without max": ({"score": {"metric": "ces", "value": 4, "min": 1}}, "missing_field", "score.max: required"),
    "a scale of one point": (
        {"score": {"metric": "rating", "value": 3, "min": 3, "max": 3}},
        "out_of_range",
        "score.min: must be below score.max",
    ),
    "a scale upside down": (
        {"score": {"metric": "csat", "value": 3, "min": 5, "max": 1}},
        "out_of_range",
        "score.min: must be below score.max",
    ),
    "a scale too wide": (
        {"score": {"metric": "rating", "value": 0, "min": -1e308, "max": 1e308}},
        "out_of_range",
        "score.max: the scale is too wide",
    ),
    "unknown score direction": (
        {"score": {"metric": "csat", "value": 3, "direction": "left"}},
        "unknown_value",
        "score.direction: expected one of up, down",
    ),
    "order a list": ({"order": []}, "wrong_type", "order: expected object"),
    "boolean price": ({"order": {"value": True}}, "wrong_type", "order.value: expected number or string"),
    "null item": ({"order": {"items": [{}, None]}}, "wrong_type", "order.items[1]: expected object"),
    "quantity as text": (
        {"order": {"items": [{"quantity": "2"}]}},
        "wrong_type",
        "order.items[0].quantity: expected number",
    ),
    "promise in seconds": (
        {"order": {"promised_at": 1_790_000_000}},
        "out_of_range",
        f"order.promised_at: {LIKE_SECONDS}",
    ),
    "promise in words": (
        {"order": {"promised_at": "tomorrow"}},
        "wrong_type",
        f"order.promised_at: expected {AN_INSTANT}",
    ),
    "start before 1970": ({"subscription": {"started_at": -5}}, "out_of_range", "subscription.started_at: before 1970"),
    "due on 31 June": ({"alert": {"due_at": "2026-06-31T00:00:00Z"}}, "out_of_range", f"alert.due_at: {NO_SUCH_TIME}"),
    "snoozed until no time": ({"alert": {"until": "later"}}, "wrong_type", f"alert.until: expected {AN_INSTANT}"),
    "unknown verdict": (
        {"alert": {"verdict": "perhaps"}},
        "unknown_value",
        "alert.verdict: expected one of right, wrong",
    ),
    "consent to nothing": ({"consent": {"granted": True}}, "missing_field", "consent.purpose: required"),
    "consent as text": (
        {"consent": {"purpose": "x", "granted": "yes"}},
        "wrong_type",
        "consent.granted: expected boolean",
    ),
    "null consent inside": (
        {"consent": {"purpose": "x", "granted": None}},
        "missing_field",
        "consent.granted: required",
    ),
    "merged with nobody": ({"merge": {"other_customer_id": ""}}, "missing_field", "merge.other_customer_id: required"),
    "error code a list": ({"usage": {"error_code": []}}, "wrong_type", "usage.error_code: expected integer or string"),
    "ids a list": ({"ids": ["a"]}, "wrong_type", "ids: expected object"),
    "numeric id inside ids": ({"ids": {"phone": 905}}, "wrong_type", "ids[...]: expected string"),
    "attributes a list": ({"attributes": []}, "wrong_type", "attributes: expected object"),
    "65 attributes": ({"attributes": {f"k{n}": 0 for n in range(65)}}, "too_large", "attributes: more than 64 keys"),
    "8 KiB and a byte": (
        {"attributes": {"x": "y" * (8193 - len('{"x": ""}'))}},
        "too_large",
        "attributes: more than 8 KiB",
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_breaks_the_contract(name: str) -> None:
    changes, reason, detail = FIELDS[name]

    assert read(valid(**changes)) == Rejected(reason, detail)


@pytest.mark.parametrize(
    ("key", "reason", "detail"),
    [
        (None, "missing_field", "record key: required"),
        (b"", "missing_field", "record key: required"),
        (b"\xff", "not_utf8", "record key: expected UTF-8"),
        (KEY.encode("utf-16"), "not_utf8", "record key: looks like UTF-16"),
        (json.dumps(KEY).encode(), "key_mismatch", "customer_id: differs from the record key"),
        (KEY.encode() + b"\0", "key_mismatch", "customer_id: differs from the record key"),
        (b"k" * 1024, "key_mismatch", "customer_id: differs from the record key"),
    ],
)
def test_a_key_that_is_not_the_customer(key: bytes | None, reason: Reason, detail: str) -> None:
    assert read(VALID, key=key) == Rejected(reason, detail)


@pytest.mark.parametrize(
    ("key", "reason", "detail"),
    [
        ("k" * 257, "too_large", "record key: more than 256 characters"),
        ("a\0b", "out_of_range", "customer_id: holds a NUL character"),
    ],
)
def test_a_key_that_could_be_no_customer(key: str, reason: Reason, detail: str) -> None:
    assert read(valid(customer_id=...), key=key) == Rejected(reason, detail)


def test_twins_of_another_normal_form_are_two_customers() -> None:
    """Ids are compared code point by code point: "é" composed is not "é" decomposed, and "а" Cyrillic is not "a"."""
    assert read(valid(customer_id="caf\u00e9"), key="cafe\u0301") == Rejected(
        "key_mismatch", "customer_id: differs from the record key"
    )
    assert read(valid(customer_id="\u0430nn"), key="ann") == Rejected(
        "key_mismatch", "customer_id: differs from the record key"
    )


def test_the_shortest_record_with_too_many_attributes_is_too_large() -> None:
    """The decoder does not count the attributes of small records; this is the smallest that has one too many."""
    names = ["", *string.ascii_letters, *"0123456789-_"]
    attributes = ",".join(f'"{name}":0' for name in names[:65]).encode()
    raw = b'{"id":"1","time":100000000000,"channel":"x","kind":"a.","attributes":{' + attributes + b"}}"

    assert read(raw) == Rejected("too_large", "attributes: more than 64 keys")


def test_only_a_set_age_makes_a_touchpoint_too_old() -> None:
    assert read(valid(time=NOW_MS - 1001), max_age_ms=1000) == Rejected(
        "past_retention", "time: more than 1 s before the record's timestamp"
    )


@pytest.mark.parametrize("headers", [(("h", b"x"),) * 1000, (("h", None),), (("content-type", b"text/csv"),)])
def test_headers_of_others_change_nothing(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    assert read(VALID, headers=headers) == read(VALID)
