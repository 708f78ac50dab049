"""The score is computed only where it can matter: every skipped step would have changed nothing."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.folded import Rules
from models import episode
from models.codec import encode_profile
from models.policy import Policy
from tests.product import EPOCH, POLICY, TableScorer, Worker, forget
from tests.story import DAY, HOUR, Story
from tests.streams import SEEDS, stream

NOTES = ("calm",)
"""Fields of a profile that only say when the score must be computed again."""


def policies() -> st.SearchStrategy[Policy]:
    """The shipped policy and ones with other points, half-lives and narrow levels: no law rests on the numbers."""
    return st.one_of(st.just(POLICY), SEEDS.map(_policy))


def _policy(seed: int) -> Policy:
    rng, replace = random.Random(seed), msgspec.structs.replace
    levels = sorted(rng.randint(1, 60) for _ in range(4))
    half_life_days = rng.choice([1, 14, 60, 400])
    changed: dict[str, Any] = {
        "levels": replace(
            POLICY.levels,
            watch=0,
            at_risk_exit=levels[0],
            at_risk=levels[1],
            critical_exit=levels[2],
            critical=levels[3],
            remind_days=(rng.choice([0.1, 0.5, 3]), 6),
        ),
        "long_wait": replace(POLICY.long_wait, points_each=rng.randint(0, 20), limit=rng.randint(0, 40)),
        "open_complaint": replace(POLICY.open_complaint, base=rng.randint(0, 20), limit=rng.randint(0, 40)),
    }
    for name in ("negative_experience", "repeat_contact", "nps", "satisfaction", "effort", "sentiment_fall"):
        changed[name] = _other_points(rng, getattr(POLICY, name))
    for name in ("money_trouble", "recovered", "new_order"):
        changed[name] = _other_points(rng, getattr(POLICY, name))
    for name, section in changed.items():
        if hasattr(section, "half_life_days"):
            changed[name] = replace(section, half_life_days=half_life_days)
    return replace(POLICY, **changed)


def _other_points(rng: random.Random, section: Any) -> Any:
    """A section of the policy with other points."""
    names = {"points", "first", "second", "third", "very_low", "low", "promoter"} & set(section.__struct_fields__)
    return msgspec.structs.replace(section, **{name: rng.randint(0, 30) for name in sorted(names)})


def assert_skipping_changes_nothing(records: list[dict[str, Any]], *policies: Policy) -> None:
    """The same records with the score computed at every touchpoint: the same alerts, the same state.

    Each policy holds for its share of the records, one after the other.
    """
    skipping = under(records, policies)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(episode, "is_calm", lambda *_: False)
        patch.setattr(episode, "most_points", lambda *_: [1_000_000])
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


@settings(max_examples=1500, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 150), policy=policies())
def test_a_skipped_step_would_have_changed_nothing(seed: int, events: int, policy: Policy) -> None:
    assert_skipping_changes_nothing(stream(seed, events), policy)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, events=st.integers(2, 100), first=policies(), second=policies())
def test_a_new_policy_trusts_no_older_score(seed: int, events: int, first: Policy, second: Policy) -> None:
    assert_skipping_changes_nothing(stream(seed, events), first, second)


def with_levels(**sections: dict[str, Any]) -> Policy:
    """The shipped policy with some numbers of some sections changed."""
    changed = {name: msgspec.structs.replace(getattr(POLICY, name), **numbers) for name, numbers in sections.items()}
    return msgspec.structs.replace(POLICY, **changed)


def changes(records: list[dict[str, Any]], policy: Policy) -> list[str]:
    assert_skipping_changes_nothing(records, policy)
    return [alert["change"] for alert in under(records, [policy]).told()]


def test_points_that_bend_upwards_fall_faster_than_they_weigh() -> None:
    """c falls from 2.5 by 1 % in 5 h: 2.6 points off 50, though 50 points by themselves would lose but half a point."""
    policy = with_levels(
        negative_experience={"first": 0, "second": 0, "third": 100, "half_life_days": 14},
        levels={"watch": 0, "at_risk": 50, "at_risk_exit": 48},
    )
    story = Story().add(0, "case_reopened", "web")
    for channel in ("email", "chat"):
        story.add(14 * DAY, "case_reopened", channel)
    story.add(14 * DAY + 5 * HOUR, "page_view")
    assert changes(story.records, policy) == ["opened", "resolved"]


def test_a_point_of_rounding_is_enough_to_lower() -> None:
    """c = 2·2^(-t/45): at 6.2 d 64.54 rounds to 65, three hours later 64.43 rounds to 64."""
    story = Story().add(0, "case_reopened", "web").add(0, "case_reopened", "chat")
    story.add(6.2 * DAY, "page_view").add(6.2 * DAY + 3 * HOUR, "page_view")
    assert changes(story.records, with_levels(levels={"critical": 70})) == ["opened", "reminded", "lowered"]


def test_late_news_of_a_resolved_case_may_end_an_episode() -> None:
    """70 points; the case was resolved before the satisfied answer, which is heard of last: 12 off."""
    story = Story().add(0, "case_reopened", "web").add(0, "case_reopened", "chat").answer(HOUR, "csat", 5)
    story.add(0, "case_resolved")
    assert changes(story.records, with_levels(levels={"at_risk_exit": 60})) == ["opened", "resolved"]


def test_closing_a_case_may_end_what_its_contacts_began() -> None:
    """70 points and 20 for three contacts of one case, until it closes."""
    policy = with_levels(open_complaint={"base": 0, "limit": 0}, levels={"critical_exit": 75})
    story = Story().add(0, "case_reopened", "web").add(0, "case_reopened", "chat")
    for channel in ("email", "phone", "email"):
        story.add(HOUR, "message", channel, case_id="k")
    story.add(2 * HOUR, "page_view").add(3 * HOUR, "case_closed", case_id="k")
    assert changes(story.records, policy) == ["opened", "raised", "lowered"]


def never_calm(worker: Worker) -> dict[str, bytes]:
    """The states without their notes of the last computed score."""
    states = {}
    for customer_id, profile in worker.profiles().items():
        forget(profile, NOTES)
        states[customer_id] = encode_profile(profile, EPOCH)
    return states
