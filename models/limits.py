"""What follows from a policy, computed once: whole milliseconds, whole millionths, and how far a score can move.

`models.profile`, `models.facts` and `models.episode` look these up for every touchpoint; the policy itself
stays in the units a person edits.
"""

from functools import lru_cache
from math import ceil
from typing import Final

import msgspec

from models.policy import DAY_MS, Policy
from models.state import (
    ANSWER,
    CLOSING,
    COMPLAINT,
    CONTACT,
    FEELING,
    LONG_WAIT,
    MONEY_TROUBLE,
    NEGATIVE,
    ORDER,
    RESOLVED,
    SATISFIED,
)

_CALM_PART: Final = 56
"""For a 56th of the shortest half-life (6 h of 14 d) no weight falls by more than 1.25 %."""
_CALM_FALL: Final = 0.0125


class Limits(msgspec.Struct, frozen=True, eq=False):
    """Numbers derived from one policy."""

    satisfied_millionths: int
    dissatisfied_millionths: int
    agrees_millionths: int
    negative_milli: float
    short_ms: int
    long_ms: int
    gap_ms: int
    """A silence this long parts two spells."""
    calm_ms: int
    """How long a computed score stays within `drift` points by the passing of time alone."""
    drift: int
    reach: tuple[tuple[int, int], ...]
    """(roles, points): a change in a list of one of these roles moves the score by at most these points."""
    swings: dict[int, int]
    """Roles changed -> the farthest the score can have moved within `calm_ms`; filled as asked for."""

    def swing(self, roles: int) -> int:
        """The farthest a score can have moved within `calm_ms` if facts came or went in lists of these roles."""
        swing = self.swings.get(roles)
        if swing is None:
            swing = self.swings[roles] = self.drift + sum(points for bits, points in self.reach if bits & roles)
        return swing


@lru_cache(maxsize=8)
def limits_of(policy: Policy) -> Limits:
    """The numbers that follow from a policy; remembered by the policy's identity."""
    negative = policy.negative_experience
    half_lives = (
        negative.half_life_days,
        policy.repeat_contact.half_life_days,
        policy.nps.half_life_days,
        policy.satisfaction.half_life_days,
        policy.effort.half_life_days,
        policy.long_wait.half_life_days,
        policy.money_trouble.half_life_days,
        policy.recovered.half_life_days,
        policy.new_order.half_life_days,
    )
    reach = (
        (NEGATIVE, negative.first + negative.second + negative.third),
        (COMPLAINT | CLOSING | SATISFIED, policy.open_complaint.limit),
        (CONTACT | CLOSING | SATISFIED, policy.repeat_contact.points),
        (ANSWER, max(policy.nps.very_low, policy.nps.low) + policy.nps.promoter),
        (ANSWER, policy.satisfaction.points),
        (ANSWER, policy.effort.points),
        (FEELING, policy.sentiment_fall.points),
        (LONG_WAIT, policy.long_wait.limit),
        (MONEY_TROUBLE, policy.money_trouble.points),
        (SATISFIED | RESOLVED, policy.recovered.points),
        (ORDER, policy.new_order.points),
    )
    return Limits(
        satisfied_millionths=round(policy.answers.satisfied * 1_000_000),
        dissatisfied_millionths=round(policy.answers.dissatisfied * 1_000_000),
        agrees_millionths=round(policy.answers.agrees * 1_000_000),
        negative_milli=policy.answers.negative_sentiment * 1000,
        short_ms=int(policy.sentiment_fall.short_half_life_days * DAY_MS),
        long_ms=int(policy.sentiment_fall.long_half_life_days * DAY_MS),
        gap_ms=int(policy.stages.lapsed_days * DAY_MS),
        calm_ms=int(min(half_lives) * DAY_MS) // _CALM_PART,
        # Each reason is rounded on its own, so each may move by one more point than its weight does.
        drift=sum(1 + ceil(points * _CALM_FALL) for _, points in reach),
        reach=reach,
        swings={},
    )
