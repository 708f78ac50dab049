"""The life of an alert: from a score after each touchpoint to what, if anything, is published.

`models.profile.observe` calls `step` once per touchpoint. Levels open high and close low, so that a score
that wavers does not flap; `models.alert` renders the step that comes back.
"""

from typing import Final, Literal, NamedTuple

from models.policy import DAY_MS, HOUR_MS, Policy
from models.risk import Risk, assess, may_reach
from models.state import AT_RISK, CRITICAL, Episode, Profile
from models.touchpoint import Touchpoint

Change = Literal["opened", "raised", "lowered", "reminded", "reopened", "resolved"]
LEVEL_NAMES: Final[dict[int, Literal["at_risk", "critical"]]] = {AT_RISK: "at_risk", CRITICAL: "critical"}


class Step(NamedTuple):
    """A publication: what changed, and the risk that made it so."""

    change: Change
    risk: Risk
    touchpoint: Touchpoint
    """The trigger."""
    episode: Episode
    """As this step left it."""


def step(profile: Profile, touchpoint: Touchpoint, policy: Policy) -> Step | None:
    """Move the at-risk episode by one touchpoint; at most one publication comes of it.

    While no episode fires and the reasons together cannot reach the lowest opening level, the score is
    not computed: it could change nothing.
    """
    episode, as_of_ms = profile.episode, profile.as_of_ms
    change: Change | None
    if episode is not None and episode.firing:
        risk = assess(profile, as_of_ms, policy)
        change = _move(episode, risk.score, as_of_ms, policy)
        if change is None:
            return None
    else:
        levels = policy.levels
        if not may_reach(profile, levels.at_risk, policy):
            return None
        risk = assess(profile, as_of_ms, policy)
        if risk.score < levels.at_risk:
            return None
        level = CRITICAL if risk.score >= levels.critical else AT_RISK
        if episode is not None and as_of_ms - episode.ended_ms < levels.reopen_hours * HOUR_MS:
            change = "reopened"
            episode.firing, episode.level, episode.ended_ms = True, level, 0
            episode.peak_level = max(episode.peak_level, level)
        else:
            change = "opened"
            episode = _open(touchpoint, level, as_of_ms)
            profile.episode = episode
    episode.seq += 1
    episode.published_ms = as_of_ms
    episode.reminders = episode.reminders + 1 if change == "reminded" else 0
    return Step(change, risk, touchpoint, episode)


def _open(touchpoint: Touchpoint, level: int, as_of_ms: int) -> Episode:
    """A new episode, named by the record that opens it."""
    return Episode(touchpoint.topic, touchpoint.offset, True, level, level, 0, as_of_ms, 0, as_of_ms, 0)


def _move(episode: Episode, score: int, as_of_ms: int, policy: Policy) -> Change | None:
    """An episode fires: raise, lower, resolve or remind."""
    levels = policy.levels
    if score < levels.at_risk_exit:
        episode.firing, episode.ended_ms = False, as_of_ms
        return "resolved"
    if episode.level == AT_RISK and score >= levels.critical:
        episode.level = episode.peak_level = CRITICAL
        return "raised"
    if episode.level == CRITICAL and score < levels.critical_exit:
        episode.level = AT_RISK
        return "lowered"
    waits = levels.remind_days
    wait_ms = waits[min(episode.reminders, len(waits) - 1)] * DAY_MS
    return "reminded" if as_of_ms - episode.published_ms >= wait_ms else None
