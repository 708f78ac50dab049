"""docs/events.md is the code's: its examples are decoded, its tables compared with the types and with what occurs."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from app.contract.events_page import page
from models.dead_letter import dead_letter_headers, redriven
from models.envelope import decode
from models.touchpoint import CHANNELS, KINDS, Reason, Rejected, Touchpoint
from tests.docs.examples import SHOWN, golden
from tests.records import NOW_MS, Headers, Json, read, valid

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
JSON_EXAMPLES = re.findall(r"```json key=(\S+)\n(.*?)```", PAGE, re.DOTALL)
TEXT_EXAMPLES = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)

REFUSED: dict[str, tuple[Json | bytes | None, Json]] = {
    "null_value": (None, {}),
    "not_utf8": ("{}".encode("utf-16"), {}),
    "not_json": (b'{"id":', {}),
    "too_deep": (b"[" * 201 + b"]" * 201, {}),
    "not_an_object": (b"[]", {}),
    "missing_field": (valid(score={"metric": "rating", "value": 4, "max": 5}), {}),
    "wrong_type": (valid(order={"items": [{"quantity": "2"}]}), {}),
    "out_of_range": (valid(time=NOW_MS // 1000), {}),
    "unknown_value": (valid(direction="sideways"), {}),
    "key_mismatch": (valid(customer_id="somebody"), {}),
    "too_large": (valid(attributes={str(n): n for n in range(65)}), {}),
    "future_time": (valid(time=NOW_MS + 300_001), {}),
    "past_retention": (valid(time=NOW_MS - 3_600_001), {"max_age_ms": 3_600_000}),
}


def section(title: str) -> str:
    """The text between a heading and the next."""
    return PAGE.split(f"# {title}\n", 1)[1].split("\n#", 1)[0]


def rows(title: str, tables: int = 1) -> list[list[str]]:
    """Cells of the tables under a heading, without their heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    heads = [number for number, line in enumerate(lines) if line.startswith("|---")]
    assert len(heads) == tables
    body = [line for number, line in enumerate(lines) if number not in heads and number + 1 not in heads]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def test_the_page_is_up_to_date() -> None:
    """After a change: kanarya schema touchpoint --reference-page > docs/events.md"""
    assert page() == PAGE


def test_every_touchpoint_on_the_page_is_a_golden_one_and_decodes_to_what_is_said_of_it() -> None:
    shown = {(key, _sorted(json.loads(raw))) for key, raw in JSON_EXAMPLES}
    shown |= {(each["key"], _sorted(json.loads(each["value"]))) for each in map(_fields, TEXT_EXAMPLES)}
    expected = set()
    for name in SHOWN:
        told, record = golden(name)["touchpoint"], golden(name)["record"]
        headers: Headers = [(header, text.encode()) for header, text in record["headers"].items()]
        decoded = decode(record["key"].encode(), json.dumps(record["value"]).encode(), headers, record["timestamp_ms"])
        assert isinstance(decoded, Touchpoint), decoded
        assert {field: msgspec.to_builtins(getattr(decoded, field)) for field in told} == told
        expected.add((record["key"], _sorted(record["value"])))

    assert shown == expected


def _sorted(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def _fields(example: str) -> dict[str, str]:
    """Key and value of a record that is written line by line."""
    return dict(line.split(maxsplit=1) for line in example.splitlines() if not line.startswith("header"))


def test_the_headers_of_an_example_are_those_of_its_record() -> None:
    for text, name in zip(TEXT_EXAMPLES, ("cloud_event_binary", "cloud_event_structured"), strict=True):
        written = [line.split(maxsplit=2)[1:] for line in text.splitlines() if line.startswith("header")]
        assert dict(written) == golden(name)["record"]["headers"]


def test_the_tables_of_fields_are_complete() -> None:
    wire = [field.encode_name for field in msgspec.structs.fields(Touchpoint) if not field.encode_name.startswith("(")]
    names = [re.findall(r"`([^`]+)`", cells[0])[0] for cells in rows("Fields", tables=2)]

    assert [name for name in names if "." not in name] == [name for name in wire if name != "specversion"]
    assert {"score.value", "order.items[].price", "alert.verdict", "merge.other_customer_id"} <= {*names}
    assert all(cells[2] for cells in rows("Fields", tables=2)), "a field has no meaning"


def test_no_line_of_a_table_is_cut_off_by_a_line_break() -> None:
    lines = PAGE.splitlines()
    for above, line in pairwise(lines):
        if above.startswith("|"):
            assert above.endswith("|"), above
            assert not line or line.startswith("|"), line


@pytest.mark.parametrize(("title", "names"), [("Channels", CHANNELS), ("Kinds", KINDS)])
def test_every_channel_and_kind_has_its_meaning(title: str, names: tuple[str, ...]) -> None:
    told = rows(title)

    assert tuple(cells[0].strip("`") for cells in told) == names
    assert all(cells[1] for cells in told)


def test_every_reason_is_explained() -> None:
    reasons = [cells[0].strip("`") for cells in rows("Records that are refused")]

    assert sorted(reasons) == sorted(get_args(Reason))
    assert {*reasons} - {*REFUSED} == {"handler_error"}


@pytest.mark.parametrize(
    "cells", [cells for cells in rows("Records that are refused") if cells[2]], ids=lambda row: row[0]
)
def test_the_detail_beside_a_reason_is_one_that_occurs(cells: list[str]) -> None:
    reason, detail = cells[0].strip("`"), cells[2].strip("`")
    value, limits = REFUSED[reason]

    assert msgspec.to_builtins(read(value, **limits)) == {"reason": reason, "detail": detail}


def test_every_header_of_a_dead_letter_is_named() -> None:
    names = []
    for cells in rows("Headers of a dead letter"):
        first, *others = re.findall(r"`([^`]+)`", cells[0])
        stem = re.sub(r"(?<=[.-])[a-z]+$", "", first).rstrip(".-")
        names += [first, *(stem + other if other[0] in ".-" else other for other in others)]

    first = dead_letter_headers(Rejected("not_json", "d"), "t", 0, 0, 0, [], "g")
    written = [name for name, _ in dead_letter_headers(Rejected("not_json", "d"), "t", 0, 1, 0, redriven(first), "g")]
    assert sorted(names) == sorted(written)
