"""The effort index: what it takes a customer to be helped, from 0 to 100, with the parts that sum to it.

`models.public_profile` calls `effort`. Everything comes from the kept facts at the time asked, so nothing of it is
stored, and whatever order touchpoints came in it is the same.
"""

from collections.abc import Sequence
from math import exp2
from typing import Final, Literal

from models.care_record import EffortPart, EffortRecord
from models.facts import kept
from models.policy import DAY_MS, Policy
from models.state import ANSWER, CES, CONTACT, LONG_WAIT, REWORK, Fact, Profile
from models.touchpoint import KIND_CODE

Part = Literal["repeats", "switches", "transfers", "reopens", "long_waits", "hard", "limit"]
_TRANSFERRED: Final = KIND_CODE["case_transferred"]
_NO_EFFORT: Final[EffortRecord] = {
    "index": 0,
    "parts": [],
    "cases": 0,
    "contacts": 0,
    "contacts_per_case": None,
    "ces_n": 0,
    "ces_mean": None,
}
"""Of a customer without such a fact; shared, so nobody may change it."""


def effort(profile: Profile, at_ms: int, policy: Policy) -> EffortRecord:
    """The index at a time not before the newest event.

    With age = at - time and half-life H each fact weighs 2**(-age / H); a part's points are its points each times
    the sum of weights, rounded to whole ones, half to even. Parts without a fact are left out.
    """
    contacts = [fact for fact in kept(profile, CONTACT) if fact.case_id is not None or fact.issue is not None]
    rework, waits = kept(profile, REWORK), kept(profile, LONG_WAIT)
    answers = [fact for fact in kept(profile, ANSWER) if fact.metric == CES]
    if not (contacts or rework or waits or answers):
        return _NO_EFFORT
    half_life_ms = policy.effort_index.half_life_days * DAY_MS
    work = _work(contacts, rework, waits, answers, policy)
    found = [_part(part, each, facts, at_ms, half_life_ms) for part, each, facts in work]
    total = sum([part["points"] for part in found])
    if total > 100:
        found.append({"part": "limit", "n": 0, "points": 100 - total})
    in_cases = [fact.case_id for fact in contacts if fact.case_id is not None]
    cases = len(set(in_cases))
    millionths = sum([fact.answer_millionths for fact in answers])
    return {
        "index": min(total, 100),
        "parts": found,
        "cases": cases,
        "contacts": len(in_cases),
        "contacts_per_case": round(len(in_cases) / cases, 4) if cases else None,
        "ces_n": len(answers),
        "ces_mean": round(1 + 6 * millionths / (len(answers) * 1_000_000), 4) if answers else None,
    }


def _work(
    contacts: Sequence[Fact], rework: Sequence[Fact], waits: Sequence[Fact], answers: Sequence[Fact], policy: Policy
) -> list[tuple[Part, int, Sequence[Fact]]]:
    """(part, points each, facts) of each sort of work of which there is a fact.

    Args:
        contacts: those about a case or an issue.
    """
    rule = policy.effort_index
    parts: list[tuple[Part, int, Sequence[Fact]]] = []
    if len(contacts) > 1:
        repeats, switches = _again(contacts, policy.repeat_contact.window_days * DAY_MS)
        parts += ("repeats", rule.repeat, repeats), ("switches", rule.switch, switches)
    if rework:
        parts.append(("transfers", rule.transfer, [fact for fact in rework if fact.kind == _TRANSFERRED]))
        parts.append(("reopens", rule.reopen, [fact for fact in rework if fact.kind != _TRANSFERRED]))
    if waits:
        parts.append(("long_waits", rule.long_wait, waits))
    if answers and answers[-1].answer_millionths <= round(policy.answers.dissatisfied * 1_000_000):
        parts.append(("hard", rule.hard, answers[-1:]))
    return [part for part in parts if part[2]]


def _part(part: Part, each: int, facts: Sequence[Fact], at_ms: int, half_life_ms: float) -> EffortPart:
    weights = sum([exp2((fact.at_ms - at_ms) / half_life_ms) for fact in facts])
    return {"part": part, "n": len(facts), "points": round(each * weights)}


def _again(contacts: Sequence[Fact], window_ms: float) -> tuple[list[Fact], list[Fact]]:
    """(repeats, switches) among the kept contacts about a case or an issue, ascending.

    A repeat comes within the window after another contact about the same thing: the case, else the issue. A switch
    comes on another channel than the contact of its case before it.
    """
    repeats, switches = [], []
    before: dict[tuple[bool, str], Fact] = {}
    for fact in contacts:
        thing = fact.case_id or fact.issue
        if thing is None:
            continue
        key = (fact.case_id is None, thing)
        last = before.get(key)
        before[key] = fact
        if last is not None:
            if fact.at_ms - last.at_ms <= window_ms:
                repeats.append(fact)
            if fact.case_id is not None and fact.channel != last.channel:
                switches.append(fact)
    return repeats, switches
