"""When a score need not be computed: while it cannot have crossed a level.

`models.episode` asks `is_calm` for every touchpoint and calls `settle` after each computed score. What is
noted at that time holds for a few hours of the customer's clock: how far the score may rise and fall before
an episode would open, change or close, against which stands the most that the facts since can have moved it.
A property test compares with computing every score.
"""

from math import ceil

from models.facts import kept
from models.limits import Limits
from models.policy import DAY_MS, Policy
from models.risk import Risk
from models.state import ANSWER, CES, CES_ANSWER, COMPLAINT, CRITICAL, NPS, NPS_ANSWER, Calm, Episode, Profile

_ANY = 1_000
_EVER_MS = 1 << 62


def is_calm(profile: Profile, roles: int, limits: Limits) -> bool:
    """Whether the score is sure to lie where it lay, now that lists of these roles may have changed."""
    calm = profile.calm
    if calm.rules != limits.tag or profile.as_of_ms > calm.until_ms:
        return False
    stirred = calm.stirred | roles
    if stirred == calm.stirred:
        return True
    swing = limits.swings.get(stirred) or limits.swing(stirred)
    rise, fall, points = swing.most, -swing.least, calm.points
    for place in swing.rising:
        rise -= points[place]
    for place in swing.falling:
        fall += points[place]
    if rise > calm.up or fall > calm.down:
        return False
    calm.stirred = stirred
    return True


def settle(profile: Profile, risk: Risk, policy: Policy, limits: Limits) -> None:
    """Note what a score that was just computed allows."""
    if kept(profile, COMPLAINT):
        profile.calm = Calm()  # an open complaint gains points at fixed ages
        return
    total = rise = fall = 0
    by_rule = {}
    for rule, points, _ in risk.reasons:
        if rule == "limit":
            continue
        by_rule[rule] = points
        total += points
        if rule != "sentiment_fall":  # a quotient of two sums that fade alike
            # Less than a point before rounding is at most a point after it; what takes points off fades too.
            weighs = max(points, limits.steep) if rule == "negative_experience" else abs(points)
            drift = 1 + (weighs + 1) // 91
            rise, fall = (rise, fall + drift) if points > 0 else (rise + drift, fall)
    levels, episode, until_ms = policy.levels, profile.episode, profile.as_of_ms + limits.calm_ms
    up = down = _ANY
    if episode is None or not episode.firing:
        up = levels.at_risk - 1 - total - rise
    else:
        until_ms = min(until_ms, ceil(remind_ms(episode, policy)) - 1)
        if episode.level == CRITICAL:
            down = total - levels.critical_exit - fall
        else:
            up, down = levels.critical - 1 - total - rise, total - levels.at_risk_exit - fall
    now = [by_rule.get(reach.rule, 0) for reach in limits.reach]
    profile.calm = Calm(limits.tag, until_ms, up, down, _present(profile), now) if min(up, down) >= 0 else Calm()


def _present(profile: Profile) -> int:
    """Marks for the metrics whose newest answer a newcomer of any metric may push out of a full list."""
    answers = kept(profile, ANSWER)
    if not answers:
        return 0
    metrics = {fact.metric for fact in answers}
    return (NPS_ANSWER if NPS in metrics else 0) | (CES_ANSWER if CES in metrics else 0)


def settle_below(profile: Profile, most: list[int], policy: Policy, limits: Limits) -> None:
    """Note, while no episode fires, the most that each reason can be now or later with the facts at hand."""
    up = policy.levels.at_risk - 1 - sum(most)
    profile.calm = Calm(limits.tag, _EVER_MS, up, _ANY, _present(profile), most)


def remind_ms(episode: Episode, policy: Policy) -> float:
    """The as_of from which a firing episode is published again though nothing changed."""
    waits = policy.levels.remind_days
    return episode.published_ms + waits[min(episode.reminders, len(waits) - 1)] * DAY_MS
