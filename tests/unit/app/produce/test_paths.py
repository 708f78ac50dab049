"""Which names of a map no record had."""

from typing import Any

import pytest

from app.produce.paths import NotFound, Paths

RECORD = {"no": 1, "requester": {"mail": "a", "name": None}, "lines": [{"sku": 1}], "updated": "x"}


def missing(path: str, *records: Any) -> list[tuple[str, str | None]]:
    paths = Paths([("text", path)])
    for record in records or (RECORD,):
        paths.see(record)
    return [(each.name, each.did_you_mean) for each in paths.not_found()]


@pytest.mark.parametrize(
    "path",
    [
        "no", "requester.mail", "requester.name", "to_string(no)", "[no, updated]", "lines[].{product: sku}", "@",
        "lines[0].nothing", "requester | nothing", "lines[?nothing].sku", "@.no", "no || updated", "{a: no, b: `1`}",
        "sort_by(lines, &nothing)", "requester.*",
    ],
)  # fmt: skip
def test_names_that_a_record_has_are_found(path: str) -> None:
    assert missing(path) == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("to_string(upddate)", [("upddate", "updated")]),
        ("requester.Mial", [("requester.Mial", "mail")]),
        ("reqester.mail", [("reqester", "requester")]),
        ("[no, updatd]", [("updatd", "updated")]),
        ("UPDATED || zzzzzz", [("UPDATED", "updated"), ("zzzzzz", None)]),
        ("line[].{product: sku}", [("line", "lines")]),
    ],
)
def test_names_that_no_record_has_are_told_with_what_they_may_mean(
    path: str, found: list[tuple[str, str | None]]
) -> None:
    assert missing(path) == found


def test_one_record_that_has_a_name_is_enough() -> None:
    assert missing("late", RECORD, [], RECORD | {"late": 1}, RECORD) == []


def test_nothing_is_said_before_a_record() -> None:
    assert Paths([("id", "no")]).not_found() == []


def test_a_column_that_is_empty_everywhere_is_there_and_used() -> None:
    paths = Paths([("id", "no"), ("text", "Note"), ("kind", "Typ")])
    paths.see({"no": "1"})

    assert paths.not_found(("no", "Note", "Type", "More")) == [NotFound("kind", "Typ", "Typ", "Type")]
    assert paths.unused(("no", "Note", "Type", "More")) == ["Type", "More"]


def test_a_path_that_reads_the_whole_record_uses_every_column() -> None:
    assert Paths([("id", "@")]).unused(("a", "b")) == []
