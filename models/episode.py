"""The life of an alert: from a score after each touchpoint to what, if anything, is published.

`models.profile.observe` calls `step` once per touchpoint. Levels open high and close low, so that a score
that wavers does not flap; `models.alert` renders the step that comes back.
"""

from typing import Final, Literal, NamedTuple

from models.calm import is_calm, remind_ms, settle, settle_below
from models.facts import kept
from models.limits import Limits
from models.policy import HOUR_MS, Policy
from models.risk import Risk, assess, most_points
from models.state import (
    ANSWER,
    AT_RISK,
    CASE,
    CES_ANSWER,
    CONTACT,
    CRITICAL,
    FEELING,
    INTEREST,
    NPS_ANSWER,
    OPENED,
    REWORK,
    Episode,
    Profile,
)
from models.touchpoint import Touchpoint

Change = Literal["opened", "raised", "lowered", "reminded", "reopened", "resolved"]
_WEIGHS: Final = ~(CASE | OPENED | REWORK | INTEREST)
"""No reason reads the lists left out here."""
_METRIC_MARK: Final[dict[str, int]] = {"nps": NPS_ANSWER, "ces": CES_ANSWER}
LEVEL_NAMES: Final[dict[int, Literal["at_risk", "critical"]]] = {AT_RISK: "at_risk", CRITICAL: "critical"}


class Step(NamedTuple):
    """A publication: what changed, and the risk that made it so."""

    change: Change
    risk: Risk
    touchpoint: Touchpoint
    """The trigger."""
    episode: Episode
    """As this step left it."""


def step(profile: Profile, touchpoint: Touchpoint, roles: int, policy: Policy, limits: Limits) -> Step | None:
    """Move the at-risk episode by one touchpoint; at most one publication comes of it.

    Args:
        roles: the lists that the touchpoint may have changed.

    The score is not computed where it could change nothing: while the last one lies farther from every
    level than all changes since can have moved it, and while no episode fires and the reasons together
    cannot reach the lowest opening level.
    """
    if roles & ANSWER and touchpoint.score is not None:
        roles |= _METRIC_MARK.get(touchpoint.score.metric, 0)
    # Too few contacts or feelings give no points, and one more of them then moves none.
    if roles & CONTACT and len(kept(profile, CONTACT)) < policy.repeat_contact.contacts:
        roles ^= CONTACT
    if roles & FEELING and profile.feeling_n < policy.sentiment_fall.least_n:
        roles ^= FEELING
    if is_calm(profile, roles & _WEIGHS, limits):
        return None
    as_of_ms, episode = profile.as_of_ms, profile.episode
    firing = episode is not None and episode.firing
    if not firing:
        most = most_points(profile, policy)
        if sum(most) < policy.levels.at_risk:
            settle_below(profile, most, policy, limits)
            return None
    risk = assess(profile, as_of_ms, policy)
    change = _move(profile, touchpoint, risk.score, policy)
    if change is not None and profile.episode is not None:
        episode = profile.episode
        episode.seq += 1
        episode.published_ms = as_of_ms
        episode.reminders = episode.reminders + 1 if change == "reminded" else 0
    settle(profile, risk, policy, limits)
    return None if change is None or episode is None else Step(change, risk, touchpoint, episode)


def _move(profile: Profile, touchpoint: Touchpoint, score: int, policy: Policy) -> Change | None:
    """Open, reopen, raise, lower, resolve or remind."""
    levels, episode, as_of_ms = policy.levels, profile.episode, profile.as_of_ms
    if episode is not None and episode.firing:
        if score < levels.at_risk_exit:
            episode.firing, episode.ended_ms = False, as_of_ms
            return "resolved"
        if episode.level == AT_RISK and score >= levels.critical:
            episode.level = episode.peak_level = CRITICAL
            return "raised"
        if episode.level == CRITICAL and score < levels.critical_exit:
            episode.level = AT_RISK
            return "lowered"
        return "reminded" if as_of_ms >= remind_ms(episode, policy) else None
    if score < levels.at_risk:
        return None
    level = CRITICAL if score >= levels.critical else AT_RISK
    if episode is not None and as_of_ms - episode.ended_ms < levels.reopen_hours * HOUR_MS:
        episode.firing, episode.level, episode.ended_ms = True, level, 0
        episode.peak_level = max(episode.peak_level, level)
        return "reopened"
    profile.episode = Episode(touchpoint.topic, touchpoint.offset, True, level, level, 0, as_of_ms, 0, as_of_ms, 0)
    return "opened"
