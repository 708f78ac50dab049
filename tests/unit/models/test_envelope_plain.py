"""Plain JSON touchpoints: what is filled in, what is taken as it is, and how times and answers are read."""

import json
from typing import Any

import msgspec
import pytest

from models.envelope.answers import NO_VALUE
from models.touchpoint import CHANNELS, KINDS, OTHER, Rejected, Touchpoint
from tests.records import KEY, NOW_MS, Json, read, touchpoint, valid


def test_the_smallest_touchpoint_gets_every_default() -> None:
    told = touchpoint({"id": "1", "time": NOW_MS, "channel": "chat", "kind": "call"})

    expected = Touchpoint(
        id="1", time=NOW_MS, channel="chat", customer_id=KEY, kind="call", at_ms=NOW_MS, channel_code=2
    )
    assert told == expected


def test_a_null_is_as_if_the_field_were_left_out() -> None:
    optional = [name for name in Touchpoint.__struct_fields__ if name not in ("id", "time", "channel", "kind")]

    told = touchpoint(valid(**dict.fromkeys(optional)))

    assert told == touchpoint(valid(customer_id=...))
    assert (told.source, told.direction, told.actor) == ("", "inbound", "customer")


def test_a_null_inside_an_object_is_as_if_it_were_left_out_too() -> None:
    nulls = {
        "score": {"metric": "csat", "value": 4, "min": None, "max": None, "direction": None, "offer_id": None},
        "order": {"id": None, "items": None, "promised_at": None, "value": None, "currency": None},
        "ids": {"email": "a@example.org", "phone": None},
        "subscription": {"started_at": None},
        "alert": {"due_at": None, "until": None, "verdict": None},
    }

    told = touchpoint(valid(**nulls))

    assert told.ids == {"email": "a@example.org"}
    assert (told.answer_millionths, told.started_ms) == (750_000, 0)


def test_fields_of_arrival_are_never_read_from_the_wire() -> None:
    forged: Json = {
        field.encode_name: {} for field in msgspec.structs.fields(Touchpoint) if field.encode_name[0] == "("
    }
    assert len(forged) == 8

    assert touchpoint(valid(**forged)) == touchpoint(valid())


def test_unknown_fields_are_ignored() -> None:
    assert touchpoint(valid(schema_version=3, nested={"deep": [1, {"x": None}]})) == touchpoint(valid())


def test_of_a_field_given_twice_the_last_counts() -> None:
    raw = json.dumps(valid()).encode()

    assert touchpoint(raw[:-1] + b',"id":"second"}').id == "second"


def test_a_byte_order_mark_is_skipped_once() -> None:
    raw = json.dumps(valid()).encode()

    assert touchpoint(b"\xef\xbb\xbf" + raw) == touchpoint(raw)
    assert read(b"\xef\xbb\xbf" * 2 + raw) == Rejected("not_json", "value: not JSON near byte 0")


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_has_its_code(channel: str) -> None:
    assert CHANNELS[touchpoint(valid(channel=channel)).channel_code] == channel


@pytest.mark.parametrize("channel", ["fax", "Email", "電話", "x" * 5000])
def test_an_unknown_channel_is_other_and_no_reason_to_reject(channel: str) -> None:
    told = touchpoint(valid(channel=channel))

    assert (told.channel, told.channel_code) == (channel, OTHER)


@pytest.mark.parametrize("kind", [*KINDS, "acme.points_earned", "a.b.c", "x" * 126 + ".y"])
def test_every_known_kind_and_every_kind_with_a_dot_is_kept(kind: str) -> None:
    assert touchpoint(valid(kind=kind)).kind == kind


@pytest.mark.parametrize(
    ("customer_id", "key"),
    [
        ("c1", "c1"),
        (..., "c1"),
        (None, "c1"),
        ("müşteri-1", "müşteri-1"),
        (..., "고객:1 {x}\n"),
        ("👩‍👧", "👩‍👧"),
        ("x" * 256, "x" * 256),
        (..., "고" * 256),
    ],
)
def test_the_customer_is_the_record_key(customer_id: Any, key: str) -> None:
    assert touchpoint(valid(customer_id=customer_id), key=key).customer_id == key


@pytest.mark.parametrize(
    ("time", "at_ms"),
    [
        (NOW_MS, NOW_MS),
        (100_000_000_000, 100_000_000_000),
        ("2026-09-21T14:13:20Z", NOW_MS),
        ("2026-09-21T17:13:20+03:00", NOW_MS),
        ("2026-09-21T08:43:20.000-05:30", NOW_MS),
        ("2026-09-21t14:13:20z", NOW_MS),
        ("2026-09-21 14:13:20Z", NOW_MS),
        ("2026-09-21T14:13:20-00:00", NOW_MS),
        ("2026-09-21T14:13:19.1Z", NOW_MS - 900),
        ("2026-09-21T14:13:19.9999999Z", NOW_MS - 1),
        ("2026-09-21T14:13:19.123999999999999999999Z", NOW_MS - 877),
        ("1970-01-01T00:00:00Z", 0),
        ("1972-02-29T23:59:59.999Z", 68_255_999_999),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2016-12-31T23:59:60.5Z", 1_483_228_800_500),
    ],
)
def test_a_time_is_read_to_the_millisecond_and_cut(time: int | str, at_ms: int) -> None:
    assert touchpoint(valid(time=time)).at_ms == at_ms


def test_instants_inside_are_judged_as_time_is_but_may_lie_ahead() -> None:
    told = touchpoint(
        valid(
            subscription={"started_at": "2020-03-01T10:00:00+03:00"},
            order={"promised_at": "2030-01-01T00:00:00Z"},
            alert={"due_at": NOW_MS * 2, "until": "2031-01-01T00:00:00Z"},
        )
    )

    assert told.started_ms == 1_583_046_000_000


def test_a_time_may_be_five_minutes_ahead_of_its_record_and_any_age() -> None:
    assert touchpoint(valid(time=NOW_MS + 300_000)).at_ms == NOW_MS + 300_000
    assert touchpoint(valid(time=100_000_000_000)).at_ms == 100_000_000_000
    assert touchpoint(valid(time=NOW_MS - 1000), max_age_ms=1000).at_ms == NOW_MS - 1000
    assert touchpoint(valid(time=NOW_MS + 60_000), future_ms=60_000).at_ms == NOW_MS + 60_000


def test_a_record_without_a_timestamp_has_no_age_to_judge() -> None:
    ahead = valid(time=253_402_300_799_999)

    assert touchpoint(ahead, timestamp_ms=-1, max_age_ms=0).at_ms == 253_402_300_799_999


@pytest.mark.parametrize(
    ("score", "millionths"),
    [
        ({"metric": "csat", "value": 1}, 0),
        ({"metric": "csat", "value": 4}, 750_000),
        ({"metric": "csat", "value": 80, "min": 0, "max": 100}, 800_000),
        ({"metric": "csat", "value": 3, "max": 3}, 1_000_000),
        ({"metric": "nps", "value": 0}, 0),
        ({"metric": "nps", "value": 9.0, "min": 0, "max": 10}, 900_000),
        ({"metric": "ces", "value": 5, "min": 1, "max": 7}, 666_667),
        ({"metric": "ces", "value": 2, "min": 1, "max": 7, "direction": "down"}, 833_333),
        ({"metric": "rating", "value": -1, "min": -1, "max": 1, "direction": "up"}, 0),
        ({"metric": "rating", "value": 0.5, "min": 0, "max": 1_000_000}, 0),
        ({"metric": "rating", "value": 1.5, "min": 0, "max": 1_000_000}, 2),
        ({"metric": "rating", "value": 1e308, "min": 0, "max": 1e308}, 1_000_000),
        ({"metric": "rating", "value": 0, "min": 0, "max": 5e-324}, 0),
    ],
)
def test_an_answer_becomes_millionths_of_its_scale_half_to_even(score: dict[str, Any], millionths: int) -> None:
    assert touchpoint(valid(score=score)).answer_millionths == millionths


@pytest.mark.parametrize("kind", ["survey_offered", "survey_declined"])
def test_a_survey_that_is_only_offered_or_declined_needs_no_value(kind: str) -> None:
    told = touchpoint(valid(kind=kind, score={"metric": "rating", "offer_id": "o1"}))

    assert told.answer_millionths == NO_VALUE


def test_attributes_may_be_as_many_and_as_large_as_promised() -> None:
    many = {f"k{n}": n for n in range(64)}
    large = {"x": "y" * (8192 - len('{"x": ""}'))}

    assert touchpoint(valid(attributes=many)).attributes == many
    assert (
        touchpoint(valid(attributes=large, text="a long text beside them counts elsewhere" * 500)).attributes == large
    )


def test_lengths_are_counted_in_characters() -> None:
    assert touchpoint(valid(id="👍" * 128, case_id="ğ" * 256)).id == "👍" * 128


def test_two_hundred_levels_are_not_too_deep() -> None:
    raw = json.dumps(valid(junk="]]]" * 100)).encode()

    assert touchpoint(raw[:-1] + b',"more":' + b"[" * 199 + b"]" * 199 + b"}") == touchpoint(raw)


def test_numbers_of_any_size_are_fine_where_nobody_reads_them() -> None:
    raw = json.dumps(valid()).encode()

    assert touchpoint(raw[:-1] + b',"more":[1e999,-0,1' + b"0" * 5000 + b"]}") == touchpoint(raw)
    assert touchpoint(raw[:-1] + b',"attributes":{"n":1' + b"0" * 400 + b"}}").attributes == {"n": 10**400}


def test_text_may_hold_anything_that_is_text() -> None:
    text = "\0 \x1b[31m \u202e <script> =1+1 \U0010ffff \ufeff"

    assert touchpoint(valid(text=text)).text == text
