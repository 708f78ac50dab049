"""A customer as service people see them: the value of `kanarya.profiles`.

`agents.views` publishes `render` for customers that changed; `kanarya profile` shows `view` at a later
time, with windows, stage and risk evaluated anew.
"""

import orjson

from models import windows
from models.alert import episode_id_of
from models.alert_record import Place, PublicProfile, RiskRecord
from models.appreciation import appreciation_due
from models.cases import open_cases
from models.channel_use import channels, preferred_channel
from models.effort import effort
from models.episode import LEVEL_NAMES
from models.facts import all_kept, timeline
from models.identifiers import identifiers
from models.instant import rfc3339, rfc3339_or_none
from models.interests import interests
from models.limits import limits_of
from models.order_view import orders
from models.policy import Policy
from models.references import newest, reason_record, timeline_entries
from models.relationship import relationship, satisfaction
from models.risk import assess
from models.segments import memberships
from models.stage import stage_since, tenure_days
from models.state import NEGATIVE, Profile
from models.statements import consents, preferences
from models.touchpoint import CHANNELS


def render(profile: Profile, place: Place, policy: Policy, scorer: str) -> bytes:
    """The record value, at the customer's own as_of."""
    return orjson.dumps(view(profile, place, policy, scorer))


def view(profile: Profile, place: Place, policy: Policy, scorer: str, at_ms: int | None = None) -> PublicProfile:
    """The profile at a time.

    Args:
        at_ms: epoch ms, not before the newest event (an earlier one counts as that); None for the newest event.
    """
    at_ms = profile.as_of_ms if at_ms is None else max(at_ms, profile.as_of_ms)
    stands, stands_since_ms = stage_since(profile, at_ms, policy)
    all_kept(profile)  # in one pass what is asked for list by list below
    used, preferred = channels(profile, at_ms, limits_of(policy))
    return {
        "schema": "kanarya.profile.v1",
        "customer_id": profile.customer_id,
        "revision": profile.touchpoints + profile.duplicates,
        "touchpoints": profile.touchpoints,
        "duplicates": profile.duplicates,
        "first_seen_at": rfc3339(profile.first_ms),
        "last_seen_at": rfc3339(profile.as_of_ms),
        "customer_since": rfc3339_or_none(profile.since_ms),
        "stage": stands,
        "preferred_channel": preferred_channel(profile),
        "contacts": {CHANNELS[channel]: n for channel, n in sorted(profile.contacts.items())},
        "windows": windows.read(profile.windows, at_ms, profile.first_ms),
        "satisfaction": satisfaction(profile, policy),
        "orders": orders(profile, place, policy, at_ms),
        "open_cases": open_cases(profile, at_ms),
        "last_negative": newest(profile, NEGATIVE, place),
        "timeline": timeline_entries(timeline(profile), place),
        "risk": _risk(profile, place, policy, at_ms),
        "as_of": rfc3339(at_ms),
        "policy_version": policy.version,
        "scorer": scorer,
        "tenure_days": tenure_days(profile, at_ms),
        "stage_entered_at": rfc3339(stands_since_ms),
        "relationship": relationship(profile),
        "appreciation_due": appreciation_due(profile, at_ms, policy),
        "segments": memberships(profile, policy),
        "channel_use": used,
        "preferred_channels": preferred,
        "effort": effort(profile, at_ms, policy),
        "preferences": preferences(profile, place),
        "interests": interests(profile, place, policy, at_ms),
        "consents": consents(profile, place),
        "ids": identifiers(profile),
    }


def _risk(profile: Profile, place: Place, policy: Policy, at_ms: int) -> RiskRecord:
    """Risk at a time; the level is the firing episode's, else watch or ok."""
    risk = assess(profile, at_ms, policy)
    episode = profile.episode if profile.episode is not None and profile.episode.firing else None
    return {
        "score": risk.score,
        "level": LEVEL_NAMES[episode.level] if episode else "watch" if risk.score >= policy.levels.watch else "ok",
        "episode_id": episode_id_of(profile, episode, place) if episode else None,
        "reasons": [reason_record(reason, place, at_ms) for reason in risk.reasons],
    }
