"""A scene of the demo as it might be after minutes: what the tests of the view and the picture in docs/demo.md draw."""

import io
from typing import Any

from rich.console import Console

from app.dev.demo.view.page import page
from app.dev.demo.view.scene import Scene

BEGIN_MS = 1_790_035_200_000
"""2026-09-22T00:00Z."""
NOTHING = {"n": 0, "mean": None, "complete": True}
_WINDOWS: dict[str, dict[str, dict[str, Any]]] = {
    "contacts": {"1h": {"n": 1}, "24h": {"n": 2}, "7d": {"n": 4}, "30d": {"n": 5}},
    "negatives": {"1h": {"n": 0}, "24h": {"n": 2}, "7d": {"n": 3}, "30d": {"n": 3}},
    "sentiment": {
        "1h": NOTHING,
        "24h": {"n": 1, "mean": -0.883},
        "7d": {"n": 3, "mean": -0.6117},
        "30d": {"n": 4, "mean": -0.2954},
    },
    "csat": {"1h": NOTHING, "24h": {"n": 1, "mean": 1.0}, "7d": {"n": 1, "mean": 1.0}, "30d": {"n": 2, "mean": 2.5}},
    "nps": {"1h": {"n": 0, "score": None}, "24h": {"n": 0}, "7d": {"n": 0}, "30d": {"n": 1, "score": -100.0}},
}
_CUSTOMERS: tuple[tuple[str, str, int, dict[str, int]], ...] = (
    (
        "cus-7-00137",
        "critical",
        100,
        {"negative_experience": 85, "open_complaint": 22, "repeat_contact": 20, "satisfaction": 12, "long_wait": 5,
         "new_order": -6, "limit": -38},
    ),
    ("cus-7-00435", "critical", 90, {"negative_experience": 70, "satisfaction": 12, "money_trouble": 8}),
    ("cus-7-00098", "critical", 97, {"negative_experience": 77, "nps": 20}),
    ("cus-7-00990", "at_risk", 67, {"negative_experience": 40, "nps": 15, "satisfaction": 12}),
    ("cus-7-00617", "at_risk", 67, {"negative_experience": 40, "repeat_contact": 19, "effort": 8}),
    ("cus-7-00640", "at_risk", 61, {"negative_experience": 38, "open_complaint": 23}),
    ("cus-7-00016", "at_risk", 60, {"negative_experience": 57, "sentiment_fall": 11, "new_order": -8}),
    ("cus-7-00212", "watch", 48, {"negative_experience": 40, "money_trouble": 8}),
    ("cus-7-00001", "ok", 0, {}),
)  # fmt: skip
_TIMELINE = (("message", "social"), ("survey_answered", "survey"), ("call", "phone"), ("complaint", "email"))
_ALERTS: tuple[tuple[str, str, str, int, dict[str, int]], ...] = (
    ("cus-7-00640", "opened", "at_risk", 60, {"negative_experience": 39, "open_complaint": 21}),
    ("cus-7-00098", "opened", "at_risk", 79, {"negative_experience": 64, "nps": 15}),
    ("cus-7-00435", "opened", "critical", 90, {"negative_experience": 70, "satisfaction": 12, "money_trouble": 8}),
    ("cus-7-00572", "opened", "at_risk", 67, {"negative_experience": 39, "open_complaint": 20, "effort": 8}),
    ("cus-7-00617", "opened", "at_risk", 67, {"negative_experience": 40, "repeat_contact": 19, "effort": 8}),
    ("cus-7-00572", "resolved", "at_risk", 34, {"negative_experience": 38, "effort": 8, "recovered": -12}),
    ("cus-7-00098", "raised", "critical", 97, {"negative_experience": 77, "nps": 20}),
    ("cus-7-00990", "reopened", "at_risk", 67, {"negative_experience": 40, "nps": 15, "satisfaction": 12}),
    ("cus-7-00137", "opened", "critical", 87, {"negative_experience": 70, "satisfaction": 12, "long_wait": 5}),
)


def profile(customer_id: str, level: str, score: int, points: dict[str, int], **changes: Any) -> dict[str, Any]:
    """What the view reads of a public profile, with a text that must not be drawn."""
    return {
        "customer_id": customer_id,
        "revision": 12,
        "touchpoints": 11,
        "duplicates": 1,
        "as_of": "2026-10-05T14:19:00.000Z",
        "windows": _WINDOWS,
        "risk": {
            "level": level,
            "score": score,
            "reasons": [{"rule": rule, "points": each, "text": "not drawn"} for rule, each in points.items()],
        },
        "timeline": [
            {"at": f"2026-10-05T1{4 - hours}:19:00.000Z", "kind": kind, "channel": channel, "text": "not drawn"}
            for hours, (kind, channel) in enumerate(_TIMELINE)
        ],
        **changes,
    }


def alert(
    customer_id: str, change: str, level: str, score: int, points: dict[str, int] | None = None, **changes: Any
) -> dict[str, Any]:
    """What the view reads of an alert."""
    return {
        "customer_id": customer_id,
        "episode_id": f"episode of {customer_id}",
        "change": change,
        "level": level,
        "score": score,
        "as_of": "2026-10-05T14:19:00.000Z",
        "summary": "not drawn",
        "reasons": [{"rule": rule, "points": each, "text": "not drawn"} for rule, each in (points or {}).items()],
        **changes,
    }


def scene() -> Scene:
    """The scene: seven customers at risk, nine alerts, a worker that was killed and is back."""
    told = Scene()
    told.worker_started(4711, 0)
    told.worker_ready(5)
    told.begin_round(1, BEGIN_MS)
    told.tick(100)
    for number in range(755):
        told.sent(BEGIN_MS + 13 * 86_400_000 + 51_540_000 - number)
    for offset in range(4):
        told.rejected.add(("in", 0, offset))
    told.worker_killed(40)
    told.worker_started(4712, 40)
    told.worker_ready(48)
    for minute, each in enumerate(_ALERTS):
        told.alert(alert(*each, as_of=f"2026-10-05T14:{10 + minute}:00.000Z"))
    for customer_id, level, score, points in _CUSTOMERS:
        told.profile(customer_id, profile(customer_id, level, score, points), 104)
    busy = profile("cus-7-hot", "ok", 0, {}, revision=640, touchpoints=632, duplicates=8)
    told.profile("cus-7-hot", busy, 104)
    told.tick(110)
    return told


def drawn(told: Scene, width: int, height: int, *, unicode: bool = True, colour: bool = False) -> str:
    """The picture as text, without trailing blanks; with colour, as a terminal would get it."""
    console = Console(
        file=io.StringIO(), width=width, height=height, color_system="standard" if colour else None,
        force_terminal=colour, legacy_windows=False, _environ={},
    )  # fmt: skip
    console.print(page(told, width, height, unicode=unicode))
    assert isinstance(console.file, io.StringIO)
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())
