"""A short way to write down what happened to one customer, for expectations worked out by hand.

`Story` collects touchpoints by their time since `START_MS`, a midnight; `Story.replay` runs them through the
oracle. The tests in `tests/stories` tell the same stories to the product.
"""

import json
from typing import Any

from app.verify.reference.replay import Outcome, replay
from app.verify.reference.touchpoints import Record, feeling
from tests.happenings import TEXTS, read_signals

START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""
SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR


class Story:
    """The touchpoints of one customer in log order."""

    def __init__(self, customer_id: str = "c1") -> None:
        self.customer_id = customer_id
        self.records: list[Record] = []

    def add(self, after_ms: float, kind: str, channel: str = "email", **fields: Any) -> "Story":
        """One touchpoint, `after_ms` after the start; its id is `t<offset>` unless told otherwise."""
        offset = len(self.records)
        at_ms = START_MS + int(after_ms)
        data = {"id": f"t{offset}", "time": at_ms, "channel": channel, "kind": kind} | fields
        self.records.append(
            {
                "topic": "touchpoints",
                "partition": 0,
                "offset": offset,
                "key": self.customer_id.encode(),
                "value": json.dumps(data).encode(),
                "headers": [],
                "timestamp_ms": at_ms,
            }
        )
        return self

    def answer(self, after_ms: float, metric: str, value: float, channel: str = "survey", **fields: Any) -> "Story":
        """An answer to a survey; `min`, `max` and `good` (up or down, its direction) go to the score."""
        scale: dict[str, Any] = {name: fields.pop(name) for name in ("min", "max") if name in fields}
        scale["direction"] = fields.pop("good", "up")
        return self.add(
            after_ms, "survey_answered", channel, score={"metric": metric, "value": value} | scale, **fields
        )

    def replay(self) -> Outcome:
        """Through the oracle; texts say what `tests.streams` says they do."""
        return replay(self.records, lambda touch: feeling(touch, TEXTS.__getitem__), read_signals)

    def profile(self) -> dict[str, Any]:
        """The public profile after the last touchpoint."""
        return self.replay().profiles[self.customer_id]

    def points(self) -> dict[str, int]:
        """Rule -> points after the last touchpoint."""
        return {reason["rule"]: reason["points"] for reason in self.profile()["risk"]["reasons"]}

    def evidence(self, rule: str) -> list[str]:
        """Ids of the evidence of one reason after the last touchpoint."""
        (reason,) = (reason for reason in self.profile()["risk"]["reasons"] if reason["rule"] == rule)
        return [reference["id"] for reference in reason["evidence"]]

    def alerts(self) -> list[tuple[int, str, str, int]]:
        """(seq, change, level, score) of every alert."""
        return [(a["seq"], a["change"], a["level"], a["score"]) for a in self.replay().alerts]
