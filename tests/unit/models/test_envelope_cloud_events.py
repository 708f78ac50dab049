"""CloudEvents 1.0 in both modes, written by the CloudEvents SDK where it can, by hand where it would refuse."""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from models.envelope.instants import EXPECTED
from models.touchpoint import Reason, Rejected, Touchpoint
from tests.records import KEY, NOW_MS, Headers, Json, read

ATTRIBUTES: Json = {
    "id": "evt-1",
    "source": "/crm/eu",
    "type": "com.acme.touchpoint.complaint",
    "time": datetime(2026, 9, 21, 14, 13, 19, 250_000, UTC),
    "subject": "someone-else",
    "datacontenttype": "application/json",
}
DATA: Json = {"channel": "phone", "text": "It broke again.", "case_id": "c-9"}
HEADERS: dict[str, bytes | None] = {
    "ce_specversion": b"1.0",
    "ce_id": b"evt-1",
    "ce_source": b"/crm/eu",
    "ce_type": b"com.acme.touchpoint.complaint",
    "ce_time": b"2026-09-21T14:13:19.25Z",
    "content-type": b"application/json",
}
STRUCTURED: Json = {
    "specversion": "1.0",
    "id": "evt-1",
    "source": "/crm/eu",
    "type": "com.acme.touchpoint.complaint",
    "time": "2026-09-21T14:13:19.25Z",
    "data": DATA,
}
STRUCTURED_HEADERS: Headers = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
NO_BATCH = "header content-type: expected application/cloudevents+json"

Write = Callable[..., KafkaMessage]
both_modes = pytest.mark.parametrize("write", [to_binary, to_structured])


def sent(write: Write, data: Any = DATA, without: str = "", **attributes: Any) -> Touchpoint | Rejected:
    """What an event decodes to that the SDK's Kafka binding wrote."""
    told = {name: value for name, value in {**ATTRIBUTES, **attributes}.items() if name != without}
    message = write(CloudEvent(attributes=told, data=data), JSONFormat())
    return read(message.value, headers=list(message.headers.items()))


def binary(data: Json | bytes | None = DATA, key: str | None = KEY, **changes: bytes | None) -> Touchpoint | Rejected:
    """What a binary event decodes to, with other headers."""
    return read(data, key=key, headers=list({**HEADERS, **changes}.items()))


def structured(without: str = "", headers: Headers = (), **changes: Any) -> Touchpoint | Rejected:
    """What a structured event decodes to, with other members."""
    event = {name: told for name, told in {**STRUCTURED, **changes}.items() if name != without}
    return read(event, headers=headers)


@both_modes
def test_an_event_of_the_sdk_becomes_a_touchpoint_in_either_mode(write: Write) -> None:
    told = sent(write)

    assert isinstance(told, Touchpoint)
    assert (told.id, told.source, told.kind, told.customer_id) == ("evt-1", "/crm/eu", "complaint", KEY)
    assert (told.at_ms, told.channel_code, told.text, told.case_id) == (NOW_MS - 750, 1, DATA["text"], "c-9")
    assert told.specversion is None


def test_the_sdk_packs_bytes_as_base64_and_they_are_read() -> None:
    assert sent(to_structured, json.dumps(DATA).encode(), without="datacontenttype") == sent(to_structured)


def test_one_touchpoint_is_the_same_in_every_envelope() -> None:
    plain = read({**DATA, "id": "evt-1", "source": "/crm/eu", "kind": "complaint", "time": "2026-09-21T14:13:19.25Z"})
    packed = base64.b64encode(json.dumps(DATA).encode()).decode()

    assert isinstance(plain, Touchpoint)
    assert binary() == plain
    assert structured() == plain
    assert structured(headers=STRUCTURED_HEADERS) == plain
    assert structured(without="data", data_base64=packed) == plain


@both_modes
def test_the_envelope_wins_over_the_data(write: Write) -> None:
    told = sent(write, {**DATA, "id": "own", "source": "own", "time": NOW_MS - 5000})

    assert isinstance(told, Touchpoint)
    assert (told.id, told.source, told.at_ms) == ("evt-1", "/crm/eu", NOW_MS - 750)


@both_modes
def test_the_kind_of_the_data_wins_over_the_type(write: Write) -> None:
    told = sent(write, {**DATA, "kind": "call"})

    assert isinstance(told, Touchpoint)
    assert told.kind == "call"


@pytest.mark.parametrize("event", [lambda data: binary(data, ce_time=None), lambda data: structured("time", data=data)])
def test_time_is_the_envelopes_else_the_datas_else_the_records(event: Callable[[Json], Touchpoint]) -> None:
    assert event({**DATA, "time": NOW_MS - 5000}).at_ms == NOW_MS - 5000
    assert event(DATA).at_ms == NOW_MS


def test_without_any_time_and_without_a_record_timestamp_it_is_missing() -> None:
    about = [(name, told) for name, told in HEADERS.items() if name != "ce_time"]

    assert read(DATA, headers=about, timestamp_ms=-1) == Rejected("missing_field", "time: required")


@both_modes
@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("touchpoint.call", "call"),
        ("com.acme.touchpoint.call", "call"),
        ("com.acme.touchpoint.acme.points_earned", "acme.points_earned"),
        ("touchpoint.acme.touchpoint.x", "acme.touchpoint.x"),
    ],
)
def test_the_kind_is_what_follows_the_first_touchpoint_in_the_type(write: Write, type_: str, kind: str) -> None:
    told = sent(write, type=type_)

    assert isinstance(told, Touchpoint)
    assert told.kind == kind


@both_modes
@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        ("com.acme.call", "missing_field"),
        ("com.acme.touchpoint.", "missing_field"),
        ("com.acme.touchpoint.dance", "unknown_value"),
        ("touchpoint.a." + "b" * 127, "too_large"),
    ],
)
def test_a_type_that_names_no_kind_is_refused(write: Write, type_: str, reason: Reason) -> None:
    told = sent(write, type=type_)

    assert isinstance(told, Rejected)
    assert (told.reason, told.detail[:5]) == (reason, "kind:")


@both_modes
def test_the_customer_is_the_datas_or_the_keys_and_never_the_subject(write: Write) -> None:
    assert isinstance(sent(write), Touchpoint)
    assert sent(write, {**DATA, "customer_id": KEY}) == sent(write)
    assert sent(write, {**DATA, "customer_id": "someone-else"}) == Rejected(
        "key_mismatch", "customer_id: differs from the record key"
    )


def test_attributes_may_be_missing_where_the_data_tells_them() -> None:
    own = {**DATA, "id": "own", "source": "own", "kind": "call"}

    told = binary(own, ce_id=None, ce_source=None, ce_type=None)

    assert isinstance(told, Touchpoint)
    assert (told.id, told.source, told.kind) == ("own", "own", "call")


def test_names_of_headers_compare_without_case_and_the_last_of_two_counts() -> None:
    about: Headers = [("CE_SpecVersion", b"0.3"), *HEADERS.items(), ("Ce_Id", b"second")]

    told = read(DATA, headers=about)

    assert isinstance(told, Touchpoint)
    assert told.id == "second"


def test_a_data_type_that_is_no_media_type_is_tolerated() -> None:
    assert read(DATA, headers=[*HEADERS.items(), ("content-type", b"2026-09-21")]) == binary()


def test_extensions_with_the_names_of_fields_do_not_make_an_event_plain() -> None:
    assert structured(channel="web", kind=5, actor="robot", customer_id="x") == structured()
    assert structured(channel="web", kind="call", customer_id=KEY) == structured()


def test_data_may_have_a_specversion_of_its_own() -> None:
    assert binary({**DATA, "specversion": "2.0"}) == binary()


def test_a_specversion_of_null_is_as_if_it_were_left_out() -> None:
    plain = {**DATA, "id": "1", "time": NOW_MS, "kind": "call"}

    assert isinstance(read(plain), Touchpoint)
    assert read({**plain, "specversion": None}) == read(plain)


BINARY: dict[str, tuple[Json, Reason, str]] = {
    "version 0.3": ({"ce_specversion": b"0.3"}, "unknown_value", "header ce_specversion: expected 1.0"),
    "null version": ({"ce_specversion": None}, "unknown_value", "header ce_specversion: expected 1.0"),
    "version in bytes": ({"ce_specversion": b"\xff" * 999}, "unknown_value", "header ce_specversion: expected 1.0"),
    "no data": ({"data": None}, "null_value", "value: required"),
    "empty data": ({"data": b""}, "null_value", "value: required"),
    "no JSON": ({"data": b"hello"}, "not_json", "value: not JSON near byte 0"),
    "JSON, no object": ({"data": b'"hello"'}, "not_an_object", "value: expected a JSON object"),
    "no id anywhere": ({"ce_id": None}, "missing_field", "id: required"),
    "empty id": ({"ce_id": b""}, "missing_field", "header ce_id: required"),
    "long id": ({"ce_id": b"x" * 129}, "too_large", "header ce_id: more than 128 characters"),
    "id in Latin-1": ({"ce_id": b"caf\xe9"}, "not_utf8", "header ce_id: expected UTF-8"),
    "NUL in the id": ({"ce_id": b"a\0b"}, "out_of_range", "id: holds a NUL character"),
    "long source": ({"ce_source": b"x" * 257}, "too_large", "header ce_source: more than 256 characters"),
    "time without offset": ({"ce_time": b"2026-09-21T14:13:19"}, "wrong_type", f"time: expected {EXPECTED}"),
    "time ahead": (
        {"ce_time": b"2026-09-21T15:13:20Z"},
        "future_time",
        "time: more than 300 s after the record's timestamp",
    ),
    "wrong type inside": ({"data": {**DATA, "text": 5}}, "wrong_type", "text: expected string"),
    "a batch": ({"content-type": b"application/cloudevents-batch+json"}, "unknown_value", NO_BATCH),
    "no key": ({"key": None}, "missing_field", "record key: required"),
}


@pytest.mark.parametrize("name", BINARY)
def test_a_binary_event_that_breaks_the_contract(name: str) -> None:
    changes, reason, detail = BINARY[name]

    assert binary(**changes) == Rejected(reason, detail)


MEMBERS: dict[str, tuple[Json, Reason, str]] = {
    "version 0.3": ({"specversion": "0.3"}, "unknown_value", "specversion: expected 1.0"),
    "version 1.0 as a number": ({"specversion": 1.0}, "unknown_value", "specversion: expected 1.0"),
    "version a list": ({"specversion": ["1.0"]}, "unknown_value", "specversion: expected 1.0"),
    "null data": ({"data": None}, "missing_field", "data: required"),
    "no data": ({"without": "data"}, "missing_field", "data: required"),
    "empty base64": ({"without": "data", "data_base64": ""}, "missing_field", "data: required"),
    "data a string": ({"data": "hello"}, "not_an_object", "data: expected a JSON object"),
    "data a list": ({"data": [DATA]}, "not_an_object", "data: expected a JSON object"),
    "wrong type inside": ({"data": {**DATA, "text": 5}}, "wrong_type", "data.text: expected string"),
    "missing inside": ({"data": {**DATA, "score": {}}}, "missing_field", "data.score.metric: required"),
    "65 attributes": (
        {"data": {**DATA, "attributes": {str(n): n for n in range(65)}}},
        "too_large",
        "data.attributes: more than 64 keys",
    ),
    "no base64": ({"without": "data", "data_base64": "%%%"}, "wrong_type", "data_base64: expected base64"),
    "base64 in another script": ({"without": "data", "data_base64": "é"}, "wrong_type", "data_base64: expected base64"),
    "no JSON in base64": ({"without": "data", "data_base64": "aGk="}, "not_json", "data_base64: not JSON near byte 0"),
    "gzip in base64": (
        {"without": "data", "data_base64": base64.b64encode(gzip.compress(b"{}", mtime=0)).decode()},
        "not_utf8",
        "data_base64: looks like gzip",
    ),
    "depth in base64": (
        {"without": "data", "data_base64": base64.b64encode(b'{"a":' * 300 + b"1" + b"}" * 300).decode()},
        "too_deep",
        "data_base64: more than 200 levels of nesting",
    ),
    "empty id": ({"id": ""}, "missing_field", "id: required"),
    "numeric id": ({"id": 7}, "wrong_type", "id: expected string"),
    "numeric type": ({"type": 7}, "wrong_type", "type: expected string"),
    "time in seconds": (
        {"time": 1_790_000_000},
        "out_of_range",
        "time: looks like seconds, expected epoch milliseconds",
    ),
}


@pytest.mark.parametrize("headers", [(), STRUCTURED_HEADERS], ids=["by member", "by header"])
@pytest.mark.parametrize("name", MEMBERS)
def test_a_structured_event_that_breaks_the_contract(name: str, headers: Headers) -> None:
    changes, reason, detail = MEMBERS[name]

    assert structured(headers=headers, **changes) == Rejected(reason, detail)


@pytest.mark.parametrize(
    ("content_type", "value", "reason", "detail"),
    [
        (b"application/cloudevents+json", None, "null_value", "value: required"),
        (b"application/cloudevents+json", b"[]", "not_an_object", "value: expected a JSON object"),
        (b"application/cloudevents+json", b"{}", "missing_field", "specversion: required"),
        (b"Application/CloudEvents+JSON", b"{", "not_json", "value: ends in the middle of JSON"),
        (b"application/cloudevents-batch+json", b"[]", "unknown_value", NO_BATCH),
        (b"application/cloudevents+avro", b"\0", "unknown_value", NO_BATCH),
    ],
)
def test_a_content_type_that_promises_what_the_value_is_not(
    content_type: bytes, value: bytes | None, reason: Reason, detail: str
) -> None:
    assert read(value, headers=[("content-type", content_type)]) == Rejected(reason, detail)
