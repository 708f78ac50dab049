"""Add the reasons up: from a profile and a time to a score of 0-100 whose reasons sum to it exactly.

`models.episode` calls `assess` after every touchpoint for which a change cannot be ruled out;
`models.alert` asks `scores_without` for the alert's what-if.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from models.facts import all_kept, each_list, kept
from models.policy import Policy
from models.risk.reasons import REASONS, Basis, Reason, Weigh, newest_answers
from models.state import (
    ANSWER,
    CANCELLATION,
    CES,
    COMPETITOR,
    COMPLAINT,
    CONTACT,
    CSAT,
    HUMAN,
    LEGAL,
    LONG_WAIT,
    MONEY_TROUBLE,
    NEGATIVE,
    NPS,
    RATING,
    TIMELINE,
    Fact,
    Profile,
)

_NONE: Final[tuple[Fact, ...]] = ()
_IN_LISTS: Final = ~TIMELINE
"""Roles with a list of facts; the timeline gives no points."""


class Risk(NamedTuple):
    """A score with its reasons."""

    score: int
    """0 to 100."""
    reasons: tuple[Reason, ...]
    """Reasons of at least one point either way; their points sum to `score`."""


def assess(profile: Profile, as_of_ms: int, policy: Policy) -> Risk:
    """Risk at a time not before the profile's newest event.

    Each reason is rounded to whole points, half to even; the clamp to 0..100 is a reason of its own.
    """
    lists = all_kept(profile)
    basis = Basis(lists, profile, as_of_ms, policy, newest_answers(lists[ANSWER]))
    roles = 0
    for fact in profile.facts:
        roles |= fact.roles
    reasons = []
    total = 0
    for rule, role, weigh in _possible(roles & _IN_LISTS):
        found = weigh(basis, lists.get(role, _NONE))
        if found is not None:
            points = round(found[0])
            if points:
                total += points
                reasons.append(Reason(rule, points, found[1]))
    score = min(max(total, 0), 100)
    if score != total:
        reasons.append(Reason("limit", score - total, ()))
    return Risk(score, tuple(reasons))


@lru_cache(maxsize=1 << 12)
def _possible(roles: int) -> tuple[tuple[str, int, Weigh], ...]:
    """(rule, the list it needs or 0, its function) of the reasons that there may be with facts of these roles."""
    return tuple((rule, role, weigh) for rule, role, _, weigh in REASONS if role & roles or not role)


@lru_cache(maxsize=1 << 12)
def _reading(roles: int) -> tuple[tuple[str, int, Weigh], ...]:
    """The same of the reasons that read a list of these roles."""
    return tuple((rule, role, weigh) for rule, role, reads, weigh in REASONS if reads & roles)


def scores_without(profile: Profile, risk: Risk, as_of_ms: int, policy: Policy, facts: Sequence[Fact]) -> Iterator[int]:
    """For each of some facts the score of a computed risk with it taken out of every list and nothing else changed.

    Only the reasons that read a list the fact stands in are weighed again.
    """
    lists = all_kept(profile)
    newest = newest_answers(lists[ANSWER])
    points = {reason.rule: reason.points for reason in risk.reasons}
    before_limit = risk.score - points.get("limit", 0)
    for fact in facts:
        left: dict[int, Sequence[Fact]] = {**lists}
        for role in each_list(fact.roles):
            left[role] = [other for other in lists[role] if other is not fact]
        answers = newest_answers(left[ANSWER]) if fact.roles & ANSWER else newest
        basis = Basis(left, profile, as_of_ms, policy, answers)
        total = before_limit
        for rule, role, weigh in _reading(fact.roles & _IN_LISTS):
            found = weigh(basis, left[role]) if left[role] else None
            total += (0 if found is None else round(found[0])) - points.get(rule, 0)
        yield min(max(total, 0), 100)


def most_points(profile: Profile, policy: Policy) -> list[int]:
    """The highest points that each reason can have with the facts at hand, whatever the time, as `Limits.reach` orders.

    Far cheaper than `assess`; most customers never come near a level.
    """
    filled = 0  # the lists that hold something; of most customers few do
    for fact in profile.facts:
        filled |= fact.roles
    negatives = len(kept(profile, NEGATIVE)) if filled & NEGATIVE else 0
    rule = policy.negative_experience
    metrics = {fact.metric for fact in kept(profile, ANSWER)} if filled & ANSWER else ()
    repeated = filled & CONTACT and len(kept(profile, CONTACT)) >= policy.repeat_contact.contacts
    return [
        (negatives > 0) * rule.first + (negatives > 1) * rule.second + (negatives > 2) * rule.third,
        policy.open_complaint.limit if filled & COMPLAINT else 0,
        policy.repeat_contact.points if repeated else 0,
        max(policy.nps.very_low, policy.nps.low) if NPS in metrics else 0,
        policy.satisfaction.points if CSAT in metrics or RATING in metrics else 0,
        policy.effort.points if CES in metrics else 0,
        policy.sentiment_fall.points if profile.feeling_n >= policy.sentiment_fall.least_n else 0,
        policy.long_wait.limit if filled & LONG_WAIT else 0,
        policy.money_trouble.points if filled & MONEY_TROUBLE else 0,
        policy.human_wanted.points if filled & HUMAN else 0,
        policy.legal_threat.points if filled & LEGAL else 0,
        policy.competitor.points if filled & COMPETITOR else 0,
        policy.cancellation.points if filled & CANCELLATION else 0,
        0,
        0,
        0,
    ]
