"""Laws of the decoder: it never raises, what it accepts is whole, what it refuses names no value, envelopes agree."""

import json
from typing import Any, Final, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from models.envelope import decode
from models.envelope.instants import LATEST_MS
from models.touchpoint import CHANNEL_CODE, KINDS, OTHER, Actor, Direction, Reason, Rejected, Touchpoint
from tests.records import KEY, NOW_MS, Json, read, valid

SECRET: Final = "zq7secret"
FULL: Final = valid(
    kind="survey_answered",
    source="crm",
    direction="inbound",
    actor="customer",
    case_id="c-1",
    language="en",
    text="It was fine.",
    sentiment=0.25,
    wait_s=12,
    duration_s=3.5,
    score={"metric": "rating", "value": 4, "min": 1, "max": 5, "direction": "up", "offer_id": "o-1"},
    order={
        "id": "o",
        "value": "9.90",
        "items": [{"product": "p", "quantity": 2, "price": 4.95}],
        "promised_at": NOW_MS,
    },
    usage={"device_id": "d", "counter": "c", "value": 1.5, "unit": "h", "error_code": "E5"},
    consent={"purpose": "mail", "granted": True},
    preference={"name": "channel", "value": ["chat"]},
    subscription={"id": "s", "plan": "basic", "started_at": "2024-01-01T00:00:00Z"},
    merge={"other_customer_id": "c-2"},
    alert={"id": "a", "due_at": NOW_MS, "until": "2026-12-01T00:00:00+03:00", "verdict": "right", "reason": "r"},
    ids={"email": "a@example.org"},
    attributes={"page": "/account", "n": 1, "deep": {"a": [None]}},
)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 1, 10**11, NOW_MS, 1 << 63, 10**400])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        [SECRET, "", "\0", "a.b", "call", "x" * 300, "2026-09-21T14:13:20Z", "2026-02-30T00:00:00+99:00"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)
header = st.tuples(
    st.sampled_from(["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "x"]),
    st.none()
    | st.binary(max_size=20)
    | st.sampled_from([b"1.0", b"touchpoint.call", b"application/cloudevents+json", b"2026-09-21T14:13:20Z"]),
)


@st.composite
def mutations(draw: st.DrawFn) -> Json:
    """The full touchpoint with one thing changed, at any depth: replaced, taken out, or put in."""
    whole: Json = json.loads(json.dumps(FULL))
    within: Any = whole
    while True:
        keys = list(within) if isinstance(within, dict) else list(range(len(within)))
        place = draw(st.sampled_from(keys))
        if isinstance(within[place], dict | list) and within[place] and draw(st.booleans()):
            within = within[place]
            continue
        break
    change = draw(st.sampled_from(["replace", "take out", "put in"]))
    if change == "replace":
        within[place] = draw(anything)
    elif change == "take out":
        del within[place]
    elif isinstance(within, dict):
        within[draw(st.text(max_size=8).filter(lambda name: name != "specversion"))] = draw(anything)
    else:
        within.append(draw(anything))
    return whole


def judge(told: Touchpoint | Rejected) -> None:
    """A rejection has a known reason and names no value; a touchpoint is whole."""
    if isinstance(told, Rejected):
        assert told.reason in get_args(Reason)
        assert told.detail
        assert SECRET not in told.detail
        assert len(told.detail) < 200
        return
    assert 0 < len(told.id) <= 128
    assert told.customer_id == KEY
    assert told.kind in KINDS or "." in told.kind
    assert told.direction in get_args(Direction)
    assert told.actor in get_args(Actor)
    assert told.source is not None
    assert told.channel_code == CHANNEL_CODE.get(told.channel, OTHER)
    assert 0 <= told.at_ms <= min(LATEST_MS, NOW_MS + 300_000)
    assert -1 <= told.answer_millionths <= 1_000_000
    assert 0 <= told.started_ms <= LATEST_MS
    assert (told.feeling_milli, told.topic, told.offset) == (None, 0, -1)


@settings(max_examples=300)
@given(st.binary(max_size=200), st.lists(header, max_size=5))
def test_any_bytes_are_judged(value: bytes, headers: list[tuple[str, bytes | None]]) -> None:
    judge(read(value, headers=headers))


@settings(max_examples=200)
@given(
    anything | st.dictionaries(st.sampled_from([*FULL, "specversion", "data", "type"]), anything),
    st.lists(header, max_size=5),
)
def test_any_json_is_judged(value: Any, headers: list[tuple[str, bytes | None]]) -> None:
    judge(read(json.dumps(value).encode(), headers=headers))


@settings(max_examples=200)
@given(st.none() | st.binary(max_size=20), st.integers(-1, 1 << 62))
def test_any_key_and_any_timestamp_are_judged(key: bytes | None, timestamp_ms: int) -> None:
    told = decode(key, json.dumps(valid(customer_id=None)).encode(), (), timestamp_ms, max_age_ms=1000)

    assert isinstance(told, Touchpoint | Rejected)


@settings(max_examples=500)
@given(mutations())
def test_a_touchpoint_with_one_thing_changed_is_judged(value: Json) -> None:
    judge(read(value))


@settings(max_examples=300)
@given(st.data())
def test_a_touchpoint_with_some_bytes_changed_is_judged(data: st.DataObject) -> None:
    raw = bytearray(json.dumps(FULL).encode())
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=3)):
        raw[place] = data.draw(st.integers(0, 255))

    told = read(bytes(raw))

    if isinstance(told, Touchpoint):
        assert told.customer_id == KEY
    else:
        judge(told)


@settings(max_examples=300)
@given(mutations())
def test_every_envelope_gives_the_same_verdict(value: Json) -> None:
    """With nothing in the envelope that could win, only the words "data." and what may be missing differ."""
    plain = read(value)

    binary = read(value, headers=[("ce_specversion", b"1.0")])
    structured = read({"specversion": "1.0", "data": value})

    if isinstance(plain, Rejected) and plain.reason == "missing_field":
        return
    assert binary == plain
    if isinstance(plain, Rejected) and isinstance(structured, Rejected):
        assert structured.reason == plain.reason
        assert structured.detail.removeprefix("data.") == plain.detail
    else:
        assert structured == plain
