"""docs/events.md says what is so: its examples are decoded, its tables compared with the code."""

import json
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from jsonschema import Draft202012Validator

from models.dead_letter import dead_letter_headers, redriven
from models.envelope import decode
from models.schema import json_schema
from models.touchpoint import CHANNELS, KINDS, Reason, Rejected, Touchpoint
from tests.records import NOW_MS, Headers, Json, read, valid

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
JSON_EXAMPLES = re.findall(r"```json key=(\S+)\n(.*?)```", PAGE, re.DOTALL)
(BINARY_EXAMPLE,) = re.findall(r"```text binary\n(.*?)```", PAGE, re.DOTALL)

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


def rows(title: str) -> list[list[str]]:
    """Cells of the first table under a heading, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(("key", "raw"), JSON_EXAMPLES)
def test_every_example_is_a_touchpoint_and_fits_the_schema(key: str, raw: str) -> None:
    told = decode(key.encode(), raw.encode(), (), NOW_MS)

    assert isinstance(told, Touchpoint), told
    value = json.loads(raw)
    if "specversion" not in value:
        assert list(Draft202012Validator(json_schema("touchpoint")).iter_errors(value)) == []


def test_the_two_examples_of_a_cloud_event_are_the_same_touchpoint() -> None:
    fields: dict[str, str] = {}
    headers: Headers = []
    for line in BINARY_EXAMPLE.splitlines():
        name, told = line.split(maxsplit=1)
        if name == "header":
            header, content = told.split(maxsplit=1)
            headers = [*headers, (header, content.encode())]
        else:
            fields[name] = told
    (structured,) = [raw for _, raw in JSON_EXAMPLES if "specversion" in raw]

    binary = decode(fields["key"].encode(), fields["value"].encode(), headers, NOW_MS)

    assert isinstance(binary, Touchpoint)
    assert binary == decode(fields["key"].encode(), structured.encode(), (), NOW_MS)


def test_the_table_of_fields_is_complete() -> None:
    wire = [field.encode_name for field in msgspec.structs.fields(Touchpoint) if not field.encode_name.startswith("(")]
    documented = [name for cells in rows("Fields") for name in re.findall(r"`(\w+)`", cells[0])]

    assert sorted(documented) == sorted({*wire} - {"specversion"})


@pytest.mark.parametrize(("label", "names"), [("Channels", CHANNELS), ("Kinds", KINDS)])
def test_the_lists_of_channels_and_kinds_are_those_of_the_code(label: str, names: tuple[str, ...]) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"**{label}**")]

    assert re.findall(r"`(\w+)`", line) == list(names)


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
