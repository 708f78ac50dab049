"""Whole records by the CloudEvents SDK's own Kafka serialisers, key and headers included, through `decode` and back.

Both are tried, that of version 2 (`cloudevents.core`) and that of version 1, which many producers still run.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, from_structured, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v03.event import CloudEvent as CloudEvent03
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.http import CloudEvent as CloudEventOfVersion1
from cloudevents.v1.kafka import to_binary as to_binary_of_version_1
from cloudevents.v1.kafka import to_structured as to_structured_of_version_1

from models.envelope import decode
from models.touchpoint import Rejected, Touchpoint
from tests.docs.examples import GOLDEN, golden
from tests.records import NOW_MS

FORMAT = JSONFormat()
AT = datetime(2026, 9, 21, 14, 13, 19, 250_900, UTC)
ATTRIBUTES: dict[str, Any] = {
    "id": "evt-1",
    "source": "/crm/eu",
    "type": "com.acme.touchpoint.complaint",
    "time": AT,
    "datacontenttype": "application/json",
    "partitionkey": "cust-1",
}
DATA = {"channel": "phone", "text": "Kargo yine geç kaldı 😡", "case_id": "c-9"}

Write = Callable[..., KafkaMessage]


def of_version_1(write: Any) -> Write:
    """The old serialiser behind the call of the new one; its events take texts only."""

    def call(event: CloudEvent, _: JSONFormat, key_mapper: Any = None) -> KafkaMessage:
        told = {name: t.isoformat() if isinstance(t, datetime) else t for name, t in event.get_attributes().items()}
        written = write(CloudEventOfVersion1(told, event.get_data()), key_mapper=key_mapper)
        return KafkaMessage(headers=written.headers, key=written.key, value=written.value)

    return call


WRITERS = {
    "binary": to_binary,
    "structured": to_structured,
    "binary of version 1": of_version_1(to_binary_of_version_1),
    "structured of version 1": of_version_1(to_structured_of_version_1),
}
every_writer = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


def event(data: Any = DATA, without: str = "", **attributes: Any) -> CloudEvent:
    told = {name: value for name, value in {**ATTRIBUTES, **attributes}.items() if name != without}
    return CloudEvent(attributes=told, data=data)


def decoded(message: KafkaMessage) -> Touchpoint | Rejected:
    """What a consumer makes of the record: keys that are text go over the wire as UTF-8."""
    key = message.key.encode() if isinstance(message.key, str) else message.key
    return decode(key, message.value, list(message.headers.items()), NOW_MS)


def touchpoint(message: KafkaMessage) -> Touchpoint:
    told = decoded(message)
    assert isinstance(told, Touchpoint), told
    return told


@every_writer
def test_the_partition_key_becomes_the_record_key_and_so_the_customer(write: Write) -> None:
    told = touchpoint(write(event(partitionkey="müşteri-7"), FORMAT))

    assert (told.customer_id, told.id, told.source, told.kind) == ("müşteri-7", "evt-1", "/crm/eu", "complaint")
    assert (told.at_ms, told.text, told.case_id) == (NOW_MS - 750, DATA["text"], "c-9")


@every_writer
@pytest.mark.parametrize("key", ["cust-9", b"cust-9"])
def test_a_key_mapper_of_the_producer_decides(write: Write, key: str | bytes) -> None:
    assert touchpoint(write(event(), FORMAT, key_mapper=lambda _: key)).customer_id == "cust-9"
    mapped = write(event({**DATA, "customer_id": "cust-9"}), FORMAT, key_mapper=lambda _: key)
    assert touchpoint(mapped).customer_id == "cust-9"


@every_writer
def test_without_a_key_there_is_no_customer_even_if_the_data_names_one(write: Write) -> None:
    keyless = write(event({**DATA, "customer_id": "cust-1"}, without="partitionkey"), FORMAT)

    assert keyless.key is None
    assert decoded(keyless) == Rejected("missing_field", "record key: required")


@every_writer
def test_a_key_and_a_customer_that_differ_are_refused(write: Write) -> None:
    other = write(event({**DATA, "customer_id": "cust-2"}), FORMAT)

    assert decoded(other) == Rejected("key_mismatch", "customer_id: differs from the record key")


@every_writer
@pytest.mark.parametrize(
    "datacontenttype",
    ["application/json", "application/json; charset=utf-8", "text/json", "application/vnd.acme.touchpoint+json"],
)
def test_any_content_type_of_json_data_is_read(write: Write, datacontenttype: str) -> None:
    assert touchpoint(write(event(datacontenttype=datacontenttype), FORMAT)) == touchpoint(write(event(), FORMAT))


@pytest.mark.parametrize("write", [to_binary, to_structured])
def test_data_without_a_content_type_is_json(write: Write) -> None:
    assert touchpoint(write(event(without="datacontenttype"), FORMAT)) == touchpoint(write(event(), FORMAT))


def test_the_data_decides_and_not_the_content_type() -> None:
    """A binary event may call its JSON what it likes; a structured one holds text in a string, which is no object."""
    text = json.dumps(DATA)

    assert touchpoint(to_binary(event(text, datacontenttype="text/plain"), FORMAT)).text == DATA["text"]
    assert decoded(to_structured(event(text, datacontenttype="text/plain"), FORMAT)) == Rejected(
        "not_an_object", "data: expected a JSON object"
    )
    assert decoded(to_binary(event("<a/>", datacontenttype="application/xml"), FORMAT)) == Rejected(
        "not_json", "value: not JSON near byte 0"
    )


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "binary of version 1"])
def test_data_in_bytes_is_read_packed_or_not(name: str) -> None:
    """Version 1 writes no bytes in binary mode."""
    write = WRITERS[name]
    message = write(event(json.dumps(DATA, ensure_ascii=False).encode()), FORMAT)

    assert (b"data_base64" in message.value) == ("ce_specversion" not in message.headers)
    assert touchpoint(message) == touchpoint(write(event(), FORMAT))


@pytest.mark.parametrize(
    ("write", "reason"), [(to_binary, "null_value"), (to_structured, "missing_field")], ids=["binary", "structured"]
)
def test_an_event_without_data_is_refused(write: Write, reason: str) -> None:
    told = decoded(write(event(None), FORMAT))

    assert isinstance(told, Rejected)
    assert told.reason == reason


@every_writer
def test_times_keep_their_offset_and_are_cut_to_milliseconds(write: Write) -> None:
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert touchpoint(write(event(time=there), FORMAT)).at_ms == NOW_MS - 750


@every_writer
def test_extensions_are_carried_and_never_read(write: Write) -> None:
    more = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "sequence": "7", "kind": "call"}

    assert touchpoint(write(event(**more), FORMAT)) == touchpoint(write(event(), FORMAT))


@pytest.mark.parametrize("write", [to_binary, to_structured])
def test_an_event_of_version_0_3_is_refused(write: Write) -> None:
    told = {name: value for name, value in ATTRIBUTES.items() if name != "partitionkey"}
    old = CloudEvent03(attributes={**told, "specversion": "0.3"}, data=DATA)

    refused = decoded(write(old, FORMAT, key_mapper=lambda _: "cust-1"))
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.detail.endswith("expected 1.0")) == ("unknown_value", True)


@every_writer
@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("plain*.json")))
def test_every_golden_touchpoint_reads_the_same_inside_an_event(write: Write, name: str) -> None:
    record = golden(name)["record"]
    value = record["value"]
    plain = decode(record["key"].encode(), json.dumps(value).encode(), (), NOW_MS)
    assert isinstance(plain, Touchpoint)
    at = datetime.fromtimestamp(plain.at_ms / 1000, UTC)
    wrapped = event(
        {name: told for name, told in value.items() if name not in {"id", "source", "time"}},
        id=plain.id,
        source=plain.source or "/none",
        type=f"touchpoint.{plain.kind}",
        time=at,
        partitionkey=record["key"],
    )

    told = touchpoint(write(wrapped, FORMAT))
    for each in (told, plain):
        each.time = None
        each.source = ""
    assert told == plain


@pytest.mark.parametrize(("write", "back"), [(to_binary, from_binary), (to_structured, from_structured)])
def test_what_we_read_is_what_the_sdk_reads_back(write: Write, back: Any) -> None:
    message = write(event(), FORMAT)
    again, told = back(message, FORMAT), touchpoint(message)

    assert (again.get_id(), again.get_source(), again.get_time()) == (told.id, told.source, AT)
    assert again.get_extension("partitionkey") == told.customer_id
    assert again.get_data() == DATA
