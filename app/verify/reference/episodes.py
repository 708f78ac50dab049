"""Fifth stop of the reference: the only state it carries from touchpoint to touchpoint, one at-risk episode.

`replay` calls `step` once per applied touchpoint with the score at the customer's as_of and gets the
publication, if there is one; `alert` gives it the shape of a value on the alerts topic.
"""

import hashlib
import json
from typing import Any, TypeAlias

from app.verify.reference.touchpoints import Touch, reference, rfc3339

DAY_MS = 24 * 60 * 60 * 1000
REMINDER_DAYS = [3, 6, 12, 24, 48]

Episode: TypeAlias = dict[str, Any]


def hash_of(*parts: Any) -> str:
    """First 32 hex digits of the SHA-256 of the compact UTF-8 JSON array."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def level_of(score: int) -> str:
    """The level an episode opens with."""
    return "critical" if score >= 80 else "at_risk"


def move(episode: Episode | None, score: int, as_of_ms: int) -> str | None:
    """What happens to the episode at this score, if anything."""
    if episode is None or not episode["firing"]:
        if score < 60:
            return None
        again = episode is not None and as_of_ms - episode["ended_ms"] < DAY_MS
        return "reopened" if again else "opened"
    if episode["level"] == "at_risk" and score >= 80:
        return "raised"
    if score < 45:
        return "resolved"
    if episode["level"] == "critical" and score < 65:
        return "lowered"
    delay_days = REMINDER_DAYS[min(episode["reminders"], len(REMINDER_DAYS) - 1)]
    return "reminded" if as_of_ms - episode["published_ms"] >= delay_days * DAY_MS else None


def step(episode: Episode | None, score: int, as_of_ms: int, touch: Touch) -> tuple[Episode | None, str | None]:
    """The episode after one touchpoint, and the change that is published for it, or None."""
    change = move(episode, score, as_of_ms)
    if change is None:
        return episode, None
    if change == "opened":
        opening = ("at-risk", touch["customer_id"], touch["topic"], touch["partition"], touch["offset"])
        episode = {"id": hash_of(*opening), "seq": 0, "started_ms": as_of_ms, "peak_level": "at_risk"}
    assert episode is not None
    episode = dict(episode)
    if change in ("opened", "reopened", "raised"):
        episode["level"] = level_of(score)
    if change == "lowered":
        episode["level"] = "at_risk"
    if "critical" in (episode["level"], episode["peak_level"]):
        episode["peak_level"] = "critical"
    episode["firing"] = change != "resolved"
    episode["ended_ms"] = as_of_ms if change == "resolved" else None
    episode["reminders"] = episode["reminders"] + 1 if change == "reminded" else 0
    episode["published_ms"] = as_of_ms
    episode["seq"] += 1
    return episode, change


def risk_level(episode: Episode | None, score: int) -> str:
    """The level a profile shows: the episode's while it fires, else watch from 40 points on."""
    if episode is not None and episode["firing"]:
        level: str = episode["level"]
        return level
    return "watch" if score >= 40 else "ok"


def public_reasons(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reasons with references in the place of touchpoints."""
    return [reason | {"evidence": [reference(touch) for touch in reason["evidence"]]} for reason in reasons]


def alert(episode: Episode, change: str, touch: Touch, risk: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    """The value on the alerts topic, without the parts that are prose.

    `risk` is `{score, reasons, without}` at `rest["as_of"]`; `rest` is what the profile adds
    (`customer_id, as_of, confidence, context`).
    """
    return {
        "id": hash_of(episode["id"], episode["seq"]),
        "episode_id": episode["id"],
        "seq": episode["seq"],
        "trigger": reference(touch),
        "change": change,
        "status": "firing" if episode["firing"] else "resolved",
        "level": episode["level"],
        "peak_level": episode["peak_level"],
        "score": risk["score"],
        "started_at": rfc3339(episode["started_ms"]),
        "ended_at": rfc3339(episode["ended_ms"]),
        "reasons": public_reasons(risk["reasons"]),
        "without": risk["without"],
    } | rest
