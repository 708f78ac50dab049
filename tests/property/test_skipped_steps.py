"""The score is computed only where it can matter: every skipped step would have changed nothing."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.fold import Rules
from models import episode
from models.codec import encode_profile
from models.policy import Policy
from tests.oracle.story import DAY, HOUR, Story
from tests.product import EPOCH, POLICY, TableScorer, Worker, forget
from tests.streams import stream

SEEDS = st.integers(0, 2**32)
NOTES = ("calm",)
"""Fields of a profile that only say when the score must be computed again."""


def policies() -> st.SearchStrategy[Policy]:
    """The shipped policy and ones with other points, half-lives and levels, so that no law rests on the numbers."""
    return st.one_of(st.just(POLICY), SEEDS.map(_policy))


def _policy(seed: int) -> Policy:
    rng, replace = random.Random(seed), msgspec.structs.replace
    at_risk = rng.randint(30, 75)
    at_risk_exit = rng.randint(15, at_risk)
    critical = rng.randint(at_risk, 100)
    critical_exit = rng.randint(at_risk, critical)
    first, second, third = rng.randint(0, 60), rng.randint(0, 60), rng.randint(0, 100)
    negatives = {"first": first, "second": second, "third": third, "half_life_days": rng.choice([0.5, 7, 14, 45])}
    return replace(
        POLICY,
        negative_experience=replace(POLICY.negative_experience, **negatives),
        repeat_contact=replace(POLICY.repeat_contact, points=rng.randint(0, 40), half_life_days=rng.choice([0.25, 14])),
        long_wait=replace(POLICY.long_wait, points_each=rng.randint(0, 20), limit=rng.randint(0, 40)),
        nps=replace(POLICY.nps, very_low=rng.randint(0, 40), promoter=rng.randint(0, 40)),
        new_order=replace(POLICY.new_order, points=rng.randint(0, 40), half_life_days=rng.choice([0.1, 30])),
        sentiment_fall=replace(POLICY.sentiment_fall, points=rng.randint(0, 60)),
        levels=replace(
            POLICY.levels,
            watch=0,
            at_risk=at_risk,
            at_risk_exit=at_risk_exit,
            critical=critical,
            critical_exit=critical_exit,
        ),
    )


def assert_skipping_changes_nothing(records: list[dict[str, Any]], *policies: Policy) -> None:
    """The same records with the score computed at every touchpoint: the same alerts, the same state.

    Each policy holds for its share of the records, one after the other.
    """
    skipping = under(records, policies)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(episode, "is_calm", lambda *_: False)
        patch.setattr(episode, "most_points", lambda *_: 1_000_000)
        computing = under(records, policies)
    assert skipping.alerts == computing.alerts
    assert never_calm(skipping) == never_calm(computing)


def under(records: list[dict[str, Any]], policies: Sequence[Policy]) -> Worker:
    """A worker that went through the records under one policy after the other."""
    worker, share = Worker(), -(-len(records) // len(policies))
    for number, policy in enumerate(policies):
        worker.rules = Rules(policy, TableScorer(), "test")
        worker.feed(records[number * share : (number + 1) * share])
    return worker


@settings(max_examples=300, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 150), policy=policies())
def test_a_skipped_step_would_have_changed_nothing(seed: int, events: int, policy: Policy) -> None:
    assert_skipping_changes_nothing(stream(seed, events), policy)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(2, 100), first=policies(), second=policies())
def test_a_new_policy_trusts_no_older_score(seed: int, events: int, first: Policy, second: Policy) -> None:
    assert_skipping_changes_nothing(stream(seed, events), first, second)


def test_a_skipped_step_would_have_changed_nothing_where_the_third_trouble_weighs_the_most() -> None:
    """c falls from 2.5 by 1 % in 5 h: 2.6 points off 50, though 50 points by themselves would lose but half a point."""
    replace = msgspec.structs.replace
    policy = replace(
        POLICY,
        negative_experience=replace(POLICY.negative_experience, first=0, second=0, third=100, half_life_days=14),
        levels=replace(POLICY.levels, watch=0, at_risk=50, at_risk_exit=48),
    )
    story = Story().add(0, "case_reopened", "web")
    for channel in ("email", "chat"):
        story.add(14 * DAY, "case_reopened", channel)
    story.add(14 * DAY + 5 * HOUR, "page_view")
    assert_skipping_changes_nothing(story.records, policy)
    assert [alert["change"] for alert in under(story.records, [policy]).told()] == ["opened", "resolved"]


def never_calm(worker: Worker) -> dict[str, bytes]:
    """The states without their notes of the last computed score."""
    states = {}
    for customer_id, profile in worker.profiles().items():
        forget(profile, NOTES)
        states[customer_id] = encode_profile(profile, EPOCH)
    return states
