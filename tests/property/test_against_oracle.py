"""The product against the oracle: every profile, every alert, every dead letter of many small streams."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.verify.reference.replay import Outcome, replay
from app.verify.reference.touchpoints import feeling
from tests.happenings import DAY, TEXTS, read_signals
from tests.product import Worker, run
from tests.streams import SEEDS, stream

TWO_TOPICS = ("kanarya.touchpoints", "kanarya.store")


def expected(records: list[dict[str, Any]], *, final_only: bool = True) -> Outcome:
    return replay(records, lambda touch: feeling(touch, TEXTS.__getitem__), read_signals, final_only=final_only)


def assert_same(records: list[dict[str, Any]]) -> None:
    """One batch through the product and the oracle over the whole log come to the same."""
    oracle, product = expected(records), run(records)
    assert product.told() == oracle.alerts
    assert product.shown() == oracle.profiles
    assert product.dead == oracle.rejected
    assert product.books.duplicate == sum(customer.duplicates for customer in oracle.customers.values())


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 120))
def test_profiles_and_alerts_are_what_the_oracle_says(seed: int, events: int) -> None:
    assert_same(stream(seed, events))


def test_a_contract_that_is_long_to_begin_makes_a_new_customer_of_whom_it_is_told() -> None:
    assert_same(stream(9, 31))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 80))
def test_bad_records_leave_the_others_as_they_are(seed: int, events: int) -> None:
    assert_same(stream(seed, events, bad=0.3))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 80))
def test_two_input_topics_feed_one_customer(seed: int, events: int) -> None:
    assert_same(stream(seed, events, topics=TWO_TOPICS, retries=0.2))


@pytest.mark.parametrize("seed", range(12))
def test_one_busy_customer_fills_every_list(seed: int) -> None:
    """250 touchpoints of one customer: lists overflow, the ring forgets, old news arrive."""
    assert_same(stream(seed, 250, customers=1, retries=0.15, late=0.3))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_profile_agrees_after_every_single_record(seed: int) -> None:
    records = stream(seed, 50, customers=1, bad=0.05)
    oracle, product = expected(records, final_only=False), Worker()
    seen = [product.feed([record]).shown() for record in records]
    for customer_id, customer in oracle.customers.items():
        steps = [shown[customer_id] for shown in seen if customer_id in shown]
        # A bad record changes nothing; everything else raises the revision.
        assert [step for step, last in pairwise([*steps, None]) if step != last] == customer.history


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, place=st.integers(0, 39), span_ms=st.sampled_from([0, 1, 7 * DAY, 30 * DAY, 180 * DAY, 400 * DAY]))
def test_profile_agrees_at_any_later_time(seed: int, place: int, span_ms: int) -> None:
    """Asked for a telling span after one of the customer's touchpoints, a millisecond before and after it."""
    records = stream(seed, 40)
    oracle, product = expected(records), run(records)
    for customer_id, customer in oracle.customers.items():
        span_end_ms = customer.touches[place % len(customer.touches)]["at_ms"] + span_ms
        for at_ms in (span_end_ms - 1, span_end_ms, span_end_ms + 1):
            later_ms = max(at_ms, customer.as_of_ms)
            assert product.shown_at(customer_id, at_ms) == customer.profile(later_ms)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, cut=st.integers(1, 79), back=st.integers(0, 79))
def test_each_alert_id_has_one_payload_over_a_crash(seed: int, cut: int, back: int) -> None:
    """The worker dies after `cut` records and goes on `back` records earlier, alerts unpublished or published twice."""
    records = stream(seed, 80)
    product = run(records[:cut])
    published = list(product.alerts)
    product.feed(records[max(0, cut - back) :])
    published += product.alerts
    payloads = {json.loads(alert)["id"]: alert for alert in published}
    assert len(set(published)) == len(payloads)
    told = {(a["episode_id"], a["seq"], a["change"], a["level"], a["score"]) for a in map(json.loads, published)}
    assert told == {(a["episode_id"], a["seq"], a["change"], a["level"], a["score"]) for a in expected(records).alerts}
