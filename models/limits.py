"""What follows from a policy, computed once: whole milliseconds, whole millionths, and how far a score can move.

`models.profile`, `models.facts` and `models.episode` look these up for every touchpoint; the policy itself
stays in the units a person edits.
"""

import hashlib
from functools import lru_cache
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

RULES: Final = 1
"""Revision of the rules in `models.risk`: raised when they change, so that no older score is trusted."""
_CALM_PART: Final = 64
"""For a 64th of the shortest half-life (about 5 h of 14 d) no weight falls by more than 1.1 %."""


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
    tag: int
    """32 bits that name the policy's numbers and the revision of the rules; never 0."""
    calm_ms: int
    """For so long no reason moves by more than a point as time passes."""
    steep: int
    """`negative_experience` loses points no faster than a reason of so many points that fades with one fact."""
    reach: tuple[tuple[int, int, int], ...]
    """(roles, up, down): facts that come into lists of these roles raise, lower the score by at most these points."""
    swings: dict[int, tuple[int, int]]
    """Roles changed -> the most the score can have risen, fallen by it; filled as asked for."""

    def swing(self, roles: int) -> tuple[int, int]:
        """The most a score can have risen and fallen, in points, as facts came into lists of these roles."""
        swing = self.swings.get(roles)
        if swing is None:
            rise = sum(up for bits, up, _ in self.reach if bits & roles)
            fall = sum(down for bits, _, down in self.reach if bits & roles)
            swing = self.swings[roles] = (rise, fall)
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
    nps = max(policy.nps.very_low, policy.nps.low) + policy.nps.promoter
    # A newcomer only ever replaces a fact that weighs less, so what is summed over a list cannot fall by it, and
    # the newest order weighs the most. The other reasons can go either way.
    reach = (
        (NEGATIVE, negative.first + negative.second + negative.third, 0),
        (COMPLAINT | CLOSING | SATISFIED, policy.open_complaint.limit, policy.open_complaint.limit),
        (CONTACT | CLOSING | SATISFIED, policy.repeat_contact.points, policy.repeat_contact.points),
        (ANSWER, nps, nps),
        (ANSWER, policy.satisfaction.points, policy.satisfaction.points),
        (ANSWER, policy.effort.points, policy.effort.points),
        (FEELING, policy.sentiment_fall.points, policy.sentiment_fall.points),
        (LONG_WAIT, policy.long_wait.limit, 0),
        (MONEY_TROUBLE, policy.money_trouble.points, 0),
        (SATISFIED | RESOLVED, policy.recovered.points, policy.recovered.points),
        (ORDER, 0, policy.new_order.points),
    )
    numbers = msgspec.json.encode(msgspec.structs.replace(policy, version=str(RULES)))
    return Limits(
        satisfied_millionths=round(policy.answers.satisfied * 1_000_000),
        dissatisfied_millionths=round(policy.answers.dissatisfied * 1_000_000),
        agrees_millionths=round(policy.answers.agrees * 1_000_000),
        negative_milli=policy.answers.negative_sentiment * 1000,
        short_ms=int(policy.sentiment_fall.short_half_life_days * DAY_MS),
        long_ms=int(policy.sentiment_fall.long_half_life_days * DAY_MS),
        gap_ms=int(policy.stages.lapsed_days * DAY_MS),
        tag=int.from_bytes(hashlib.sha256(numbers).digest()[:4], "big") | 1,
        calm_ms=int(min(half_lives) * DAY_MS) // _CALM_PART,
        # Where the k-th negative experience counts, c is k: a 64th part of its half-life takes 1.1 % of that off c.
        steep=max(negative.first, 2 * negative.second, 3 * negative.third),
        reach=reach,
        swings={},
    )
