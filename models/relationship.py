"""How a customer feels about the company: about each product, and about all of it.

`models.public_profile` calls `satisfaction` and `relationship`; both read kept answers and sums.
"""

from collections.abc import Sequence
from typing import Final

from models import decay
from models.alert_record import Relationship, Satisfaction
from models.facts import kept
from models.instant import rfc3339
from models.policy import Policy
from models.profile_record import NpsAnswer
from models.relation import Recommendation
from models.state import ANSWER, CSAT, RATING, Fact, Profile

_UNKNOWN: Final[Relationship] = {
    "nps": {"relationship": None, "transactional": None},
    "sentiment": {"recent": None, "baseline": None, "n": 0},
}
"""Of a customer who never told; shared, so nobody may change it."""


def satisfaction(profile: Profile, policy: Policy) -> list[Satisfaction]:
    """Kept csat and rating answers by product and metric, newest first, of so many products as the policy shows."""
    answers = kept(profile, ANSWER)
    if not answers:
        return []
    rows: dict[tuple[str, int], list[Fact]] = {}
    for fact in reversed(answers):
        if fact.product is not None and fact.metric in (CSAT, RATING):
            rows.setdefault((fact.product, fact.metric), []).append(fact)
    shown = list(dict.fromkeys(product for product, _ in rows))[: policy.products.shown]
    return [
        {
            "product": product,
            "metric": "csat" if metric == CSAT else "rating",
            "n": len(facts),
            "mean": round(1 + _mean(facts), 4),
            "last_at": rfc3339(facts[0].at_ms),
            "trend": _trend(facts, policy.products.trend_least_n),
        }
        for (product, metric), facts in rows.items()
        if product in shown
    ]


def _mean(facts: Sequence[Fact]) -> float:
    """Mean of answers, 0 to 4."""
    return 4 * sum([fact.answer_millionths for fact in facts]) / (len(facts) * 1_000_000)


def _trend(newest_first: Sequence[Fact], least_n: int) -> float | None:
    """Newer half less older half; of an odd number the middle one is in neither."""
    n = len(newest_first)
    if n < least_n:
        return None
    half = n // 2
    newer = sum([fact.answer_millionths for fact in newest_first[:half]])
    older = sum([fact.answer_millionths for fact in newest_first[-half:]])
    return round(4 * (newer - older) / (half * 1_000_000), 4)


def relationship(profile: Profile) -> Relationship:
    """The newest recommendation of each sort, and recent feeling beside the customer's own baseline."""
    felt = profile.feeling_n > 0
    if not felt and not profile.recommendations:
        return _UNKNOWN
    answers = {answer.transactional: _nps(answer) for answer in profile.recommendations}
    return {
        "nps": {"relationship": answers.get(False), "transactional": answers.get(True)},
        "sentiment": {
            "recent": round(decay.mean(profile.feeling_short) / 1000, 4) if felt else None,
            "baseline": round(decay.mean(profile.feeling_long) / 1000, 4) if felt else None,
            "n": profile.feeling_n,
        },
    }


def _nps(answer: Recommendation) -> NpsAnswer:
    return {"value": answer.value, "at": rfc3339(answer.at_ms)}
