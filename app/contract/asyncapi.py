"""AsyncAPI 3.1: the topics with their settings, and the records on them with keys, headers, schemas and examples.

Made from `app.catalogue` and `models.schema`; `kanarya schema asyncapi` prints it for the settings in force, and
docs/schema/asyncapi.json is that of the defaults.
"""

import json
from importlib.metadata import version
from typing import Any, Final

from app import catalogue
from app.catalogue import TopicSpec
from app.contract.examples import Example, examples
from app.settings import Settings
from models.dead_letter import dead_letter_headers, redriven
from models.schema import json_schema
from models.touchpoint import Rejected

Part = dict[str, Any]

VERSION: Final = "3.1.0"
_BINDING: Final = {"bindingVersion": "0.5.0"}
_JSON: Final = "application/json"
_CLOUD_EVENT: Final = "application/cloudevents+json"
_KEY: Final = {"type": "string", "minLength": 1, "maxLength": 256, "description": "The customer id, plain UTF-8."}
_ABOUT: Final = """Kanarya reads touchpoints between a company and its customers, keeps a profile of each customer, \
and publishes an alert that explains itself when one is at risk. Keys are placed by murmur2, as Java clients do; \
librdkafka needs `partitioner=murmur2_random`."""
_TOUCHPOINTS: Final = ["touchpoint", "cloudEventBinary", "cloudEventStructured"]
_DIALECT: Final = ("$schema", "$id")
"""What is said of a schema that stands alone."""
_BINARY_NUMBERS: Final = {"partition": "4", "offset": "8", "timestamp": "8"}
"""Headers of Spring's that hold a number in so many bytes."""


def asyncapi(settings: Settings) -> Part:
    """The document, with the topics that these settings name."""
    specs = {spec.name: spec for spec in catalogue.catalogue(settings)}
    inputs = catalogue.inputs(settings)
    channels = {
        ("touchpoints" if len(inputs) == 1 else f"touchpoints-{number}"): _channel(specs[name], _TOUCHPOINTS)
        for number, name in enumerate(inputs, 1)
    }
    operations = {
        f"receive-{name}": {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{name}"},
            "summary": "Each record is applied to its customer's profile once.",
            "bindings": {"kafka": {"groupId": {"type": "string", "const": settings.group}} | _BINDING},
        }
        for name in channels
    }
    for name, topic, messages, summary in (
        ("dead-letters", catalogue.dead_letters(settings), ["deadLetter"], "A record that is no touchpoint."),
        ("alerts", catalogue.alerts(settings), ["alert"], "At least once, under an id that never changes."),
        ("profiles", catalogue.profiles(settings), ["profile"], "The newest profile of a customer replaces the last."),
    ):
        channels[name] = _channel(specs[topic], messages)
        operations[f"send-{name}"] = {
            "action": "send", "channel": {"$ref": f"#/channels/{name}"}, "summary": summary,
        }  # fmt: skip
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Kanarya",
            "version": version("kanarya"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": _JSON,
        "servers": {"kafka": {"host": settings.broker.partition(",")[0], "protocol": "kafka"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": _messages(), "schemas": _schemas()},
    }


def _channel(spec: TopicSpec, messages: list[str]) -> Part:
    """A topic as `kanarya topics apply` makes it."""
    numbers = {name: int(told) for name, told in spec.configs.items() if name != "cleanup.policy"}
    configuration = {"cleanup.policy": spec.configs["cleanup.policy"].split(",")} | numbers
    return {
        "address": spec.name,
        "description": f"{spec.meaning[:1].upper()}{spec.meaning[1:]}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "topic": spec.name,
                "partitions": spec.partitions,
                "replicas": spec.replication,
                "topicConfiguration": configuration,
            }
            | _BINDING
        },
    }


def _messages() -> Part:
    told = examples()
    by_form: dict[str, list[Example]] = {"plain": [], "cloud_event_binary": [], "cloud_event": []}
    for each in told.touchpoints:
        by_form[next(form for form in by_form if each.name.startswith(form))].append(each)
    return {
        "touchpoint": _message(
            "A touchpoint as plain JSON.", _reference("touchpoint"), by_form["plain"], "touchpoint"
        ),
        "cloudEventBinary": _message(
            "A touchpoint as a CloudEvent 1.0 in binary mode: attributes in headers, the touchpoint as value.",
            _reference("touchpointData"),
            by_form["cloud_event_binary"],
            "cloudEventBinary",
            headers=_CLOUD_EVENT_HEADERS,
        ),
        "cloudEventStructured": _message(
            "A touchpoint as a CloudEvent 1.0 in structured mode: attributes and touchpoint in one object.",
            _STRUCTURED,
            by_form["cloud_event"],
            "cloudEventStructured",
            content_type=_CLOUD_EVENT,
        ),
        "deadLetter": _message(
            "A record that is no touchpoint, with key, value and headers as they came, and why it is none.",
            {"description": "The value as it came, whatever it is; null if it is larger than the topic takes."},
            told.dead_letters,
            "deadLetter",
            headers=_dead_letter_headers(),
            content_type="application/octet-stream",
            key={"description": "The key as it came."},
        ),
        "alert": _message(
            "A customer is at risk, or no longer is: who, how much, and why.",
            _reference("alert"),
            told.alerts,
            "alert",
            headers=_headers_of(told.alerts[0].headers),
        ),
        "profile": _message(
            "A customer as of the newest touchpoint; a null value means that the customer is erased.",
            {"oneOf": [_reference("profile"), {"type": "null"}]},
            told.profiles,
            "profile",
        ),
    }  # fmt: skip


def _message(
    summary: str,
    payload: Part,
    shown: list[Example],
    name: str,
    *,
    headers: Part | None = None,
    content_type: str = _JSON,
    key: Part = _KEY,
) -> Part:
    return {
        "name": name,
        "summary": summary,
        "contentType": content_type,
        **({"headers": headers} if headers else {}),
        "payload": payload,
        "bindings": {"kafka": {"key": key} | _BINDING},
        "examples": [
            {"name": each.name, "summary": each.about}
            | ({"headers": each.headers} if each.headers else {})
            | {"payload": each.value}
            for each in shown
        ],
    }


def _reference(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Part:
    """The public shapes and their parts, each a component of its own."""
    found: Part = {}
    for name in ("touchpoint", "alert", "profile"):
        schema = json.loads(json.dumps(json_schema(name)).replace("#/$defs/", "#/components/schemas/"))
        parts = schema.pop("$defs") | {name: {key: told for key, told in schema.items() if key not in _DIALECT}}
        for part, told in parts.items():
            if found.setdefault(part, told) != told:
                raise ValueError(f"two different schemas are called {part}")
    data = {key: told for key, told in found["touchpoint"].items() if key not in {"required", "title", "description"}}
    described = "The touchpoint's fields; `id`, `source`, `time` and `kind` may stand in the envelope."
    return found | {"touchpointData": {"title": "touchpointData", "description": described, **data}}


def _text(description: str, **more: Any) -> Part:
    return {"type": "string", "description": description, **more}


_ATTRIBUTES: Final[dict[str, Part]] = {
    "specversion": _text("Always 1.0.", const="1.0"),
    "id": _text("Unique within its source; a retry repeats it.", minLength=1, maxLength=128),
    "source": _text("Who produced it.", maxLength=256),
    "type": _text("Ends in `touchpoint.` and the kind, unless the data says the kind."),
    "time": _text("When it happened; else the data's time, else the record's timestamp.", format="date-time"),
}
_CLOUD_EVENT_HEADERS: Final = {
    "type": "object",
    "properties": {f"ce_{name}": told for name, told in _ATTRIBUTES.items()}
    | {"content-type": _text("Of the value.", examples=[_JSON])},
    "required": ["ce_specversion"],
}
_STRUCTURED: Final = {
    "type": "object",
    "properties": _ATTRIBUTES
    | {
        "data": {"$ref": "#/components/schemas/touchpointData"},
        "data_base64": _text("The same as bytes, in base64."),
    },
    "required": ["specversion"],
    "anyOf": [{"required": ["data"]}, {"required": ["data_base64"]}],
}


def _dead_letter_headers() -> Part:
    """What a dead letter has besides the headers of its record."""
    first = dead_letter_headers(Rejected("not_json", ""), "topic", 0, 0, 0, (), "")
    written = dead_letter_headers(Rejected("not_json", ""), "topic", 0, 0, 0, redriven(first), "")
    properties = {}
    for name, _ in written:
        size = _BINARY_NUMBERS.get(name.rpartition("original-")[2]) if "original-" in name else None
        about = f"A whole number in {size} bytes, big-endian." if size else _about_header(name)
        properties[name] = _text(about)
    return {"type": "object", "properties": properties, "required": ["kanarya-reason", "kanarya-detail"]}


def _about_header(name: str) -> str:
    if name.startswith("kanarya-"):
        return {
            "kanarya-reason": "Why it is no touchpoint; docs/events.md lists the reasons.",
            "kanarya-detail": "The place that is wrong and what was expected there; never a value.",
            "kanarya-redrives": "How often it was sent back to its topic.",
            "kanarya-redrive-of": "Of a record that was sent back: where it was rejected before.",
        }[name]
    return f"As {'Kafka Streams (KIP-1034)' if name.startswith('__streams') else 'Spring'} writes it."


def _headers_of(shown: dict[str, str]) -> Part:
    return {"type": "object", "properties": {name: {"type": "string"} for name in shown}, "required": [*shown]}
