"""Where a customer stands in the journey, from stored facts at the time asked.

The views (`models.public_profile`, `models.alert`) call `stage`; nothing of it is stored.
"""

from typing import Literal

from models.policy import DAY_MS, Policy
from models.state import Profile

Stage = Literal["anonymous", "lead", "new", "active", "at_risk", "won_back", "lapsed"]


def stage(profile: Profile, at_ms: int, policy: Policy) -> Stage:
    """The stage at a time not before the profile's as_of; the first that fits, in this order."""
    stages = policy.stages
    last_inbound_ms = profile.spells[-1].last_ms if profile.spells else profile.first_ms
    if at_ms - last_inbound_ms >= stages.lapsed_days * DAY_MS:
        return "lapsed"
    if profile.episode is not None and profile.episode.firing:
        return "at_risk"
    for spell in profile.spells[1:]:
        if spell.order_ms and 0 <= at_ms - spell.order_ms < stages.won_back_days * DAY_MS:
            return "won_back"
    if profile.customer_id.startswith("anon:"):
        return "anonymous"
    if not profile.since_ms:
        return "lead"
    if at_ms - profile.since_ms < stages.new_days * DAY_MS:
        return "new"
    return "active"
