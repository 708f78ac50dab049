"""The policy: refused with key, value and what is allowed; changed numbers show in its version."""

import re

import pytest

from models.policy import Policy
from models.policy_mapping import PolicyError, from_mapping


def test_an_empty_file_is_the_shipped_policy() -> None:
    assert from_mapping({}).version == Policy().version == "1"


def test_a_changed_number_shows_in_the_version_and_the_same_number_does_not() -> None:
    changed = from_mapping({"version": "1", "levels": {"at_risk": 55}})
    assert re.fullmatch(r"1\+[0-9a-f]{8}", changed.version)
    assert changed.version == from_mapping({"levels": {"at_risk": 55}}).version
    assert from_mapping({"levels": {"at_risk": 60}}).version == "1"
    assert from_mapping({"version": "mine"}).version == "mine"


@pytest.mark.parametrize(
    ("mapping", "key", "value", "allowed"),
    [
        ({"levels": {"at_risk": 101}}, "levels.at_risk", 101, "<= 100"),
        ({"levels": {"at_risk": -1}}, "levels.at_risk", -1, ">= 0"),
        ({"nps": {"half_life_days": 0}}, "nps.half_life_days", 0, ">= 1"),
        ({"stages": {"new_days": 0.001}}, "stages.new_days", 0.001, ">= 1"),
        ({"nps": {"half_life_days": "long"}}, "nps.half_life_days", "long", "float"),
        ({"kept": {"facts": 3}}, "kept.facts", 3, ">= 4"),
        ({"levels": {"at_rik": 50}}, "levels.at_rik", 50, "no such key"),
        ({"colour": "red"}, "colour", "red", "no such key"),
        ({"levels": {"watch": 70}}, "levels.watch", 70, "must not be above levels.at_risk_exit"),
        ({"levels": {"remind_days": []}}, "levels.remind_days", [], "at least one"),
        ({"identifiers": {"phone_region": "tr"}}, "identifiers.phone_region", "tr", "matching regex"),
        ({"identifiers": {"phone_region": "XX"}}, "identifiers.phone_region", "XX", "a country of ISO 3166"),
        ({"answers": {"dissatisfied": 0.9}}, "answers.dissatisfied", 0.9, "below answers.satisfied"),
    ],
)
def test_a_wrong_number_is_refused_with_key_value_and_range(
    mapping: dict[str, object], key: str, value: object, allowed: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        from_mapping(mapping)
    assert (caught.value.key, caught.value.value) == (key, value)
    assert allowed in caught.value.allowed
