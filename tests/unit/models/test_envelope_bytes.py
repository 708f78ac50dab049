"""Bytes that are no touchpoint: reason and detail of every kind of them."""

import gzip
import json

import pytest

from models.touchpoint import Reason, Rejected
from tests.records import VALID, read

GOOD = json.dumps(VALID).encode()


def with_raw(field: bytes) -> bytes:
    """The valid touchpoint with one more field, written byte for byte."""
    return GOOD[:-1] + b"," + field + b"}"


BYTES: dict[str, tuple[bytes | None, Reason, str]] = {
    "null": (None, "null_value", "value: required"),
    "no bytes": (b"", "not_json", "value: empty"),
    "blank": (b" \n", "not_json", "value: empty"),
    "prose": (b"hello", "not_json", "value: not JSON near byte 0"),
    "half an object": (GOOD[:-1], "not_json", "value: ends in the middle of JSON"),
    "two objects": (GOOD + GOOD, "not_json", f"value: not JSON near byte {len(GOOD) + 1}"),
    "single quotes": (b"{'id': 1}", "not_json", "value: not JSON near byte 1"),
    "trailing comma": (GOOD[:-1] + b",}", "not_json", f"value: not JSON near byte {len(GOOD)}"),
    "a control character in a string": (b'{"id":"a\nb"}', "not_json", "value: not JSON near byte 8"),
    "NaN": (with_raw(b'"sentiment":NaN'), "not_json", f"value: not JSON near byte {len(GOOD) + 12}"),
    "Infinity": (with_raw(b'"wait_s":Infinity'), "not_json", f"value: not JSON near byte {len(GOOD) + 9}"),
    "minus Infinity": (with_raw(b'"wait_s":-Infinity'), "not_json", f"value: not JSON near byte {len(GOOD) + 10}"),
    "a number with a leading zero": (
        with_raw(b'"wait_s":01'),
        "not_json",
        f"value: not JSON near byte {len(GOOD) + 10}",
    ),
    "a wrong type before a syntax error": (b'{"id":5,"time":}', "not_json", "value: not JSON near byte 15"),
    "Confluent's magic byte": (
        b"\0\0\0\0\1" + GOOD,
        "not_json",
        "value: begins with a zero byte, as schema registry formats do",
    ),
    "truncated magic byte": (b"\0", "not_json", "value: begins with a zero byte, as schema registry formats do"),
    "Avro": (b"\x02\x06abc\x00\x04de", "not_json", "value: not JSON near byte 0"),
    "UTF-16 without a mark": (
        "{}".encode("utf-16-be"),
        "not_json",
        "value: begins with a zero byte, as schema registry formats do",
    ),
    "UTF-16": (GOOD.decode().encode("utf-16"), "not_utf8", "value: looks like UTF-16"),
    "UTF-32": (GOOD.decode().encode("utf-32"), "not_utf8", "value: looks like UTF-16"),
    "Latin-1": (with_raw(b'"text":"caf\xe9"'), "not_utf8", "value: expected UTF-8"),
    "an overlong slash": (with_raw(b'"text":"\xc0\xaf"'), "not_utf8", "value: expected UTF-8"),
    "a surrogate in UTF-8": (with_raw(b'"text":"\xed\xa0\x80"'), "not_utf8", "value: expected UTF-8"),
    "bad bytes in a field nobody reads": (with_raw(b'"junk":"\xff"'), "not_utf8", "value: expected UTF-8"),
    "bad bytes in a name": (with_raw(b'"\xff":1'), "not_utf8", "value: expected UTF-8"),
    "bad bytes and no touchpoint": (b'{"id":5,"x":"\xff"}', "not_utf8", "value: expected UTF-8"),
    "half a surrogate pair": (with_raw(b'"text":"\\ud83d"'), "not_utf8", "value: an escape of half a surrogate pair"),
    "the halves swapped": (
        with_raw(b'"text":"\\uDE00\\ud83d"'),
        "not_utf8",
        "value: an escape of half a surrogate pair",
    ),
    "half a pair nobody reads": (
        with_raw(b'"junk":"\\ud83d"'),
        "not_utf8",
        "value: an escape of half a surrogate pair",
    ),
    "half a pair and half an object": (b'{"id":"\\ud83d"', "not_json", "value: ends in the middle of JSON"),
    "half a pair and NaN": (b'{"id":"\\ud83d","n":NaN}', "not_json", "value: not JSON near byte 13"),
    "gzip": (gzip.compress(GOOD * 1000, mtime=0), "not_utf8", "value: looks like gzip"),
    "JSON null": (b"null", "not_an_object", "value: expected a JSON object"),
    "a batch": (b"[" + GOOD + b"]", "not_an_object", "value: expected a JSON object"),
    "a string": (json.dumps(GOOD.decode()).encode(), "not_an_object", "value: expected a JSON object"),
    "a number": (b"-0", "not_an_object", "value: expected a JSON object"),
    "an empty object": (b"{}", "missing_field", "id: required"),
    "Segment's batch": (
        b'{"batch":[{"type":"track"}],"sentAt":"2026-01-01T00:00:00Z"}',
        "missing_field",
        "id: required",
    ),
    "201 levels": (
        with_raw(b'"junk":' + b"[" * 200 + b"]" * 200),
        "too_deep",
        "value: more than 200 levels of nesting",
    ),
    "201 levels of attributes": (
        with_raw(b'"attributes":' + b'{"a":' * 200 + b"1" + b"}" * 200),
        "too_deep",
        "value: more than 200 levels of nesting",
    ),
    "a hundred thousand levels": (
        b"[" * 100_000 + b"]" * 100_000,
        "too_deep",
        "value: more than 200 levels of nesting",
    ),
    "a hundred thousand open": (b'{"a":' * 100_000, "too_deep", "value: more than 200 levels of nesting"),
    "too deep and a wrong type": (
        b'{"id":5,"x":' + b"[" * 200 + b"]" * 200 + b"}",
        "too_deep",
        "value: more than 200 levels of nesting",
    ),
    "a number beyond every float": (
        with_raw(b'"sentiment":1e999'),
        "out_of_range",
        "sentiment: a number too large to hold",
    ),
    "an integer beyond every float": (
        with_raw(b'"wait_s":1' + b"0" * 400),
        "out_of_range",
        "wait_s: a number too large to hold",
    ),
    "more digits than an integer may have": (
        with_raw(b'"usage":{"error_code":1' + b"0" * 5000 + b"}"),
        "out_of_range",
        "usage.error_code: a number too large to hold",
    ),
    "a megabyte of id": (with_raw(b'"id":"' + b"x" * 1_000_000 + b'"'), "too_large", "id: more than 128 characters"),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_touchpoint(name: str) -> None:
    value, reason, detail = BYTES[name]

    assert read(value) == Rejected(reason, detail)


def test_a_record_of_long_brackets_and_quotes_is_judged_in_one_pass() -> None:
    """A scan that went back at each quote would take minutes over these two megabytes."""
    raw = b"[" * 150 + b'{"a":' * 51 + b'"' + b'\\"' * 1_000_000

    assert read(raw) == Rejected("too_deep", "value: more than 200 levels of nesting")
    assert read(b'["' + b"[" * 300 + b'\\"' * 1_000_000) == Rejected("not_json", "value: ends in the middle of JSON")
