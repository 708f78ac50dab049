"""The published JSON Schemas: the same as those checked in, and true of what the decoder takes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from app.contract.json_schemas import published
from models.alert import render as render_alert
from models.alert import to_json
from models.alert_record import Place
from models.envelope.plain import MOST_ATTRIBUTES
from models.policy import DAY_MS, Policy
from models.profile import feeling, new_profile, observe
from models.public_profile import render as render_profile
from models.schema import NAMES, Name, json_schema
from models.touchpoint import Rejected, Touchpoint
from tests.records import KEY, NOW_MS, VALID, Json, read, touchpoint, valid

BAD_RATING = {"metric": "rating", "value": 1, "min": 1, "max": 5}

DOCS = Path(__file__).parents[3] / "docs" / "schema"


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_checked_in_is_the_one_generated(name: Name) -> None:
    """On a difference: `kanarya schema NAME > docs/schema/NAME.schema.json`."""
    checked_in = json.loads((DOCS / f"{name}.schema.json").read_text())

    assert checked_in == published(name)
    assert {part: told for part, told in checked_in.items() if part != "examples"} == json_schema(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema_of_2020_12_that_points_nowhere_else(name: Name) -> None:
    schema = json_schema(name)

    Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]} == set(schema["$defs"])


@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_arrival_is_published(name: Name) -> None:
    fields = {*_fields(json_schema(name))}

    arrival = [field for field in msgspec.structs.fields(Touchpoint) if field.encode_name.startswith("(")]
    assert len(arrival) == 8
    assert not fields & {name for field in arrival for name in (field.name, field.encode_name)} - {"offset", "topic"}
    assert not any("(" in field for field in fields)
    assert "specversion" not in fields


def test_every_field_of_a_touchpoint_says_what_it_means() -> None:
    properties = json_schema("touchpoint")["properties"]

    assert [name for name, field in properties.items() if not field.get("description")] == []
    assert properties["attributes"]["maxProperties"] == MOST_ATTRIBUTES


GOOD: list[Json] = [
    VALID,
    valid(time="2026-09-21T14:13:20+03:00", customer_id=None, direction=None, source=None),
    valid(channel="fax", kind="acme.points_earned", attributes={"a": [1, {"b": None}]}),
    valid(score={"metric": "nps", "value": 9, "min": 0, "max": None}),
    valid(score={"metric": "rating", "value": 7, "min": 1, "max": 10, "direction": "down"}),
    valid(kind="survey_offered", score={"metric": "ces", "offer_id": "o1"}),
    valid(order={"value": "19.90", "items": [{"price": 19.9}], "promised_at": VALID["time"]}, ids={"email": None}),
    valid(unknown={"anything": 1}),
]
BAD: list[Json] = [
    valid(id=...),
    valid(id=None),
    valid(id=""),
    valid(id="x" * 129),
    valid(time=1_790_000_000),
    valid(time=None),
    valid(channel=""),
    valid(kind="dance"),
    valid(kind="a." + "b" * 127),
    valid(direction="sideways"),
    valid(sentiment=1.01),
    valid(wait_s=-1),
    valid(score={"metric": "stars", "value": 1}),
    valid(score={"metric": "csat"}),
    valid(score={"metric": "rating", "value": 4, "min": 1}),
    valid(score={"metric": "ces", "value": 4, "min": None, "max": 7}),
    valid(score={"metric": "nps", "value": 7.5}),
    valid(score={"metric": "nps", "value": 7, "max": 5}),
    valid(consent={"purpose": "x"}),
    valid(merge={"other_customer_id": ""}),
    valid(ids={"phone": 5}),
    valid(attributes={str(n): n for n in range(65)}),
    valid(order={"items": [None]}),
]


@pytest.mark.parametrize("value", GOOD, ids=str)
def test_what_the_decoder_takes_fits_the_schema(value: Json) -> None:
    assert not isinstance(read(value), Rejected)
    assert list(_validator().iter_errors(value)) == []


@pytest.mark.parametrize("value", BAD, ids=str)
def test_what_the_types_forbid_fits_neither(value: Json) -> None:
    assert isinstance(read(value), Rejected)
    assert list(_validator().iter_errors(value)) != []


def test_a_real_alert_and_a_real_profile_fit_their_schemas() -> None:
    """Two bad ratings, an old complaint with an open case, an order: enough to fill every part of both."""
    story = [
        valid(id="1", kind="order_placed", channel="order", time=NOW_MS - 40 * DAY_MS),
        valid(id="2", kind="complaint", case_id="c-1", product="kettle", time=NOW_MS - 3 * DAY_MS),
        valid(id="3", kind="survey_answered", channel="chat", product="kettle", score=BAD_RATING, time=NOW_MS - DAY_MS),
        valid(id="5", kind="search", product="lamp", ids={"email": "a@b.c"}, time=NOW_MS - DAY_MS),
        valid(id="6", kind="preference_set", preference={"name": "seat", "value": 3}, time=NOW_MS - DAY_MS),
        valid(id="7", kind="consent_changed", consent={"purpose": "news", "granted": True}, time=NOW_MS - DAY_MS),
        valid(id="4", kind="survey_answered", channel="app", score=BAD_RATING, sentiment=-0.9, time=NOW_MS),
    ]
    profile, policy, place = new_profile(KEY), Policy(), Place(0, ("kanarya.touchpoints",))
    alerts = []
    for offset, value in enumerate(story):
        told = touchpoint(value)
        told.topic, told.offset, told.feeling_milli = 0, offset, feeling(told, None)
        step = observe(profile, told, policy)
        if step is not None:
            alerts.append(json.loads(to_json(render_alert(profile, step, place, policy, "none/1"))))

    shown = json.loads(render_profile(profile, place, policy, "none/1"))
    assert alerts
    assert shown["open_cases"]
    assert shown["satisfaction"]
    assert all(shown[part] for part in ("channel_use", "preferred_channels", "preferences", "interests", "consents"))
    assert shown["ids"]
    assert [list(Draft202012Validator(json_schema("alert")).iter_errors(alert)) for alert in alerts] == [[]] * len(
        alerts
    )
    assert list(Draft202012Validator(json_schema("profile")).iter_errors(shown)) == []


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema("touchpoint"))


def _fields(part: Any) -> list[str]:
    """Names of all properties, at any depth."""
    if isinstance(part, list):
        return [name for one in part for name in _fields(one)]
    if not isinstance(part, dict):
        return []
    own = list(part["properties"]) if isinstance(part.get("properties"), dict) else []
    return own + [name for one in part.values() for name in _fields(one)]
