"""The examples of the documents are golden touchpoints and what the product really makes, and fit their schemas."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from app.contract.examples import examples
from app.contract.json_schemas import published
from models.schema import NAMES, Name
from tests.docs.examples import FILE, GOLDEN, SHOWN, made


def test_the_examples_are_up_to_date() -> None:
    """After a change: python -m tests.docs.examples"""
    assert json.loads(FILE.read_text()) == made()


def test_every_envelope_is_shown() -> None:
    written = {path.stem for path in GOLDEN.glob("*.json")}

    assert {*SHOWN} <= written
    assert {name for name in written if name.startswith("plain")} <= {*SHOWN}


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_schema_fit_it(name: Name) -> None:
    schema = published(name)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    assert schema["examples"]
    assert [error.message for value in schema["examples"] for error in validator.iter_errors(value)] == []


def test_the_data_of_a_cloud_event_is_a_touchpoint_but_for_what_the_envelope_says() -> None:
    schema: dict[str, Any] = published("touchpoint")
    data = {name: told for name, told in schema.items() if name != "required"}
    events = [each for each in examples().touchpoints if each.name in {"cloud_event_binary", "cloud_event_structured"}]

    assert len(events) == 2
    for each in events:
        value = each.value.get("data", each.value)
        assert list(Draft202012Validator(data).iter_errors(value)) == []
