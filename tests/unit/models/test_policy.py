"""The policy: refused with key, value and what is allowed; changed numbers show in its version."""

import re
from typing import Any

import pytest

from models.policy import Policy
from models.policy_mapping import from_mapping
from models.policy_mistakes import PolicyError


def test_an_empty_file_is_the_shipped_policy() -> None:
    assert from_mapping({}).version == Policy().version == "1"


def test_a_changed_number_shows_in_the_version_and_the_same_number_does_not() -> None:
    changed = from_mapping({"version": "1", "levels": {"at_risk": 55}})
    assert re.fullmatch(r"1\+[0-9a-f]{8}", changed.version)
    assert changed.version == from_mapping({"levels": {"at_risk": 55}}).version
    assert from_mapping({"levels": {"at_risk": 60}}).version == "1"
    assert from_mapping({"version": "mine"}).version == "mine"


def segment(field: str, comparison: str, value: float | str, name: str = "s") -> dict[str, Any]:
    return {"segments": [{"name": name, "when": [{"field": field, "is": comparison, "value": value}]}]}


def test_a_segment_shows_in_the_version() -> None:
    assert re.fullmatch(r"1\+[0-9a-f]{8}", from_mapping(segment("nps", "=", 1)).version)
    assert from_mapping(segment("nps", "=", 1)).version != from_mapping(segment("nps", "=", 2)).version


@pytest.mark.parametrize(
    ("mapping", "key", "value", "allowed"),
    [
        ({"levels": {"at_risk": 101}}, "levels.at_risk", 101, "<= 100"),
        ({"levels": {"at_risk": -1}}, "levels.at_risk", -1, ">= 0"),
        ({"nps": {"half_life_days": 0}}, "nps.half_life_days", 0, ">= 1"),
        ({"stages": {"new_days": 0.001}}, "stages.new_days", 0.001, ">= 1"),
        ({"nps": {"half_life_days": "long"}}, "nps.half_life_days", "long", "expected a number"),
        ({"kept": {"facts": 3}}, "kept.facts", 3, ">= 4"),
        ({"levels": {"at_rik": 50}}, "levels.at_rik", 50, "no such key"),
        ({"colour": "red"}, "colour", "red", "no such key"),
        ({"levels": {"watch": 70}}, "levels.watch", 70, "must not be above levels.at_risk_exit"),
        ({"levels": {"remind_days": []}}, "levels.remind_days", [], "at least one"),
        ({"identifiers": {"phone_region": "tr"}}, "identifiers.phone_region", "tr", "matching regex"),
        ({"identifiers": {"phone_region": "XX"}}, "identifiers.phone_region", "XX", "a country of ISO 3166"),
        ({"answers": {"dissatisfied": 0.9}}, "answers.dissatisfied", 0.9, "below answers.satisfied"),
        ({"orders": {"recent": 51}}, "orders.recent", 51, "<= 50"),
        ({"appreciation": {"tenure_years": [0]}}, "appreciation.tenure_years[0]", 0, ">= 1"),
        (segment("nps", "=", 11), "segments[0].when[0].value", 11, "number from 0 to 10"),
        (segment("nps", "=", "high"), "segments[0].when[0].value", "high", "number from 0 to 10"),
        (segment("nps", "like", 1), "segments[0].when[0].is", "like", "one of =, !=, <, <=, >, >="),
        (segment("order", "=", 1), "segments[0].when[0].field", "order", "no such field; there are stage, "),
        (segment("spent.eur", "=", 1), "segments[0].when[0].field", "spent.eur", "spent.EUR"),
        (segment("stage", ">", "new"), "segments[0].when[0].is", ">", "compared by = or !="),
        (segment("stage", "=", "happy"), "segments[0].when[0].value", "happy", "one of anonymous, lead, new"),
        (segment("nps", "=", 1, name="A b"), "segments[0].name", "A b", "regex"),
        ({"segments": segment("nps", "=", 1)["segments"] * 2}, "segments[1].name", "s", "twice"),
        ({"segments": [{"name": "s", "when": []}]}, "segments[0].when", [], "length >= 1"),
        ({"segments": segment("nps", "=", 1)["segments"] * 17}, "segments", ..., "length <= 16"),
    ],
)
def test_a_wrong_number_is_refused_with_key_value_and_range(
    mapping: dict[str, object], key: str, value: object, allowed: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        from_mapping(mapping)
    assert caught.value.key == key
    assert value is ... or caught.value.value == value
    assert allowed in caught.value.allowed
