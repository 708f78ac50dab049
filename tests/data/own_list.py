"""The project's own list of bad input, and of odd input that is good: what producers, tools and attackers really send.

Each case says the reason for which it must be refused, empty where it is a good touchpoint. Where an envelope changes
the verdict, the case says so. `bulky` cases are larger than a broker takes by default.
"""

import gzip
import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from tests.records import KEY, NOW_MS, valid


class Case(NamedTuple):
    """A record, as a producer without an envelope sends it."""

    name: str
    reason: str
    value: bytes | None
    key: bytes | None = KEY.encode()
    headers: Sequence[tuple[str, bytes | None]] = ()
    binary: str | None = None
    """The reason as a binary CloudEvent, where it is another."""
    structured: str | None = None
    """The same of the value as data of a structured one."""
    bulky: bool = False


def told(**changes: Any) -> bytes:
    """A good touchpoint with other fields."""
    return json.dumps(valid(**changes), ensure_ascii=False).encode()


def raw(field: str, text: bytes) -> bytes:
    """A good touchpoint with this JSON text as the value of a field."""
    return told(**{field: "@"}).replace(b'"@"', text)


def with_key(key: str) -> Any:
    """Value and key of a touchpoint whose customer has this id."""
    return {"value": told(customer_id=key), "key": key.encode()}


GOOD: Final = told(text="Where is my order?")
CE: Final = ("ce_specversion", b"1.0")
BOM: Final = b"\xef\xbb\xbf"
CSAT: Final = {"metric": "csat"}
NFC, NFD = "Çağrı", "C\u0327ag\u0306rı"

BYTES: Final = [
    Case("utf-16 with mark", "not_utf8", GOOD.decode().encode("utf-16")),
    Case("utf-16 be with mark", "not_utf8", b"\xfe\xff" + GOOD.decode().encode("utf-16-be")),
    Case("utf-16 without mark", "not_json", GOOD.decode().encode("utf-16-le")),
    Case("utf-32 with mark", "not_utf8", GOOD.decode().encode("utf-32")),
    Case("utf-32 be with mark", "not_utf8", b"\0\0\xfe\xff" + GOOD.decode().encode("utf-32-be")),
    Case("utf-32 without mark", "not_json", GOOD.decode().encode("utf-32-be")),
    Case("utf-8 with mark", "", BOM + GOOD, structured="not_json"),
    Case("two marks", "not_json", BOM + BOM + GOOD),
    Case("iso 8859-9", "not_utf8", told(text="Sipariş gelmedi").decode().encode("iso-8859-9")),
    Case("overlong slash", "not_utf8", told(text="a@b").replace(b"@", b"\xc0\xaf")),
    Case("overlong nul", "not_utf8", told(text="a@b").replace(b"@", b"\xc0\x80")),
    Case("surrogate in utf-8", "not_utf8", told(text="a@b").replace(b"@", b"\xed\xa0\x80")),
    Case("cesu-8 pair", "not_utf8", told(text="a@b").replace(b"@", b"\xed\xa0\xbd\xed\xb8\x80")),
    Case("escape of a lone surrogate", "not_utf8", raw("text", rb'"\ud83d"')),
    Case("escape of a lone low surrogate in a name", "not_utf8", raw("attributes", rb'{"\ude00":1}')),
    Case("escape of a lone surrogate in an unknown field", "not_utf8", raw("acme", rb'["\udbff\u0041"]')),
    Case("escape of a pair", "", raw("text", rb'"\ud83d\ude00"')),
    Case("control character in a string", "not_json", raw("text", b'"a\x01b"')),
    Case("nul behind the object", "not_json", GOOD + b"\0"),
    Case("no bytes", "not_json", b"", binary="null_value"),
    Case("blanks", "not_json", b" \r\n\t"),
    Case("half an object", "not_json", GOOD[:40]),
    Case("two objects", "not_json", GOOD + b"\n" + GOOD),
    Case("object in a string", "not_an_object", json.dumps(GOOD.decode()).encode()),
    Case("object in an array", "not_an_object", b"[" + GOOD + b"]"),
    Case("gzip", "not_utf8", gzip.compress(GOOD, mtime=0)),
    Case("gzip bomb", "not_utf8", gzip.compress(bytes(20_000_000), mtime=0)),
    Case("confluent magic byte cut", "not_json", b"\0\0\0"),
    Case("confluent frame before json", "not_json", b"\0\0\0\0\x2a" + GOOD),
    Case("avro", "not_json", b"\x0clonger\x02\x06abc\x00\x02"),
    Case("avro with a double", "not_utf8", b"\x06abc\x9a\x99\x99\x99\x99\x99\xf1\x3f\x00"),
    Case("confluent frame before avro", "not_utf8", b"\0\0\0\0\x07\xd6\xc4\xa5\x80\xf2\x61\x06abc"),
    Case("protobuf", "not_json", b"\x0a\x03abc\x10\x05"),
    Case("message pack", "not_utf8", b"\x85\xa2id\xa11\xa4time\xcf\x00\x00\x01\xa0\xc5\x1b\x8a\x00"),
    Case("xml", "not_json", b"<touchpoint id='1'/>"),
    Case("csv", "not_json", b"id,time,channel\r\n1,2026-03-01,chat\r\n"),
    Case("csv formula", "not_json", b"=HYPERLINK(\"http://example.org\";\"x\")"),
    Case("query", "not_json", b"id=1&channel=chat"),
    Case("python's dict", "not_json", str(valid()).encode()),
    Case("json5", "not_json", b"{id: 1, /* c */ channel: 'chat',}"),
]  # fmt: skip

NUMBERS: Final = [
    Case("sentiment 1e999", "out_of_range", raw("sentiment", b"1e999")),
    Case("sentiment -1e999", "out_of_range", raw("sentiment", b"-1e999")),
    Case("sentiment nan", "not_json", raw("sentiment", b"NaN")),
    Case("sentiment infinity", "not_json", raw("sentiment", b"-Infinity")),
    Case("sentiment nan in words", "wrong_type", told(sentiment="NaN")),
    Case("sentiment -0", "", raw("sentiment", b"-0")),
    Case("sentiment -0.0", "", raw("sentiment", b"-0.0")),
    Case("sentiment beyond 1", "out_of_range", told(sentiment=1.0000001)),
    Case("wait 1e999", "out_of_range", raw("wait_s", b"1e999")),
    Case("wait of 400 digits", "out_of_range", raw("wait_s", b"1" + b"0" * 400)),
    Case("wait 1e-999", "", raw("wait_s", b"1e-999")),
    Case("wait negative", "out_of_range", told(wait_s=-1)),
    Case("money of 400 digits", "out_of_range", raw("order", b'{"value":1' + b"0" * 400 + b"}")),
    Case("preference 2^53+1", "", told(kind="preference_set", preference={"name": "n", "value": 2**53 + 1})),
    Case(
        "preference of 400 digits",
        "",
        told(kind="preference_set", preference={"name": "m", "value": 1}).replace(
            b'": 1}', b'": 1' + b"0" * 400 + b"}"
        ),
    ),
    Case("preference -0.0", "", told(kind="preference_set", preference={"name": "o", "value": -0.0})),
    Case("attribute 2^53+1", "", told(attributes={"n": 2**53 + 1})),
    Case("attribute of 400 digits", "", raw("attributes", b'{"n":1' + b"0" * 400 + b"}")),
    Case("attribute 1e999", "out_of_range", raw("attributes", b'{"n":1e999}')),
    Case("leading zero", "not_json", raw("wait_s", b"01")),
    Case("hexadecimal", "not_json", raw("wait_s", b"0x10")),
    Case("csat negative", "out_of_range", told(score={**CSAT, "value": -1})),
    Case("csat 6", "out_of_range", told(score={**CSAT, "value": 6})),
    Case("csat nan", "not_json", raw("score", b'{"metric":"csat","value":NaN}')),
    Case("rating of 0 to 0", "out_of_range", told(score={"metric": "rating", "value": 0, "min": 0, "max": 0})),
    Case("nps 11", "out_of_range", told(score={"metric": "nps", "value": 11})),
]
TIMES: Final = [
    Case("epoch s", "out_of_range", told(time=NOW_MS // 1000)),
    Case("epoch ms", "", told(time=NOW_MS)),
    Case("epoch us", "out_of_range", told(time=NOW_MS * 1000)),
    Case("epoch ns", "out_of_range", told(time=NOW_MS * 1_000_000)),
    Case("epoch ms in words", "wrong_type", told(time=str(NOW_MS))),
    Case("epoch ms with a fraction", "wrong_type", raw("time", b"1789999999000.5")),
    Case("2^53+1", "out_of_range", told(time=2**53 + 1)),
    Case("400 digits", "out_of_range", raw("time", b"1" + b"0" * 400)),
    Case("-0", "out_of_range", raw("time", b"-0")),
    Case("rfc 3339", "", told(time="2026-09-21T14:13:20Z")),
    Case("rfc 3339 in small letters", "", told(time="2026-09-21t14:13:20z")),
    Case("without offset", "wrong_type", told(time="2026-09-21T14:13:20")),
    Case("day alone", "wrong_type", told(time="2026-09-21")),
    Case("other digits", "wrong_type", told(time="٢٠٢٦-09-21T14:13:20Z")),
    Case("year 0", "out_of_range", told(time="0000-01-01T00:00:00Z")),
    Case("year 1", "out_of_range", told(time="0001-01-01T00:00:00+23:59")),
    Case("year 9999", "future_time", told(time="9999-12-31T23:59:59.999Z")),
    Case("promised in the year 9999", "", told(order={"promised_at": "9999-12-31T23:59:59.999Z"})),
    Case("beyond 9999 by its offset", "out_of_range", told(order={"promised_at": "9999-12-31T23:59:59-01:00"})),
    Case("year 10000", "wrong_type", told(time="10000-01-01T00:00:00Z")),
    Case("leap second", "", told(time="2016-12-31T23:59:60Z")),
    Case("61st second", "wrong_type", told(time="2016-12-31T23:59:61Z")),
    Case("30th of february", "out_of_range", told(time="2026-02-30T00:00:00Z")),
    Case("offset +99:99", "wrong_type", told(time="2026-09-21T14:13:20+99:99")),
    Case("offset +24:00", "out_of_range", told(time="2026-09-21T14:13:20+24:00")),
    Case("http date", "wrong_type", told(time="Mon, 21 Sep 2026 14:13:20 GMT")),
]
KEYS: Final = [
    Case("no key", "missing_field", GOOD, key=None),
    Case("empty key", "missing_field", told(customer_id=...), key=b""),
    Case("empty id in the value", "missing_field", told(customer_id=""), key=b""),
    Case("key of 1 KB", "too_large", told(customer_id=...), key=b"k" * 1024),
    Case("key and id of 1 KB", "too_large", **with_key("k" * 1024)),
    Case("key of 256 characters of 4 bytes", "", **with_key("\U0001f600" * 256)),
    Case("key of no utf-8", "not_utf8", told(customer_id=...), key=b"\xff\xfe"),
    Case("nul in the key", "out_of_range", **with_key("a\0b")),
    Case("another customer", "key_mismatch", told(customer_id="someone-else")),
    Case("case of letters", "key_mismatch", told(customer_id=KEY.upper())),
    Case("blank behind the key", "key_mismatch", GOOD, key=KEY.encode() + b" "),
    Case("nfd in the key, nfc in the value", "key_mismatch", told(customer_id=NFC), key=NFD.encode()),
    *(
        Case(f"key {name}", "", **with_key(text))
        for name, text in {
            "with colons": "a:b::c", "with braces": "{}{0}%s${x}", "with newline": "a\nb\r\n", "of blanks": "  \t",
            "nfc": NFC, "nfd": NFD, "bidi": "\u202eadmin\u2066x", "homoglyph": "раураl", "zwj": "👩\u200d👩\u200d👧",
            "html": "<img src=x onerror=alert(1)>", "ansi": "\x1b[2J\x1b]0;x\x07", "csv": '=1+1,"a"',
            "path": "../../etc", "sql": "'; DROP TABLE x--", "null": "null", "binary state": "\x01\x02",
            "private use": "\ue000\uffff",
        }.items()
    ),
]  # fmt: skip
FIELDS: Final = [
    Case("id twice", "", GOOD[:-1] + b',"id":"second"}'),
    Case("id twice, the last one wrong", "wrong_type", GOOD[:-1] + b',"id":2}'),
    Case("nul in the id", "out_of_range", told(id="a\0b")),
    Case("nul in the text", "", told(text="a\0b")),
    Case("id a number", "wrong_type", told(id=17)),
    Case("id too long", "too_large", told(id="x" * 129)),
    Case("200 levels", "", raw("attributes", b'{"a":' + b"[" * 198 + b"]" * 198 + b"}"), structured="too_deep"),
    Case("201 levels", "too_deep", raw("attributes", b'{"a":' + b"[" * 199 + b"]" * 199 + b"}")),
    Case("100,000 levels", "too_deep", raw("attributes", b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")),
    Case("100,000 levels open", "too_deep", raw("acme", b"[" * 100_000)),
    Case("brackets in a string", "", told(text="[" * 1000)),
    Case("65 attributes", "too_large", told(attributes={f"a{n}": n for n in range(65)})),
    Case("attributes of 9 KiB", "too_large", told(attributes={"a": "x" * 9216})),
    Case("segment batch", "missing_field", b'{"batch":[{"type":"track","userId":"1"}],"sentAt":"2026-09-21"}'),
    Case("segment track", "missing_field", json.dumps({"type": "track", "userId": KEY, "event": "Order"}).encode()),
    Case("text of 10 MB", "", told(text="a" * 10_000_000), bulky=True),
    Case("source of 10 MB", "too_large", told(source="a" * 10_000_000), bulky=True),
    Case("unknown field of 10 MB", "", told(acme="\\" * 5_000_000), bulky=True),
    Case("html", "", told(text="<script>alert(1)</script>", id="<b>", issue="</title>")),
    Case("ansi", "", told(text="\x1b[31m\x9b", id="\x1b[2J", product="\x1b]0;a\x07")),
    Case("no value", "null_value", None, structured="missing_field"),
]  # fmt: skip
HEADERS: Final = [
    Case("specversion 0.3", "unknown_value", GOOD, headers=[("ce_specversion", b"0.3")]),
    Case("specversion null", "unknown_value", GOOD, headers=[("ce_specversion", None)]),
    Case("structured 0.3", "unknown_value", b'{"specversion":"0.3","data":' + GOOD + b"}"),
    Case("structured without data", "missing_field", b'{"specversion":"1.0","id":"1"}'),
    Case("header twice", "", GOOD, headers=[("ce_specversion", b"0.3"), CE, ("ce_id", b"\xff"), ("ce_id", b"last")]),
    Case("header twice, the last one wrong", "not_utf8", GOOD, headers=[CE, ("ce_id", b"a"), ("ce_id", b"\xff")]),
    Case("ce_id empty", "missing_field", GOOD, headers=[CE, ("ce_id", b"")]),
    Case("ce_id with nul", "out_of_range", GOOD, headers=[CE, ("ce_id", b"a\0")]),
    Case("ce_source too long", "too_large", GOOD, headers=[CE, ("ce_source", b"s" * 257)]),
    Case("ce_time wrong", "wrong_type", GOOD, headers=[CE, ("ce_time", b"yesterday")]),
    Case("1,000 headers", "", GOOD, headers=[(f"h{n}", b"%d" % n) for n in range(1000)]),
    Case("1,000 equal headers", "", GOOD, headers=[("h", b"x")] * 1000),
    Case("header of no utf-8", "", GOOD, headers=[("trace", b"\xff\x00\x1b[2J"), ("null", None)]),
    Case("content type of xml", "", GOOD, headers=[("content-type", b"text/xml")]),
    Case("content type of a batch", "unknown_value", GOOD,
         headers=[("content-type", b"application/cloudevents-batch+json")]),
    Case("content type of avro", "unknown_value", GOOD, headers=[("content-type", b"application/cloudevents+avro")]),
    Case("structured by its content type alone", "missing_field", GOOD,
         headers=[("Content-Type", b"application/cloudevents+json; charset=utf-8")]),
]  # fmt: skip

ENVELOPED: Final = [*BYTES, *NUMBERS, *TIMES, *KEYS, *FIELDS]
"""Cases that go through every envelope; those of `HEADERS` are envelopes themselves."""
