"""Our words for what a parser refuses: complete, and without a word of the record in them."""

import json
from typing import Any, get_args

import pytest

from models.rejection import allowed_values
from models.touchpoint import Reason, Rejected, Touchpoint
from tests.records import VALID, Json, read, valid

SECRET = "zq7secret"


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ("direction", ("inbound", "outbound")),
        ("actor", ("customer", "human", "bot", "system")),
        ("score.metric", ("csat", "nps", "ces", "rating")),
        ("score.direction", ("up", "down")),
        ("alert.verdict", ("right", "wrong")),
    ],
)
def test_the_allowed_values_come_from_the_type_of_the_field(field: str, allowed: tuple[str, ...]) -> None:
    assert allowed_values(Touchpoint, field) == allowed


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": SECRET},
        {"actor": SECRET},
        {"kind": SECRET},
        {"time": SECRET},
        {"customer_id": SECRET},
        {"score": {"metric": SECRET, "value": 1}},
        {"alert": {"verdict": SECRET}},
        {"alert": {"until": SECRET}},
        {"ids": {SECRET: 5}},
        {"attributes": {SECRET: "x" * 9000}},
        {"id": SECRET * 20},
        {"id": SECRET + "\0"},
        {"source": f"{SECRET}\0"},
        {SECRET: SECRET, "text": 5},
    ],
)
def test_no_value_and_no_name_from_the_record_gets_into_the_detail(changes: Json) -> None:
    told = read(valid(**changes))

    assert isinstance(told, Rejected)
    assert told.reason in get_args(Reason)
    assert SECRET not in told.detail


def test_a_value_that_looks_like_a_place_does_not_move_the_complaint() -> None:
    """The parser quotes the value before it names the place; only the last place in its message counts."""
    told = read(valid(direction="x' - at `$.text`"))

    assert told == Rejected("unknown_value", "direction: expected one of inbound, outbound")


@pytest.mark.parametrize("raw", [b'{"id":"%s', b"%s", b'{"id":%s}', b'{"id":"%s",}', b'{"%s" 1}', b"\xff%s"])
def test_what_is_no_json_is_not_quoted_either(raw: bytes) -> None:
    told = read(raw % SECRET.encode())

    assert isinstance(told, Rejected)
    assert SECRET not in told.detail


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "", "x", [], [1], {}, {"a": 1}, None, [[]], {"": None}])
def test_any_field_may_hold_anything_without_a_crash(wrong: Any) -> None:
    """Every field, and every field inside an object, with every JSON type in it."""
    inside = {
        "score": {"metric": "rating", "value": 1, "min": 0, "max": 2, "direction": "up", "offer_id": "o"},
        "order": {"id": "o", "value": "1", "currency": "EUR", "items": [], "promised_at": VALID["time"]},
        "usage": {"device_id": "d", "counter": "c", "value": 1, "unit": "u", "error_code": 1},
        "consent": {"purpose": "p", "granted": True},
        "preference": {"name": "n", "value": 1},
        "subscription": {"id": "s", "plan": "p", "started_at": VALID["time"]},
        "merge": {"other_customer_id": "c"},
        "alert": {
            "id": "a",
            "episode_id": "e",
            "owner": "o",
            "due_at": VALID["time"],
            "verdict": "right",
            "reason": "",
        },
    }
    records = [valid(**{name: wrong}) for name in Touchpoint.__struct_fields__]
    records += [valid(**{name: {**held, field: wrong}}) for name, held in inside.items() for field in held]
    records += [valid(order={"items": [{field: wrong}]}) for field in ("product", "quantity", "price")]

    told = [read(json.dumps(record).encode()) for record in records]

    assert {one.reason for one in told if isinstance(one, Rejected)} <= set(get_args(Reason))
    assert all(one.detail for one in told if isinstance(one, Rejected))
