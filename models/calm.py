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
from models.state import COMPLAINT, CRITICAL, Calm, Episode, Profile

_UNMOVED = ("limit", "sentiment_fall")
"""Reasons that time alone does not move."""
_ANY = 1_000
_EVER_MS = 1 << 62


def is_calm(profile: Profile, roles: int, limits: Limits) -> bool:
    """Whether the score is sure to lie where it lay, now that lists of these roles may have changed."""
    calm = profile.calm
    if calm.rules != limits.tag or profile.as_of_ms > calm.until_ms:
        return False
    stirred = calm.stirred | roles
    rise, fall = limits.swing(stirred)
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
    for reason in risk.reasons:
        if reason.rule != "limit":
            total += reason.points
        if reason.rule not in _UNMOVED:
            # Less than a point before rounding is at most a point after it; what takes points off fades too.
            weighs = max(reason.points, limits.steep) if reason.rule == "negative_experience" else abs(reason.points)
            drift = 1 + (weighs + 1) // 91
            rise, fall = (rise, fall + drift) if reason.points > 0 else (rise + drift, fall)
    levels, episode, until_ms = policy.levels, profile.episode, profile.as_of_ms + limits.calm_ms
    if episode is None or not episode.firing:
        profile.calm = Calm(limits.tag, until_ms, levels.at_risk - 1 - total - rise, _ANY)
        return
    until_ms = min(until_ms, ceil(remind_ms(episode, policy)) - 1)
    if episode.level == CRITICAL:
        profile.calm = Calm(limits.tag, until_ms, _ANY, total - levels.critical_exit - fall)
    else:
        up, down = levels.critical - 1 - total - rise, total - levels.at_risk_exit - fall
        profile.calm = Calm(limits.tag, until_ms, up, down)


def settle_below(profile: Profile, most: int, policy: Policy, limits: Limits) -> None:
    """Note, while no episode fires, the most that the score can be now or later with the facts at hand."""
    profile.calm = Calm(limits.tag, _EVER_MS, policy.levels.at_risk - 1 - most, _ANY)


def remind_ms(episode: Episode, policy: Policy) -> float:
    """The as_of from which a firing episode is published again though nothing changed."""
    waits = policy.levels.remind_days
    return episode.published_ms + waits[min(episode.reminders, len(waits) - 1)] * DAY_MS
