"""An alert: a step of the at-risk episode, explained, as a record that tells its whole story.

The batch fold calls `render` right after `models.profile.observe` returned a step, and hands `to_json` and
`headers` to the outbox. Nothing depends on the wall clock: the same records give the same bytes.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import orjson

from models import windows
from models.alert_record import Alert, Context, Place, WhatIf
from models.cases import open_cases
from models.channel_use import preferred_channel
from models.episode import LEVEL_NAMES, Step
from models.facts import order_key
from models.instant import rfc3339, rfc3339_or_none
from models.order_view import recent_orders
from models.policy import DAY_MS, Policy
from models.reference_record import Reference
from models.references import newest, reason_record
from models.risk import Risk, scores_without
from models.stage import stage
from models.state import NEGATIVE, Episode, Fact, Profile
from models.touchpoint import Touchpoint

RULE: Final = "at-risk"
_WHAT_IFS: Final = 5
_COMPLETE_MS: Final = 30 * DAY_MS


def render(profile: Profile, step: Step, place: Place, policy: Policy, scorer: str) -> Alert:
    """Tell a step as an alert; to be called before the customer's next touchpoint is observed."""
    episode = step.episode
    episode_id = episode_id_of(profile, episode, place)
    as_of_ms, risk = profile.as_of_ms, step.risk
    return {
        "schema": "kanarya.alert.v1",
        "id": digest(episode_id, episode.seq),
        "episode_id": episode_id,
        "seq": episode.seq,
        "trigger": _trigger(step.touchpoint, place),
        "change": step.change,
        "status": "firing" if episode.firing else "resolved",
        "level": LEVEL_NAMES[episode.level],
        "peak_level": LEVEL_NAMES[episode.peak_level],
        "customer_id": profile.customer_id,
        "score": risk.score,
        "summary": _summary(step),
        "started_at": rfc3339(episode.started_ms),
        "ended_at": rfc3339_or_none(episode.ended_ms),
        "as_of": rfc3339(as_of_ms),
        "reasons": [reason_record(reason, place, as_of_ms) for reason in risk.reasons],
        "without": _without(profile, risk, policy),
        "context": _context(profile, place, policy),
        "confidence": {"n": profile.touchpoints, "complete": as_of_ms - profile.first_ms >= _COMPLETE_MS},
        "policy_version": policy.version,
        "scorer": scorer,
    }


def to_json(alert: Alert) -> bytes:
    """The record value."""
    return orjson.dumps(alert)


def headers(alert: Alert) -> list[tuple[str, bytes]]:
    """The record headers: a CloudEvent in binary mode whose data is the value."""
    return [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_type", b"kanarya.alert.v1"),
        ("ce_source", b"kanarya"),
        ("ce_id", alert["id"].encode()),
        ("ce_time", alert["as_of"].encode()),
    ]


def digest(*parts: str | int) -> str:
    """First 32 hex digits of SHA-256 of the parts as a compact JSON array in UTF-8."""
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]


def episode_id_of(profile: Profile, episode: Episode, place: Place) -> str:
    """The public id of an episode: its rule, its customer and the record that opened it.

    A topic made anew uses its offsets again, so from then on its generation is part of the id.
    """
    opened = (RULE, profile.customer_id, place.topics[episode.topic], place.partition, episode.offset)
    generation = place.generations[episode.topic] if place.generations else 0
    return _episode_digest(*opened, generation) if generation else _episode_digest(*opened)


_episode_digest: Final = lru_cache(maxsize=1 << 12)(digest)
"""An episode is told in each profile and alert while it fires."""


def _trigger(touchpoint: Touchpoint, place: Place) -> Reference:
    return {
        "topic": place.topics[touchpoint.topic],
        "partition": place.partition,
        "offset": touchpoint.offset,
        "id": touchpoint.id,
        "at": rfc3339(touchpoint.at_ms),
    }


def _summary(step: Step) -> str:
    """One line for a list of alerts."""
    heaviest = sorted((reason for reason in step.risk.reasons if reason.points > 0), key=lambda reason: -reason.points)
    why = ", ".join(f"{reason.rule} {reason.points}" for reason in heaviest[:3]) or "nothing left that weighs"
    return f"{LEVEL_NAMES[step.episode.level]} {step.change} at {step.risk.score} of 100: {why}"


def _without(profile: Profile, risk: Risk, policy: Policy) -> list[WhatIf]:
    """The score without each piece of evidence, the most telling first."""
    distinct: dict[int, Fact] = {id(fact): fact for reason in risk.reasons for fact in reason.evidence}
    facts: Sequence[Fact] = sorted(distinct.values(), key=order_key, reverse=True)
    scored = list(zip(scores_without(profile, risk, profile.as_of_ms, policy, facts), facts, strict=True))
    scored.sort(key=lambda pair: pair[0])
    return [{"id": fact.id, "score": score} for score, fact in scored[:_WHAT_IFS]]


def _context(profile: Profile, place: Place, policy: Policy) -> Context:
    return {
        "stage": stage(profile, profile.as_of_ms, policy),
        "customer_since": rfc3339_or_none(profile.since_ms),
        "preferred_channel": preferred_channel(profile),
        "open_cases": open_cases(profile, profile.as_of_ms),
        "recent_orders": recent_orders(profile, place, policy, profile.as_of_ms),
        "last_negative": newest(profile, NEGATIVE, place),
        "windows": windows.read(profile.windows, profile.as_of_ms, profile.first_ms),
    }
