"""Laws of the fold that hold for every stream: splits, replays, permutations, sums, bounds."""

import random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from models.codec import encode_profile
from models.envelope import decode
from models.facts import roles_of_signals
from models.profile import feeling, new_profile, observe, wants_score
from models.risk import assess
from models.state import Profile
from models.touchpoint import Rejected, Touchpoint
from tests.happenings import DAY
from tests.product import EPOCH, POLICY, TableScorer, Worker, forget, run
from tests.streams import SEEDS, stream

TWO_TOPICS = ("kanarya.touchpoints", "kanarya.store")
IN_LOG_ORDER = ("marks", "gaps_ms", "oldest_mark_ms", "episode", "calm", "segments", "offsets")
"""Fields of a profile that may depend on the order of the log."""


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 60), cuts=st.sets(st.integers(1, 59)))
def test_any_split_into_batches_gives_the_same_bytes_and_alerts(seed: int, events: int, cuts: set[int]) -> None:
    records = stream(seed, events, bad=0.1, topics=TWO_TOPICS[: 1 + seed % 2])
    whole, parts = run(records), run(records, cuts)
    assert parts.states == whole.states
    assert parts.alerts == whole.alerts
    assert parts.dead == whole.dead


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 60))
def test_bytes_between_any_two_records_change_nothing(seed: int, events: int) -> None:
    """A batch per record: each touchpoint is observed on a freshly decoded state."""
    records = stream(seed, events)
    whole, single = run(records), run(records, cuts=range(1, events))
    assert single.states == whole.states
    assert single.alerts == whole.alerts


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 60), back=st.integers(1, 60), cuts=st.sets(st.integers(1, 59)))
def test_replay_of_any_suffix_changes_nothing(seed: int, events: int, back: int, cuts: set[int]) -> None:
    records = stream(seed, events, bad=0.1, topics=TWO_TOPICS[: 1 + seed % 2])
    worker = run(records)
    states, alerts, dead = dict(worker.states), list(worker.alerts), set(worker.dead)
    worker.feed(records[-back:], cuts)
    assert worker.states == states
    assert worker.alerts == alerts
    assert set(worker.dead) == dead
    assert worker.books.applied + worker.books.duplicate == events - len(dead)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, cut=st.integers(1, 59), back=st.integers(1, 60), cuts=st.sets(st.integers(1, 119)))
def test_going_on_after_a_replay_comes_to_what_one_run_comes_to(seed: int, cut: int, back: int, cuts: set[int]) -> None:
    """The batches that follow a restart hold old records and new ones side by side."""
    records = stream(seed, 60, retries=0.2)
    worker = run(records[:cut]).feed(records[max(0, cut - back) :], cuts)
    whole = run(records)
    assert worker.states == whole.states
    assert worker.alerts == whole.alerts
    assert worker.books.replayed == min(cut, back)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(2, 40), shuffle=SEEDS, customers=st.integers(1, 3))
def test_arrival_order_leaves_counts_windows_and_facts_alone(
    seed: int, events: int, shuffle: int, customers: int
) -> None:
    """Whole sets permuted: everything but the functions of the log order is the same to the byte."""
    records = stream(seed, events, customers=customers, retries=0)
    mixed = random.Random(shuffle).sample(records, len(records))
    assert order_free(mixed) == order_free(records)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, shuffle=SEEDS)
def test_arrival_order_leaves_full_lists_alone(seed: int, shuffle: int) -> None:
    """One customer with more orders, cases, currencies and answers than are kept.

    Not so the spells of a customer with more than 16 of them: where the oldest kept one begins may depend on the order,
    since what would join it to the one before may come after that is gone.
    """
    records = stream(seed, 250, customers=1, retries=0, late=0.3)
    mixed = random.Random(shuffle).sample(records, len(records))
    assert order_free(mixed, "spells") == order_free(records, "spells")


def order_free(records: list[dict[str, Any]], *but: str) -> dict[str, bytes]:
    """Customer -> encoded state of everything that must not depend on arrival, folded without offset guard."""
    profiles: dict[str, Profile] = {}
    for touchpoint in touchpoints_of(records):
        profile = profiles.setdefault(touchpoint.customer_id, new_profile(touchpoint.customer_id))
        observe(profile, touchpoint, POLICY)
    for profile in profiles.values():
        forget(profile, (*IN_LOG_ORDER, *but))
    return {customer_id: encode_profile(profile, EPOCH) for customer_id, profile in profiles.items()}


def touchpoints_of(records: list[dict[str, Any]]) -> list[Touchpoint]:
    """Good records decoded, with their feeling and offset."""
    scorer, good = TableScorer(), []
    for record in records:
        touchpoint = decode(record["key"], record["value"], record["headers"], record["timestamp_ms"])
        if isinstance(touchpoint, Rejected):
            continue
        scored = (
            scorer.score_many([touchpoint.text], [None])[0] if wants_score(touchpoint) and touchpoint.text else None
        )
        touchpoint.feeling_milli = feeling(touchpoint, scored)
        touchpoint.signal_roles = roles_of_signals(scored) if scored is not None else 0
        touchpoint.offset = record["offset"]
        good.append(touchpoint)
    return good


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 60), age_ms=st.integers(0, 400 * DAY))
def test_reasons_sum_to_a_score_within_0_and_100(seed: int, events: int, age_ms: int) -> None:
    for profile in run(stream(seed, events)).profiles().values():
        risk = assess(profile, profile.as_of_ms + age_ms, POLICY)
        assert sum(reason.points for reason in risk.reasons) == risk.score
        assert 0 <= risk.score <= 100
        assert all(reason.points for reason in risk.reasons)


def without_what_came_later(profile: Profile) -> bytes:
    """The state's bytes but for orders, promises, recommendations, uses of channels and what customers told."""
    bare = msgspec.structs.replace(
        profile, uses=[], orders=None, recommendations=[], promises=[], segments=[], statements=None
    )
    return encode_profile(bare, 1)


def test_ten_thousand_touchpoints_leave_a_small_state() -> None:
    """Neither the bytes nor the live lists of a customer grow with their history."""
    seed = 11
    records = stream(seed, 10_000, customers=1, late=0.2)
    print("seed", seed)
    worker = Worker().feed(records, cuts=range(1000, 10_000, 1000))
    (profile,), (state,) = worker.profiles().values(), worker.states.values()
    assert profile.touchpoints + profile.duplicates == 10_000
    later = len(state) - len(without_what_came_later(profile))
    assert len(state) - later < 8_000
    assert later < 5_000
    live = new_profile("c")
    for touchpoint in touchpoints_of(records):
        observe(live, touchpoint, POLICY)
        assert len(live.facts) <= 700
        assert all(len(facts) <= 16 for facts in live.lists.values())
        assert all(len(rows) <= 130 * 4 for rows in live.windows.values())
        assert len(live.marks) <= 64 * 8
        assert len(live.spells) <= 16
