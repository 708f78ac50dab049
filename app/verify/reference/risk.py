"""Fourth stop of the reference: the points and their reasons, from the lists of facts at one moment.

`episodes` and `profile` call `assess`. A reason is `{rule, points, evidence}`, evidence newest first.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from app.verify.reference.decay import mean
from app.verify.reference.facts import KEPT, Lists, without
from app.verify.reference.touchpoints import Touch, is_dissatisfied, order_key, place

DAY_MS = 24 * 60 * 60 * 1000

Reason: TypeAlias = dict[str, Any]
Feelings: TypeAlias = list[tuple[int, int]]


def clamp(value: float, low: float, high: float) -> float:
    """The nearest number within [low, high]."""
    return max(low, min(high, value))


def w(touch: Touch, as_of_ms: int, half_life_days: int) -> float:
    """How much of a fact is left after its age."""
    return float(2.0 ** (-(as_of_ms - touch["at_ms"]) / (half_life_days * DAY_MS)))


def c(touches: list[Touch], as_of_ms: int, half_life_days: int) -> float:
    """How many facts are left of a list after their ages."""
    return sum(w(touch, as_of_ms, half_life_days) for touch in touches)


def newest_first(touches: Iterable[Touch]) -> list[Touch]:
    """By order key; of equal keys the one that came last."""
    return sorted(touches, key=order_key)[::-1]


def later(touch: Touch, than: Touch) -> bool:
    """By order key."""
    return order_key(touch) > order_key(than)


def settled(fact: Touch, facts: Lists) -> bool:
    """Whether a complaint or contact was dealt with: its case closed, or without one the customer satisfied since."""
    if fact["case_id"] is None:
        return any(later(answer, fact) for answer in facts["satisfied"])
    closings = facts["closings"]
    if any(closing["case_id"] == fact["case_id"] and later(closing, fact) for closing in closings):
        return True
    return len(closings) == KEPT and later(closings[0], fact)


def negative_experience(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """Bad experiences; the second weighs nearly as much as the first, from the fourth on they add nothing."""
    n = c(facts["negatives"], as_of_ms, 45)
    return 40 * min(n, 1) + 30 * clamp(n - 1, 0, 1) + 15 * clamp(n - 2, 0, 1), facts["negatives"]


def open_complaint(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The oldest complaint nobody dealt with for more than a day."""
    for complaint in facts["complaints"]:
        age_ms = as_of_ms - complaint["at_ms"]
        expired = complaint["case_id"] is None and age_ms >= 30 * DAY_MS
        if age_ms > DAY_MS and not expired and not settled(complaint, facts):
            return min(30, 19 + age_ms // DAY_MS), [complaint]
    return 0, []


def contact_key(contact: Touch) -> tuple[str, str]:
    """What the contact is about."""
    if contact["case_id"] is not None:
        return "case", contact["case_id"]
    return ("issue", contact["issue"]) if contact["issue"] is not None else ("none", "")


def repeat_contact(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """Three times about the same thing within a week on two channels, and nobody dealt with it."""
    for contact in reversed(facts["contacts"]):
        since_ms = contact["at_ms"] - 7 * DAY_MS
        same = [
            other
            for other in facts["contacts"]
            if contact_key(other) == contact_key(contact)
            and other["at_ms"] >= since_ms
            and (other is contact or not later(other, contact))
        ]
        channels = {other["channel"] for other in same}
        if len(same) >= 3 and len(channels) >= 2 and not settled(contact, facts):
            return 20 * w(contact, as_of_ms, 14), same
    return 0, []


def newest_answer(facts: Lists, metrics: list[str]) -> Touch | None:
    """The newest kept answer to one of these questions."""
    matching = [answer for answer in facts["answers"] if answer["metric"] in metrics]
    return matching[-1] if matching else None


def nps(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer would not recommend us."""
    answer = newest_answer(facts, ["nps"])
    if answer is None or not is_dissatisfied(answer):
        return 0, []
    points = 20 if answer["x"] // 100_000 <= 3 else 15
    return points * w(answer, as_of_ms, 90), [answer]


def satisfaction(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The newest rating is a bad one."""
    answer = newest_answer(facts, ["csat", "rating"])
    if answer is None or not is_dissatisfied(answer):
        return 0, []
    return 12 * w(answer, as_of_ms, 30), [answer]


def effort(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """It was hard work for the customer."""
    answer = newest_answer(facts, ["ces"])
    if answer is None or not is_dissatisfied(answer):
        return 0, []
    return 8 * w(answer, as_of_ms, 30), [answer]


def sentiment_fall(feelings: Feelings) -> float:
    """What is said of late is worse than what was said before; `feelings` are (at_ms, milli) of all evidence ever."""
    if len(feelings) < 3:
        return 0
    short, long = float(mean(feelings, 14 * DAY_MS)) / 1000, float(mean(feelings, 90 * DAY_MS)) / 1000
    return 15 * clamp((long - short) / 0.5, 0, 1)


def long_wait(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """Long queues."""
    return min(5 * c(facts["long_waits"], as_of_ms, 14), 10), facts["long_waits"]


def money_trouble(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """Failed payments, cancellations, refunds."""
    return 8 * min(c(facts["money_troubles"], as_of_ms, 30), 1), facts["money_troubles"]


def human_wanted(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer wants to talk to a person."""
    return 6 * min(c(facts["humans_wanted"], as_of_ms, 14), 1), facts["humans_wanted"]


def legal_threat(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer speaks of the law."""
    return 15 * min(c(facts["legal"], as_of_ms, 30), 1), facts["legal"]


def competitor(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer speaks of others, or of what it costs."""
    return 8 * min(c(facts["competitors"], as_of_ms, 30), 1), facts["competitors"]


def cancellation(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer speaks of an end."""
    return 10 * min(c(facts["cancellations"], as_of_ms, 30), 1), facts["cancellations"]


def recovered(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """A case was resolved, and within two weeks the customer said it was good."""
    for answer in reversed(facts["satisfied"]):
        for resolved in reversed(facts["resolved"]):
            if 0 <= answer["at_ms"] - resolved["at_ms"] <= 14 * DAY_MS:
                return -12 * w(answer, as_of_ms, 30), [resolved, answer]
    return 0, []


def promoter(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer would recommend us."""
    answer = newest_answer(facts, ["nps"])
    if answer is None or answer["x"] < 900_000:
        return 0, []
    return -10 * w(answer, as_of_ms, 90), [answer]


def new_order(facts: Lists, as_of_ms: int) -> tuple[float, list[Touch]]:
    """The customer bought again."""
    return (-8 * w(facts["orders"][-1], as_of_ms, 30), facts["orders"]) if facts["orders"] else (0, [])


RULES: list[Callable[[Lists, int], tuple[float, list[Touch]]]] = [
    negative_experience, open_complaint, repeat_contact, nps, satisfaction, effort,
    long_wait, money_trouble, human_wanted, legal_threat, competitor, cancellation, recovered, promoter, new_order,
]  # fmt: skip
"""In the order of the table of rules, in which reasons are listed; sentiment_fall stands after effort there."""


def assess(facts: Lists, fall: float, as_of_ms: int) -> tuple[int, list[Reason]]:
    """Score 0..100 and the reasons whose points sum to it; `fall` are the points of `sentiment_fall`."""
    raw: list[tuple[str, float, list[Touch]]] = [(rule.__name__, *rule(facts, as_of_ms)) for rule in RULES]
    raw.insert(6, ("sentiment_fall", fall, []))
    reasons: list[Reason] = [
        {"rule": rule, "points": round(points), "evidence": newest_first(evidence)}
        for rule, points, evidence in raw
        if round(points) != 0
    ]
    total = sum(reason["points"] for reason in reasons)
    score = max(0, min(100, total))
    if score != total:
        reasons.append({"rule": "limit", "points": score - total, "evidence": []})
    return score, reasons


def counterfactuals(facts: Lists, fall: float, reasons: list[Reason], as_of_ms: int) -> list[dict[str, Any]]:
    """What the score would be without each record that gave points; the five that matter most."""
    records = {place(touch): touch for reason in reasons for touch in reason["evidence"]}
    effects = [(assess(without(facts, touch), fall, as_of_ms)[0], touch) for touch in newest_first(records.values())]
    return [{"id": touch["id"], "score": score} for score, touch in sorted(effects, key=lambda effect: effect[0])[:5]]
