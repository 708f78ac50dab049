"""One function per reason: from the kept facts and a time to whole points and the facts behind them.

`models.risk.assess` calls them in the order of `REASONS`. With age = as_of - time and half-life H a fact
weighs w = 2**(-age / H). All numbers stand in the policy.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from math import exp2
from operator import attrgetter
from typing import Final, NamedTuple

from models import decay
from models.facts import order_key
from models.policy import DAY_MS, HOUR_MS, Policy
from models.state import (
    ANSWER,
    CANCELLATION,
    CES,
    CLOSING,
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
    ORDER,
    RATING,
    RESOLVED,
    SATISFIED,
    Fact,
    Profile,
)

Lists = Mapping[int, Sequence[Fact]]
_NONE: Final[tuple[Fact, ...]] = ()


class Reason(NamedTuple):
    """Part of a score."""

    rule: str
    points: int
    evidence: Sequence[Fact]
    """The facts that gave the points, ascending by order key."""


class Basis(NamedTuple):
    """What the reasons are computed from, beside the facts of their own list."""

    lists: Lists
    profile: Profile
    as_of_ms: int
    policy: Policy
    newest: Mapping[int, Fact]
    """Metric -> its newest kept answer."""


Found = tuple[float, Sequence[Fact]] | None
"""Points before rounding and their evidence; None when there is nothing to weigh."""

Weigh = Callable[[Basis, Sequence[Fact]], Found]


def _weight(fact: Fact, as_of_ms: int, half_life_days: float) -> float:
    return exp2((fact.at_ms - as_of_ms) / (half_life_days * DAY_MS))


def _weights(facts: Sequence[Fact], as_of_ms: int, half_life_days: float) -> float:
    """c, the sum of the facts' weights."""
    half_life_ms = half_life_days * DAY_MS
    return sum([exp2((fact.at_ms - as_of_ms) / half_life_ms) for fact in facts])


def newest_answers(answers: Sequence[Fact]) -> dict[int, Fact]:
    """Metric -> its newest answer."""
    return {fact.metric: fact for fact in answers} if answers else {}


def negative_experience(basis: Basis, facts: Sequence[Fact]) -> Found:
    """40 min(c,1) + 30 clamp(c-1,0,1) + 15 clamp(c-2,0,1)."""
    rule = basis.policy.negative_experience
    c = _weights(facts, basis.as_of_ms, rule.half_life_days)
    points = rule.first * min(c, 1.0)
    if c > 1:
        points += rule.second * min(c - 1, 1.0)
        if c > 2:
            points += rule.third * min(c - 2, 1.0)
    return points, facts


def open_complaint(basis: Basis, facts: Sequence[Fact]) -> Found:
    """The oldest complaint that is open and older than a day: min(30, 19 + whole days of age)."""
    rule = basis.policy.open_complaint
    for fact in facts:
        age_ms = basis.as_of_ms - fact.at_ms
        if age_ms <= rule.after_hours * HOUR_MS:
            return None
        if fact.case_id is not None:
            closed = _case_closed_after(basis, fact)
        else:
            closed = age_ms >= rule.forget_days * DAY_MS or _satisfied_after(basis, fact)
        if not closed:
            return min(rule.limit, rule.base + age_ms // DAY_MS), (fact,)
    return None


def _case_closed_after(basis: Basis, fact: Fact) -> bool:
    """A kept closing of the fact's case is later, or so old is the fact that its closing may be forgotten."""
    closings = basis.lists.get(CLOSING, _NONE)
    case_id = fact.case_id
    for closing in closings:
        if closing.case_id == case_id and _is_later(closing, fact):
            return True
    return len(closings) >= basis.policy.kept.facts and _is_later(closings[0], fact)


def _satisfied_after(basis: Basis, fact: Fact) -> bool:
    satisfied = basis.lists.get(SATISFIED, _NONE)
    return bool(satisfied) and _is_later(satisfied[-1], fact)


def _is_later(one: Fact, other: Fact) -> bool:
    """By the order key."""
    if one.at_ms != other.at_ms:
        return one.at_ms > other.at_ms
    return order_key(one) > order_key(other)


def repeat_contact(basis: Basis, contacts: Sequence[Fact]) -> Found:
    """The newest contact that is at least the third within 7 d about one thing on 2 channels, if unresolved."""
    rule = basis.policy.repeat_contact
    for place in range(len(contacts) - 1, rule.contacts - 2, -1):
        newest = contacts[place]
        if _case_closed_after(basis, newest) if newest.case_id is not None else _satisfied_after(basis, newest):
            continue
        near = _same_thing(contacts, place, newest.at_ms - rule.window_days * DAY_MS)
        if len(near) >= rule.contacts and len({fact.channel for fact in near}) >= rule.channels:
            return rule.points * _weight(newest, basis.as_of_ms, rule.half_life_days), near
    return None


def _same_thing(contacts: Sequence[Fact], place: int, since_ms: float) -> Sequence[Fact]:
    """The contacts up to a place with its key (case, else issue, else none) and not before a time."""
    newest = contacts[place]
    case_id, issue = newest.case_id, newest.issue
    near = contacts[bisect_left(contacts, since_ms, 0, place, key=_at_ms) : place + 1]
    if case_id is not None:
        return [fact for fact in near if fact.case_id == case_id]
    return [fact for fact in near if fact.case_id is None and fact.issue == issue]


_at_ms: Final = attrgetter("at_ms")


def nps(basis: Basis, _answers: Sequence[Fact]) -> Found:
    """A newest answer of 0-3 or 4-6."""
    fact = basis.newest.get(NPS)
    if fact is None or fact.answer_millionths > 600_000:
        return None
    rule = basis.policy.nps
    points = rule.very_low if fact.answer_millionths < 400_000 else rule.low
    return points * _weight(fact, basis.as_of_ms, rule.half_life_days), (fact,)


def promoter(basis: Basis, _answers: Sequence[Fact]) -> Found:
    """A newest answer of 9-10 takes points off."""
    fact = basis.newest.get(NPS)
    if fact is None or fact.answer_millionths < 900_000:
        return None
    rule = basis.policy.nps
    return -rule.promoter * _weight(fact, basis.as_of_ms, rule.half_life_days), (fact,)


def satisfaction(basis: Basis, _answers: Sequence[Fact]) -> Found:
    """The newest csat or rating answer, if dissatisfied."""
    csat, rating = basis.newest.get(CSAT), basis.newest.get(RATING)
    fact = max(csat, rating, key=order_key) if csat is not None and rating is not None else csat or rating
    if fact is None or fact.answer_millionths > round(basis.policy.answers.dissatisfied * 1_000_000):
        return None
    rule = basis.policy.satisfaction
    return rule.points * _weight(fact, basis.as_of_ms, rule.half_life_days), (fact,)


def effort(basis: Basis, _answers: Sequence[Fact]) -> Found:
    """The newest effort answer, if dissatisfied."""
    fact = basis.newest.get(CES)
    if fact is None or fact.answer_millionths > round(basis.policy.answers.dissatisfied * 1_000_000):
        return None
    rule = basis.policy.effort
    return rule.points * _weight(fact, basis.as_of_ms, rule.half_life_days), (fact,)


def sentiment_fall(basis: Basis, _facts: Sequence[Fact]) -> Found:
    """How far the 14-day mean of feeling lies below the 90-day one."""
    rule = basis.policy.sentiment_fall
    profile = basis.profile
    if profile.feeling_n < rule.least_n:
        return None
    fall_milli = decay.mean(profile.feeling_long) - decay.mean(profile.feeling_short)
    if fall_milli <= 0:
        return None
    return rule.points * min(fall_milli / 1000 / rule.full_fall, 1.0), _NONE


def long_wait(basis: Basis, facts: Sequence[Fact]) -> Found:
    """min(5 c, 10)."""
    rule = basis.policy.long_wait
    return min(rule.points_each * _weights(facts, basis.as_of_ms, rule.half_life_days), rule.limit), facts


def money_trouble(basis: Basis, facts: Sequence[Fact]) -> Found:
    """8 min(c,1)."""
    rule = basis.policy.money_trouble
    return rule.points * min(_weights(facts, basis.as_of_ms, rule.half_life_days), 1.0), facts


def human_wanted(basis: Basis, facts: Sequence[Fact]) -> Found:
    """6 min(c,1)."""
    rule = basis.policy.human_wanted
    return rule.points * min(_weights(facts, basis.as_of_ms, rule.half_life_days), 1.0), facts


def legal_threat(basis: Basis, facts: Sequence[Fact]) -> Found:
    """15 min(c,1)."""
    rule = basis.policy.legal_threat
    return rule.points * min(_weights(facts, basis.as_of_ms, rule.half_life_days), 1.0), facts


def competitor(basis: Basis, facts: Sequence[Fact]) -> Found:
    """8 min(c,1)."""
    rule = basis.policy.competitor
    return rule.points * min(_weights(facts, basis.as_of_ms, rule.half_life_days), 1.0), facts


def cancellation(basis: Basis, facts: Sequence[Fact]) -> Found:
    """10 min(c,1)."""
    rule = basis.policy.cancellation
    return rule.points * min(_weights(facts, basis.as_of_ms, rule.half_life_days), 1.0), facts


def recovered(basis: Basis, resolved: Sequence[Fact]) -> Found:
    """The newest satisfied answer within 14 d after a case was resolved takes points off."""
    rule = basis.policy.recovered
    pair = repair(basis.lists.get(SATISFIED, _NONE), resolved, rule.within_days * DAY_MS)
    if pair is None:
        return None
    return -rule.points * _weight(pair[1], basis.as_of_ms, rule.half_life_days), sorted(pair, key=order_key)


def repair(satisfied: Sequence[Fact], resolved: Sequence[Fact], within_ms: float) -> tuple[Fact, Fact] | None:
    """The newest satisfied answer that followed a resolved case within a time, behind the newest such case."""
    for answer in reversed(satisfied):
        for closing in reversed(resolved):
            if 0 <= answer.at_ms - closing.at_ms <= within_ms:
                return closing, answer
    return None


def new_order(basis: Basis, facts: Sequence[Fact]) -> Found:
    """The newest order takes points off."""
    rule = basis.policy.new_order
    return -rule.points * _weight(facts[-1], basis.as_of_ms, rule.half_life_days), facts[-1:]


_SETTLING: Final = CLOSING | SATISFIED

REASONS: Final[tuple[tuple[str, int, int, Weigh], ...]] = (
    ("negative_experience", NEGATIVE, NEGATIVE, negative_experience),
    ("open_complaint", COMPLAINT, COMPLAINT | _SETTLING, open_complaint),
    ("repeat_contact", CONTACT, CONTACT | _SETTLING, repeat_contact),
    ("nps", ANSWER, ANSWER, nps),
    ("satisfaction", ANSWER, ANSWER, satisfaction),
    ("effort", ANSWER, ANSWER, effort),
    ("sentiment_fall", 0, 0, sentiment_fall),
    ("long_wait", LONG_WAIT, LONG_WAIT, long_wait),
    ("money_trouble", MONEY_TROUBLE, MONEY_TROUBLE, money_trouble),
    ("human_wanted", HUMAN, HUMAN, human_wanted),
    ("legal_threat", LEGAL, LEGAL, legal_threat),
    ("competitor", COMPETITOR, COMPETITOR, competitor),
    ("cancellation", CANCELLATION, CANCELLATION, cancellation),
    ("recovered", RESOLVED, RESOLVED | SATISFIED, recovered),
    ("promoter", ANSWER, ANSWER, promoter),
    ("new_order", ORDER, ORDER, new_order),
)
"""(rule, the list it needs or 0, the lists it reads, its function), in the order of an alert."""
