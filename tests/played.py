"""A simulated story played through the product: each touchpoint with the score after it and what was published.

The tests of the stories and the page docs/stories.md look at the same playing.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import orjson

from agents.folded import Rules
from app.dev.simulate.cast import Story
from app.dev.simulate.customer import DAY_MS, Customer
from models.policy import Policy
from models.sentiment import built_in
from tests.product import Worker

END_MS = 1_790_035_200_000
"""2026-09-22T00:00Z."""
RULES = Rules(Policy(), built_in(), "test")


class Step(NamedTuple):
    """One touchpoint and what the product made of it."""

    at_ms: int
    touchpoint: dict[str, Any]
    view: dict[str, Any]
    """The public profile after it, without prose."""
    alert: dict[str, Any] | None
    """What it published, without prose."""

    @property
    def score(self) -> int:
        return int(self.view["risk"]["score"])

    @property
    def level(self) -> str:
        return str(self.view["risk"]["level"])

    @property
    def points(self) -> dict[str, int]:
        return {reason["rule"]: reason["points"] for reason in self.view["risk"]["reasons"]}


class Whole(Customer):
    """A customer whose story is told to its end, and from its beginning, also beyond the eight weeks."""

    def write(self, at_ms: int, channel: str, kind: str, **fields: object) -> None:
        span = self.start_ms, self.end_ms
        self.start_ms, self.end_ms = 0, 2**53
        super().write(at_ms, channel, kind, **fields)
        self.start_ms, self.end_ms = span


def play(story: Story, seed: int) -> list[Step]:
    """The whole story of one customer who does nothing else, a batch for each touchpoint, in time order."""
    customer = Whole(f"cus-{seed}", seed, Random(f"{story.__name__} {seed}"), END_MS - 56 * DAY_MS, END_MS)
    story(customer)
    worker = Worker(rules=RULES)
    steps = []
    for offset, (at_ms, touchpoint) in enumerate(sorted(customer.written, key=lambda each: each[0])):
        value = orjson.dumps(touchpoint)
        record = {"topic": "in", "offset": offset, "timestamp_ms": at_ms, "key": customer.customer_id.encode()}
        before = len(worker.alerts)
        worker.feed([{**record, "value": value, "headers": ()}])
        assert worker.dead == []
        published = worker.told()[before:]
        assert len(published) <= 1
        steps.append(Step(at_ms, touchpoint, worker.shown()[customer.customer_id], published[0] if published else None))
    return steps


def published(steps: Sequence[Step]) -> list[tuple[Step, str, str, int]]:
    """Of each alert its step, change, level and score."""
    return [(step, each["change"], each["level"], each["score"]) for step in steps if (each := step.alert) is not None]
