"""The AsyncAPI document: valid by the official schema, true of the topics, and the same as the one checked in."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from app.catalogue import catalogue
from app.contract.asyncapi import VERSION, asyncapi
from app.contract.examples import examples
from app.settings import Settings
from models.dead_letter import dead_letter_headers, redriven
from models.touchpoint import Rejected

ROOT = Path(__file__).parents[2]
OFFICIAL = Path(__file__).parent / "asyncapi" / f"{VERSION}.json.gz"
SETTINGS = Settings()
OWN = Settings(
    topic_prefix="acme-", input_topics=("acme-calls", "acme-orders"), partitions=12, replication=3, group="cx"
)


@cache
def official() -> Any:
    """The JSON Schema of AsyncAPI, as its makers publish it."""
    schema = json.loads(gzip.decompress(OFFICIAL.read_bytes()))
    return validator_for(schema)(schema)


def test_the_document_checked_in_is_the_one_generated() -> None:
    """On a difference: `kanarya schema asyncapi > docs/schema/asyncapi.json`."""
    assert json.loads((ROOT / "docs/schema/asyncapi.json").read_text()) == asyncapi(SETTINGS)


@pytest.mark.parametrize("settings", [SETTINGS, OWN], ids=["defaults", "own topics"])
def test_it_is_valid_by_the_official_schema(settings: Settings) -> None:
    errors = [f"{error.json_path}: {error.message[:200]}" for error in official().iter_errors(asyncapi(settings))]

    assert errors == []


def test_the_official_schema_refuses_what_is_wrong() -> None:
    """Else the test above could not fail."""
    for path, wrong in (
        (("channels", "alerts", "bindings", "kafka", "partitions"), 0),
        (("channels", "alerts", "bindings", "kafka", "topicConfiguration", "cleanup.policy"), "compact"),
        (("operations", "send-alerts", "action"), "publish"),
        (("info", "title"), 5),
    ):
        document = asyncapi(SETTINGS)
        within = document
        for name in path[:-1]:
            within = within[name]
        within[path[-1]] = wrong
        assert list(official().iter_errors(document)), path


@pytest.mark.parametrize("settings", [SETTINGS, OWN], ids=["defaults", "own topics"])
def test_every_public_topic_is_a_channel_with_its_settings(settings: Settings) -> None:
    specs = {spec.name: spec for spec in catalogue(settings)}
    channels = {each["address"]: each for each in asyncapi(settings)["channels"].values()}

    private = {f"{settings.topic_prefix}windows", f"{settings.group}-profiles-changelog"}
    assert {*channels} == {*specs} - private
    for name, channel in channels.items():
        binding = channel["bindings"]["kafka"]
        told = {
            key: ",".join(value) if isinstance(value, list) else str(value)
            for key, value in binding["topicConfiguration"].items()
        }
        assert told == specs[name].configs
        assert (binding["topic"], binding["partitions"], binding["replicas"], binding["bindingVersion"]) == (
            name, settings.partitions, settings.replication, "0.5.0",
        )  # fmt: skip


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi(SETTINGS)

    found = list(_references(document))
    assert len(found) > 30
    for reference in found:
        within: Any = document
        for name in reference.removeprefix("#/").split("/"):
            within = within[name]


def test_every_example_fits_the_payload_and_the_headers_of_its_message() -> None:
    document = asyncapi(SETTINGS)
    messages = document["components"]["messages"]
    for name, message in messages.items():
        assert message["examples"], name
        for example in message["examples"]:
            assert _errors(document, message["payload"], example["payload"]) == []
            if "headers" in message:
                assert _errors(document, message["headers"], example["headers"]) == []

    shown = [example["name"] for message in messages.values() for example in message["examples"]]
    told = examples()
    assert sorted(shown) == sorted(
        each.name for kind in (told.touchpoints, told.dead_letters, told.alerts, told.profiles) for each in kind
    )


def test_a_payload_that_is_none_is_refused() -> None:
    document = asyncapi(SETTINGS)

    for name in ("touchpoint", "cloudEventStructured", "alert", "profile"):
        assert _errors(document, document["components"]["messages"][name]["payload"], {"id": 5}), name


def test_the_headers_of_a_dead_letter_are_those_that_are_written() -> None:
    first = dead_letter_headers(Rejected("not_json", "d"), "t", 0, 0, 0, (), "g")
    written = dead_letter_headers(Rejected("not_json", "d"), "t", 0, 0, 0, redriven(first), "g")
    properties = asyncapi(SETTINGS)["components"]["messages"]["deadLetter"]["headers"]["properties"]

    assert [*properties] == [name for name, _ in written]
    binary = {name for name, told in properties.items() if "big-endian" in told["description"]}
    assert binary == {name for name, value in written if value is not None and b"\0" in value}


def _errors(document: Any, schema: Any, value: Any) -> list[str]:
    """What of a value does not fit a schema that refers to the document's components."""
    whole = {"components": document["components"], "allOf": [schema]}
    return [error.message for error in Draft7Validator(whole).iter_errors(value)]


def _references(part: Any) -> Any:
    if isinstance(part, dict):
        for name, told in part.items():
            if name == "$ref" and isinstance(told, str):
                yield told
            else:
                yield from _references(told)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)
