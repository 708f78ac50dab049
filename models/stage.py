"""Where a customer stands in the journey, from stored facts at the time asked, and since when.

The views (`models.public_profile`, `models.alert`) call these; nothing of it is stored.
"""

from typing import Literal

from models.policy import DAY_MS, Policy
from models.state import Profile, Spell

Stage = Literal["anonymous", "lead", "new", "active", "at_risk", "won_back", "lapsed"]


def stage(profile: Profile, at_ms: int, policy: Policy) -> Stage:
    """The stage at a time not before the profile's as_of; the first that fits, in this order."""
    return stage_since(profile, at_ms, policy)[0]


def stage_since(profile: Profile, at_ms: int, policy: Policy) -> tuple[Stage, int]:
    """The stage at a time not before the profile's as_of, and the epoch ms from which it has been this one.

    A stage begins when its own condition does, or when the last of the conditions before it ends: an episode resolved,
    a silence broken, the days of a won-back customer over.
    """
    stages = policy.stages
    lapse_ms, back_ms = int(stages.lapsed_days * DAY_MS), int(stages.won_back_days * DAY_MS)
    spells, first_ms, episode = profile.spells, profile.first_ms, profile.episode
    last_inbound_ms = spells[-1].last_ms if spells else first_ms
    if at_ms - last_inbound_ms >= lapse_ms:
        return "lapsed", last_inbound_ms + lapse_ms
    freed_ms = _silence_broken_ms(spells, first_ms, lapse_ms)
    if episode is not None:
        if episode.firing:
            return "at_risk", max(episode.started_ms, freed_ms)
        if episode.ended_ms > episode.started_ms:  # one that ended as it began was at no instant a stage
            freed_ms = max(freed_ms, episode.ended_ms)
    for spell in spells[1:]:
        if spell.order_ms and at_ms - spell.order_ms >= 0:
            if at_ms - spell.order_ms < back_ms:
                return "won_back", max(spell.order_ms, freed_ms)
            freed_ms = max(freed_ms, spell.order_ms + back_ms)
    if profile.customer_id.startswith("anon:"):
        return "anonymous", max(first_ms, freed_ms)
    since_ms = profile.since_ms
    if not since_ms:
        return "lead", max(first_ms, freed_ms)
    new_ms = int(stages.new_days * DAY_MS)
    if at_ms - since_ms < new_ms:
        began_ms = since_ms if since_ms <= at_ms else first_ms  # a contract may begin later than it is told of
        return "new", max(began_ms, freed_ms)
    return "active", max(since_ms + new_ms, freed_ms)


def _silence_broken_ms(spells: list[Spell], first_ms: int, lapse_ms: int) -> int:
    """When the customer was last heard of after having lapsed, 0 for never.

    At the very end of the lapse they are back in time: that parts two spells, and they were never lapsed.
    """
    for place in range(len(spells) - 1, -1, -1):
        silent_ms = spells[place - 1].last_ms if place else first_ms
        if spells[place].first_ms - silent_ms > lapse_ms:
            return spells[place].first_ms
    return 0


def tenure_days(profile: Profile, at_ms: int) -> int | None:
    """Whole days since they became a customer; None before. Always of the time asked: a number that grows by itself
    is never stored.
    """
    return max(at_ms - profile.since_ms, 0) // DAY_MS if profile.since_ms else None
