"""Records that cannot be touchpoints, of every kind a producer has been seen to send.

`faults` puts them into the stream; each must end on the dead-letter topic with the reason it knows of itself.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

import orjson

from app.dev.simulate.customer import DAY_MS
from app.dev.simulate.record import Record

_YEAR_MS: Final = 365 * DAY_MS

Spoil = Callable[[dict[str, Any]], object]
"""Takes a good touchpoint, gives what is sent in its place: an object to be written as JSON, raw bytes, or None."""


def bad_record(rng: Random, number: int, customer_id: str, end_ms: int) -> Record:
    """The `number`-th bad record: the kinds take turns, so that any 40 of them hold each at least once."""
    reason, key_of, spoil = _KINDS[number % len(_KINDS)]
    good: dict[str, Any] = {
        "id": f"bad-{number:x}",
        "source": "crm",
        "customer_id": customer_id,
        "time": end_ms - rng.randrange(DAY_MS),
        "channel": "email",
        "kind": "message",
        "text": "Which filter fits the Kettle?",
    }
    sent = spoil(good)
    value = sent if sent is None or isinstance(sent, bytes) else orjson.dumps(sent)
    return Record(key_of(customer_id.encode()), value, (), "bad", "", reason, 0)


def _same(key: bytes) -> bytes | None:
    return key


def _without(field: str) -> Spoil:
    return lambda good: {name: value for name, value in good.items() if name != field}


def _with(**changed: object) -> Spoil:
    return lambda good: {**good, **changed}


def _score(**score: object) -> Spoil:
    return _with(channel="survey", kind="survey_answered", score=score)


def _cut(good: dict[str, Any]) -> object:
    return orjson.dumps(good)[:-9]


def _bad_text(good: dict[str, Any]) -> object:
    return orjson.dumps(good).replace(b"filter", b"f\xfflter")


def _future(good: dict[str, Any]) -> object:
    return {**good, "time": good["time"] + 10 * _YEAR_MS}


def _seconds(good: dict[str, Any]) -> object:
    return {**good, "time": good["time"] // 1000}


def _deep(good: dict[str, Any]) -> object:
    nested: object = 1
    for _ in range(200):
        nested = [nested]
    return {**good, "attributes": {"nested": nested}}


_KINDS: Final[tuple[tuple[str, Callable[[bytes], bytes | None], Spoil], ...]] = (
    ("not_json", _same, _cut),
    ("missing_field", _same, _without("id")),
    ("null_value", _same, lambda _: None),
    ("unknown_value", _same, _with(kind="telepathy")),
    ("future_time", _same, _future),
    ("missing_field", lambda _: None, _with()),
    ("not_utf8", _same, _bad_text),
    ("wrong_type", _same, _with(id=17)),
    ("key_mismatch", _same, _with(customer_id="someone-else")),
    ("out_of_range", _same, _seconds),
    ("not_an_object", _same, lambda good: [good]),
    ("missing_field", _same, _without("time")),
    ("out_of_range", _same, _score(metric="csat", value=9)),
    ("missing_field", _same, _score(metric="rating", value=3)),
    ("unknown_value", _same, _with(actor="parrot")),
    ("not_json", _same, lambda _: b"id;time;channel\n1;2;3\n"),
    ("missing_field", _same, _without("channel")),
    ("not_utf8", lambda key: b"\xff" + key, _with()),
    ("wrong_type", _same, _with(time=True)),
    ("too_large", _same, _with(attributes={f"a{n}": n for n in range(65)})),
    ("out_of_range", _same, _with(sentiment=-7)),
    ("missing_field", _same, _without("kind")),
    ("not_an_object", _same, lambda _: 42),
    ("wrong_type", _same, _with(attributes="none")),
    ("out_of_range", _same, _score(metric="nps", value=7.5)),
    ("too_deep", _same, _deep),
    ("not_json", _same, lambda _: b""),
    ("unknown_value", _same, _with(specversion="0.3", data={})),
)
"""Reason expected, key as sent, value as sent."""
