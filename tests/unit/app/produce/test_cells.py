"""Cells become fields: nested by dots, with numbers where numbers belong."""

from typing import Any

import pytest

from app.produce.cells import missing_columns, nested, typed, unread_columns

ROW = {"id": "1", "customer_id": "c-1", "time": "2026-01-01T00:00:00Z", "channel": "web", "kind": "message"}


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("time", "1767225600000", {"time": 1_767_225_600_000}),
        ("sentiment", "-0.5", {"sentiment": -0.5}),
        ("wait_s", " 640 ", {"wait_s": 640}),
        ("wait_s", "1e3", {"wait_s": 1000}),
        ("wait_s", "3,5", {"wait_s": "3,5"}),
        ("wait_s", "1e999", {"wait_s": "1e999"}),
        ("wait_s", "nan", {"wait_s": "nan"}),
        ("text", "42", {"text": "42"}),
        ("order.value", "19.90", {"order": {"value": "19.90"}}),
        ("order.promised_at", "1767225600000", {"order": {"promised_at": 1_767_225_600_000}}),
        ("usage.error_code", "007", {"usage": {"error_code": "007"}}),
        ("usage.value", "4.5", {"usage": {"value": 4.5}}),
        ("consent.granted", "True", {"consent": {"granted": True}}),
        ("consent.granted", "0", {"consent": {"granted": False}}),
        ("consent.granted", "perhaps", {"consent": {"granted": "perhaps"}}),
        ("ids.email", "a@example.org", {"ids": {"email": "a@example.org"}}),
        ("attributes.page.url", "/a", {"attributes": {"page.url": "/a"}}),
        ("colour", "red", {}),
        ("order.items", "[]", {}),
        ("score", "4", {}),
    ],
)
def test_a_cell_becomes_what_its_field_holds(column: str, cell: str, field: dict[str, Any]) -> None:
    assert nested(ROW | {column: cell}) == ROW | field


def test_a_score_is_nested_and_one_without_an_answer_left_out() -> None:
    scale = {"score.metric": "rating", "score.min": "1", "score.max": "5"}

    assert nested(scale | {"score.value": "4"}) == {"score": {"metric": "rating", "min": 1, "max": 5, "value": 4}}
    assert nested(scale | {"score.offer_id": "o"})["score"]["offer_id"] == "o"
    assert nested(scale) == {}


def test_what_a_map_made_of_cells_is_typed_in_lists_too() -> None:
    made = {"order": {"items": [{"product": "7", "quantity": "2", "price": "3.50"}]}, "wait_s": 4, "text": "1"}

    assert typed(made) == {
        "order": {"items": [{"product": "7", "quantity": 2, "price": "3.50"}]},
        "wait_s": 4,
        "text": "1",
    }
    assert typed({"score": "4", "order": {"items": "none"}}) == {"score": "4", "order": {"items": "none"}}


def test_columns_are_compared_with_the_fields() -> None:
    assert missing_columns([*ROW]) == []
    assert missing_columns(["id", "time", "Kind"]) == ["customer_id", "channel", "kind"]
    assert unread_columns([*ROW, "ids.crm", "attributes.a", "score.value"]) == {}
    assert unread_columns(["scor.value", "Zzz", "(answer)", "specversion"]) == {
        "scor.value": "score.value", "Zzz": None, "(answer)": None, "specversion": None,
    }  # fmt: skip
