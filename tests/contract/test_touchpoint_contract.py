"""Sentences of the contract of touchpoints that no other test plays: limits from both sides, and what follows later.

Most sentences are played in tests/unit/models/test_envelope_*.py, those of CloudEvents in test_cloud_events_sdk.py.
"""

import itertools
import json
from typing import Any, get_args

import pytest

from agents.folded import Rules
from models.facts import roles_of
from models.limits import limits_of
from models.policy import Policy
from models.profile import feeling
from models.public_profile import render
from models.sentiment import built_in
from models.state import ANSWER
from models.touchpoint import CHANNELS, KINDS, Actor, Direction, Rejected, Touchpoint
from tests.product import Worker
from tests.records import KEY, NOW_MS, Json, read, touchpoint, valid

REFERENCES = ("account_id", "case_id", "issue", "product", "employee_id", "campaign_id", "location")
TOPIC = "kanarya.touchpoints"


def records(*values: Json, first: int = 0) -> list[dict[str, Any]]:
    common = {"topic": TOPIC, "timestamp_ms": NOW_MS, "key": KEY.encode(), "headers": ()}
    return [
        {**common, "offset": offset, "value": json.dumps(value).encode()} for offset, value in enumerate(values, first)
    ]


def test_channels_and_kinds_keep_their_places_which_are_codes_in_stored_bytes() -> None:
    """New ones stand behind these; nothing here may ever change."""
    assert " ".join(CHANNELS).startswith(
        "email phone chat sms social web app in_store survey order iot review mail other"
    )
    assert " ".join(KINDS).startswith(
        "message call visit page_view help_view search complaint review idea agent_note "
        "survey_offered survey_answered survey_declined "
        "case_opened case_updated case_transferred case_resolved case_reopened case_closed "
        "order_placed order_delivered order_cancelled order_refunded payment_failed "
        "subscription_started subscription_paused subscription_cancelled usage_reported device_error outbound_sent "
        "identified merged unmerged consent_changed preference_set incident_started incident_resolved "
        "alert_acknowledged alert_snoozed alert_judged"
    )


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_is_a_text_of_at_most_256_characters(name: str) -> None:
    assert getattr(touchpoint(valid(**{name: "ş" * 256})), name) == "ş" * 256
    assert getattr(touchpoint(valid(**{name: ""})), name) == ""
    assert read(valid(**{name: "ş" * 257})) == Rejected("too_large", f"{name}: more than 256 characters")
    assert read(valid(**{name: 7})) == Rejected("wrong_type", f"{name}: expected string")


@pytest.mark.parametrize(("name", "longest"), [("id", 128), ("source", 256), ("kind", 128), ("language", 64)])
def test_a_name_may_be_as_long_as_promised_and_not_longer(name: str, longest: int) -> None:
    told = "a." + "😡" * (longest - 2)

    assert getattr(touchpoint(valid(**{name: told})), name) == told
    assert read(valid(**{name: f"{told}."})) == Rejected("too_large", f"{name}: more than {longest} characters")


@pytest.mark.parametrize("money", ["19.90", 19.9, 0, "-5", "1e3"])
def test_money_is_a_decimal_string_or_a_number_and_stays_as_it_was_told(money: str | float) -> None:
    order = touchpoint(valid(order={"value": money, "items": [{"price": money}]})).order

    assert order is not None
    assert order.items is not None
    assert (order.value, order.items[0].price) == (money, money)


@pytest.mark.parametrize("name", ["wait_s", "duration_s"])
def test_seconds_begin_at_zero(name: str) -> None:
    assert getattr(touchpoint(valid(**{name: 0})), name) == 0
    assert getattr(touchpoint(valid(**{name: -0.0})), name) == 0
    assert read(valid(**{name: -1e-9})) == Rejected("out_of_range", f"{name}: expected >= 0")
    assert read(valid(**{name: "3"})) == Rejected("wrong_type", f"{name}: expected number")


@pytest.mark.parametrize("metric", ["rating", "ces"])
@pytest.mark.parametrize(("scale", "missing"), [({"max": 5}, "min"), ({"min": 1}, "max"), ({}, "min")])
def test_ratings_and_efforts_must_say_both_ends_of_their_scale(metric: str, scale: Json, missing: str) -> None:
    assert read(valid(score={"metric": metric, "value": 3, **scale})) == Rejected(
        "missing_field", f"score.{missing}: required"
    )


@pytest.mark.parametrize("metric", ["csat", "rating", "ces"])
@pytest.mark.parametrize(("value", "taken"), [(1, True), (5, True), (0.999, False), (5.001, False)])
def test_the_ends_of_a_scale_belong_to_it(metric: str, value: float, taken: bool) -> None:
    told = read(valid(score={"metric": metric, "value": value, "min": 1, "max": 5}))

    assert isinstance(told, Touchpoint) == taken
    if isinstance(told, Rejected):
        assert told == Rejected("out_of_range", "score.value: outside the scale")


@pytest.mark.parametrize("number", ["1790000000000.0", "1.79e12", "1e400"])
def test_epoch_milliseconds_are_written_without_point_and_exponent(number: str) -> None:
    """A double that has lost digits would be another time."""
    raw = json.dumps(valid(time=0)).replace('"time": 0', f'"time": {number}').encode()

    told = read(raw)
    assert isinstance(told, Rejected)
    assert told.detail.startswith("time: ")
    assert told.reason in {"wrong_type", "out_of_range"}


def test_an_answer_is_inbound_by_the_customer_and_no_survey_that_was_only_offered_or_declined() -> None:
    policy = Policy()
    for direction, actor, kind in itertools.product(
        get_args(Direction), get_args(Actor), ("survey_answered", "message", "survey_offered", "survey_declined", "a.b")
    ):
        told = touchpoint(
            valid(direction=direction, actor=actor, kind=kind, score={"metric": "csat", "value": 1}, channel="chat")
        )
        is_answer = bool(roles_of(told, policy, limits_of(policy)) & ANSWER)
        assert is_answer == (
            direction == "inbound" and actor == "customer" and kind not in {"survey_offered", "survey_declined"}
        ), (direction, actor, kind)


@pytest.mark.parametrize(("sentiment", "milli"), [(-1, -1000), (1, 1000), (0, 0), (-0.4, -400)])
def test_a_producers_sentiment_is_evidence_also_without_a_text(sentiment: float, milli: int) -> None:
    assert feeling(touchpoint(valid(sentiment=sentiment)), None) == milli
    assert feeling(touchpoint(valid()), None) is None


def test_a_header_of_binary_mode_wins_over_a_content_type_of_structured_mode() -> None:
    """Some bridges copy the content type of the event that they unpacked."""
    headers = [("content-type", b"application/cloudevents+json"), ("ce_specversion", b"1.0"), ("ce_id", b"e-1")]

    assert touchpoint(valid(id="own"), headers=headers).id == "e-1"


def test_without_a_time_of_its_own_an_event_happened_when_its_record_was_sent() -> None:
    headers = [("ce_specversion", b"1.0")]

    assert touchpoint(valid(time=...), headers=headers, max_age_ms=0, future_ms=0).at_ms == NOW_MS


def test_unknown_fields_are_counted_in_one_record_of_256() -> None:
    worker = Worker(rules=Rules(Policy(), built_in(), "g"))

    worker.feed(records(*(valid(id=str(n), colour="red", size=4) for n in range(513)), first=1))

    assert (worker.books.applied, worker.books.unknown_fields) == (513, 2 * 2)


def test_a_text_is_scored_and_then_in_no_state_no_alert_and_no_profile() -> None:
    text = "zq7secret is terrible, awful, the worst, I hate it"
    rules = Rules(Policy(), built_in(), "g")
    low = {"metric": "csat", "value": 1}
    worker = Worker(rules=rules).feed(
        records(
            valid(id="1", channel="chat", text=text, attributes={"note": text}, score=low),
            valid(id="2", channel="phone", text=text, kind="complaint"),
        )
    )

    assert worker.books.texts_scored == 2
    assert worker.alerts
    profile = worker.profiles()[KEY]
    shown = render(profile, worker.place, rules.policy, rules.scorer.name)
    assert json.loads(shown)["windows"]["sentiment"]["1h"]["n"] == 2
    for written in (*worker.states.values(), *worker.alerts, shown):
        assert b"zq7secret" not in written


def test_of_fields_given_twice_the_last_counts_at_any_depth_and_the_first_is_judged_too() -> None:
    raw = b'{"id":"1","time":%d,"channel":"web","kind":"call","score":{"metric":"csat","value":9,"value":4}}' % NOW_MS

    assert touchpoint(raw).answer_millionths == 750_000
    assert read(raw.replace(b":9", b':"x"', 1)) == Rejected("wrong_type", "score.value: expected number")
