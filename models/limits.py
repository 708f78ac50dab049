"""What follows from a policy, computed once: whole milliseconds, whole millionths, and how far a score can move.

`models.profile`, `models.facts` and `models.episode` look these up for every touchpoint; the policy itself
stays in the units a person edits.
"""

import hashlib
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from models.policy import DAY_MS, Policy
from models.state import (
    ANSWER,
    CANCELLATION,
    CES_ANSWER,
    CLOSING,
    COMPETITOR,
    COMPLAINT,
    CONTACT,
    FEELING,
    HUMAN,
    LEGAL,
    LONG_WAIT,
    MONEY_TROUBLE,
    NEGATIVE,
    NPS_ANSWER,
    ORDER,
    RESOLVED,
    SATISFIED,
)

RULES: Final = 3
"""Revision of the rules in `models.risk`: raised when they change, so that no older score is trusted."""
_CALM_PART: Final = 64
"""For a 64th of the shortest half-life (about 5 h of 14 d) no weight falls by more than 1.1 %."""


class Reach(NamedTuple):
    """How far one reason can move as facts come in."""

    rule: str
    roles: int
    """A fact that comes into a list of these roles may move it."""
    most: int
    least: int = 0
    rises: bool = True
    falls: bool = True
    only: int = 0
    """If not 0, only when one of these marks stands beside the roles."""

    def is_stirred_by(self, roles: int) -> bool:
        """Whether changes in lists of these roles can move the reason."""
        return bool(roles & self.roles) and (not self.only or bool(roles & self.only))


class Swing(NamedTuple):
    """The reasons that some changes can move, by their places in `Limits.reach`."""

    most: int
    """Sum of the highest points of those that can rise."""
    rising: tuple[int, ...]
    least: int
    """Sum of the lowest points of those that can fall."""
    falling: tuple[int, ...]


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
    reach: tuple[Reach, ...]
    use_ms: int
    """Half-life of the use of a channel."""
    use_weights: dict[int, tuple[int, int]]
    """UTC day -> weight of a use on it, as `models.decay.weight` has it; filled as asked for."""
    swings: dict[int, Swing]
    """Roles changed -> how far the score can move by it; filled as asked for."""

    def swing(self, roles: int) -> Swing:
        """How far a score can have moved as facts came into lists of these roles."""
        swing = self.swings.get(roles)
        if swing is None:
            moved = [(place, reach) for place, reach in enumerate(self.reach) if reach.is_stirred_by(roles)]
            rising = tuple(place for place, reach in moved if reach.rises)
            falling = tuple(place for place, reach in moved if reach.falls)
            most = sum(reach.most for _, reach in moved if reach.rises)
            least = sum(reach.least for _, reach in moved if reach.falls)
            swing = self.swings[roles] = Swing(most, rising, least, falling)
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
        policy.human_wanted.half_life_days,
        policy.legal_threat.half_life_days,
        policy.competitor.half_life_days,
        policy.cancellation.half_life_days,
        policy.recovered.half_life_days,
        policy.new_order.half_life_days,
    )
    # A newcomer only ever replaces a fact that weighs less, so what is summed over a list cannot fall by it, and
    # the newest order weighs the most. The other reasons can go either way. No score is trusted while a complaint
    # is kept, so an open one can only come in.
    reach = (
        Reach("negative_experience", NEGATIVE, negative.first + negative.second + negative.third, falls=False),
        Reach("open_complaint", COMPLAINT, policy.open_complaint.limit, falls=False),
        Reach("repeat_contact", CONTACT | CLOSING | SATISFIED, policy.repeat_contact.points),
        Reach("nps", ANSWER, max(policy.nps.very_low, policy.nps.low), only=NPS_ANSWER),
        Reach("satisfaction", ANSWER, policy.satisfaction.points),
        Reach("effort", ANSWER, policy.effort.points, only=CES_ANSWER),
        Reach("sentiment_fall", FEELING, policy.sentiment_fall.points),
        Reach("long_wait", LONG_WAIT, policy.long_wait.limit, falls=False),
        Reach("money_trouble", MONEY_TROUBLE, policy.money_trouble.points, falls=False),
        Reach("human_wanted", HUMAN, policy.human_wanted.points, falls=False),
        Reach("legal_threat", LEGAL, policy.legal_threat.points, falls=False),
        Reach("competitor", COMPETITOR, policy.competitor.points, falls=False),
        Reach("cancellation", CANCELLATION, policy.cancellation.points, falls=False),
        Reach("recovered", SATISFIED | RESOLVED, 0, -policy.recovered.points),
        Reach("promoter", ANSWER, 0, -policy.nps.promoter, only=NPS_ANSWER),
        Reach("new_order", ORDER, 0, -policy.new_order.points, rises=False),
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
        use_ms=int(policy.channels.half_life_days * DAY_MS),
        use_weights={},
        swings={},
    )
