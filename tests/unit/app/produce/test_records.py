"""Lines become records; a line that the worker would reject is bad before it is sent."""

import tomllib

import orjson
import pytest

from app.produce.mapping import Mapper
from app.produce.records import BadLine, Record, records

NOW_MS = 1_767_225_600_000
GOOD = {"id": "1", "customer_id": "c-1", "time": "2025-12-31T00:00:00Z", "channel": "web", "kind": "message"}


def of(*lines: bytes, mapper: Mapper | None = None) -> list[Record | BadLine]:
    return list(records(enumerate(lines, 1), mapper, lambda: NOW_MS))


def test_a_touchpoint_goes_as_it_is_keyed_by_its_customer() -> None:
    line = orjson.dumps(GOOD | {"unknown": 1}, option=orjson.OPT_INDENT_2)

    assert of(line) == [Record(1, b"c-1", line)]


def test_a_cloud_event_is_keyed_by_the_customer_in_its_data() -> None:
    event = {"specversion": "1.0", "type": "com.acme.touchpoint.message", "source": "s", "id": "1", "data": GOOD}

    assert of(orjson.dumps(event))[0][:2] == (1, b"c-1")


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        (b"nope", "not_json", "value: "),
        (b"[]", "not_an_object", "value: "),
        (orjson.dumps(GOOD | {"customer_id": 3}), "wrong_type", "customer_id: expected string"),
        (orjson.dumps(GOOD | {"customer_id": None}), "missing_field", "customer_id: required"),
        (orjson.dumps(GOOD | {"id": ""}), "missing_field", "id: required"),
        (orjson.dumps(GOOD | {"kind": "shout"}), "unknown_value", "kind: "),
        (orjson.dumps(GOOD | {"time": NOW_MS + 600_000}), "future_time", "time: "),
        (orjson.dumps(GOOD | {"text": "x"}).replace(b'"x"', b'"\xff"'), "not_utf8", ""),
        (b'{"a":' * 100_000, "too_deep", "value: "),
    ],
)
def test_a_line_that_the_worker_would_reject_is_bad_with_the_same_reason(line: bytes, reason: str, detail: str) -> None:
    (bad,) = of(line)

    assert isinstance(bad, BadLine)
    assert (bad.line, bad.reason) == (1, reason)
    assert bad.detail.startswith(detail)


def test_bad_lines_do_not_stop_the_good_ones() -> None:
    line = orjson.dumps(GOOD)

    assert [item.line for item in of(line, b"nope", line) if isinstance(item, Record)] == [1, 3]


MAPPER = Mapper(
    tomllib.loads("""
id = "id"
customer_id = "who"
time = { path = "at", format = "epoch_s" }
channel = { constant = "web" }
kind = { constant = "message" }
""")
)


def test_a_map_makes_the_value_and_the_key() -> None:
    (record,) = of(b'{"id": "1", "who": "c-9", "at": 1767225600}', mapper=MAPPER)

    assert isinstance(record, Record)
    assert record.key == b"c-9"
    assert orjson.loads(record.value)["time"] == NOW_MS


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "1", "who": "c-9", "at": "noon"}', "wrong_type"),
        (b'{"id": "1", "at": 1767225600}', "missing_field"),
        (b'{"id": "1", "who": "c-9", "at": 1}', "out_of_range"),
        (b"{", "not_json"),
        (b"[1]", "missing_field"),
    ],
)
def test_a_record_that_the_map_does_not_fit_is_bad(line: bytes, reason: str) -> None:
    (bad,) = of(line, mapper=MAPPER)

    assert isinstance(bad, BadLine)
    assert bad.reason == reason
