"""What the view knows: counts, customers at risk, the last alerts, the worker; and how each record changes it.

`screen` keeps one `Scene` up to date and `page` draws it. Everything comes from the output topics and from what the
demo itself did; `now_s` is a monotonic clock, told by the caller.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

RATE_S: Final = 10.0
"""The rate is that of so many seconds."""
HELD_S: Final = 8.0
"""A customer stays in focus so long at least: time enough to read."""
FRESH_S: Final = 60.0
"""Customers heard of within so many seconds stand before the others."""
_ALERTS_KEPT: Final = 100
_FIRING: Final = ("at_risk", "critical")
_WORSE: Final = ("opened", "raised", "reopened")


class Seen(NamedTuple):
    """A customer as their newest public profile tells."""

    revision: int
    touchpoints: int
    duplicates: int
    level: str
    score: int
    reasons: tuple[tuple[str, int], ...]
    """(rule, points) in the order of the profile."""
    as_of: str
    windows: Mapping[str, Mapping[str, Mapping[str, Any]]]
    timeline: tuple[tuple[str, str, str], ...]
    """(at, kind, channel) of the newest touchpoints, newest first."""
    heard_s: float


class Told(NamedTuple):
    """An alert in the list."""

    as_of: str
    customer_id: str
    level: str
    change: str
    before: int | None
    """Score of the publication before, of the same episode."""
    score: int
    reasons: tuple[tuple[str, int], ...]


@dataclass
class WorkerSeen:
    """The worker process."""

    state: Literal["starting", "running", "killed"] = "starting"
    pid: int = 0
    since_s: float = 0.0
    """When this state began."""
    restarts: int = 0
    killed_s: float | None = None
    """When it was last killed."""
    back_after_s: float | None = None
    """How long after that kill the next one was ready, None before."""


@dataclass
class Scene:
    """Everything that is drawn."""

    fed: int = 0
    """Records sent so far."""
    clock_ms: int = 0
    """Event time of the newest record sent, epoch ms; 0 before any."""
    begin_ms: int = 0
    """Where the round's story time begins."""
    round: int = 0
    applied: int = 0
    duplicates: int = 0
    rejected: set[tuple[str, int, int]] = field(default_factory=set)
    """Places of the records that became dead letters."""
    customers: dict[str, Seen] = field(default_factory=dict)
    firing: dict[str, Seen] = field(default_factory=dict)
    """Those of them with an episode that fires."""
    alerts: deque[Told] = field(default_factory=lambda: deque(maxlen=_ALERTS_KEPT))
    """Newest last."""
    alert_count: int = 0
    worker: WorkerSeen = field(default_factory=WorkerSeen)
    focus: str | None = None
    """Customer whose reasons and windows are shown."""
    now_s: float = 0.0
    _focus_s: float = 0.0
    _next_focus: str | None = None
    _scores: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Customer -> (episode, score) of the newest alert."""
    _samples: deque[tuple[float, int]] = field(default_factory=deque)
    """(seconds, applied) of the last `RATE_S`."""

    @property
    def waiting(self) -> int:
        """Records sent and not known to be dealt with."""
        return max(0, self.fed - self.applied - self.duplicates - len(self.rejected))

    @property
    def rate(self) -> float:
        """Touchpoints applied a second, over the last `RATE_S` seconds."""
        if len(self._samples) < 2:
            return 0.0
        (first_s, first), (last_s, last) = self._samples[0], self._samples[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s else 0.0

    def begin_round(self, number: int, begin_ms: int) -> None:
        """New customers begin to be fed, whose story time begins at `begin_ms`."""
        self.round, self.begin_ms, self.clock_ms = number, begin_ms, begin_ms

    def sent(self, at_ms: int) -> None:
        """A record was sent; `at_ms` is its event time, 0 of a bad one."""
        self.fed += 1
        self.clock_ms = max(self.clock_ms, at_ms)

    def tick(self, now_s: float) -> None:
        """Time has passed."""
        self.now_s = now_s
        self._samples.append((now_s, self.applied))
        while len(self._samples) > 2 and now_s - self._samples[1][0] >= RATE_S:
            self._samples.popleft()
        if self._next_focus is not None and (self.focus is None or now_s - self._focus_s >= HELD_S):
            self.focus, self._focus_s, self._next_focus = self._next_focus, now_s, None

    def profile(self, customer_id: str, profile: Mapping[str, Any], now_s: float) -> None:
        """A public profile was read; an older one than known changes nothing."""
        before = self.customers.get(customer_id)
        if before is not None and before.revision >= profile["revision"]:
            return
        risk = profile["risk"]
        seen = Seen(
            profile["revision"],
            profile["touchpoints"],
            profile["duplicates"],
            risk["level"],
            risk["score"],
            tuple((reason["rule"], reason["points"]) for reason in risk["reasons"]),
            profile["as_of"],
            profile["windows"],
            tuple((entry["at"], entry["kind"], entry["channel"]) for entry in profile["timeline"]),
            now_s,
        )
        self.applied += seen.touchpoints - (before.touchpoints if before else 0)
        self.duplicates += seen.duplicates - (before.duplicates if before else 0)
        self.customers[customer_id] = seen
        if seen.level in _FIRING:
            self.firing[customer_id] = seen
        else:
            self.firing.pop(customer_id, None)

    def alert(self, alert: Mapping[str, Any]) -> None:
        """An alert was published."""
        customer_id = alert["customer_id"]
        episode_id, before = self._scores.get(customer_id, ("", 0))
        self._scores[customer_id] = alert["episode_id"], alert["score"]
        reasons = tuple((reason["rule"], reason["points"]) for reason in alert["reasons"])
        known = before if episode_id == alert["episode_id"] else None
        told = Told(alert["as_of"], customer_id, alert["level"], alert["change"], known, alert["score"], reasons)
        self.alerts.append(told)
        self.alert_count += 1
        if alert["change"] in _WORSE:
            self._next_focus = customer_id

    def worker_started(self, pid: int, now_s: float) -> None:
        """A worker process runs, and has no partitions yet."""
        worker = self.worker
        worker.restarts += worker.killed_s is not None
        worker.state, worker.pid, worker.since_s = "starting", pid, now_s

    def worker_ready(self, now_s: float) -> None:
        """It owns its partitions."""
        worker = self.worker
        worker.state, worker.since_s = "running", now_s
        if worker.killed_s is not None and worker.back_after_s is None:
            worker.back_after_s = now_s - worker.killed_s

    def worker_killed(self, now_s: float) -> None:
        """It was killed."""
        worker = self.worker
        worker.state, worker.since_s, worker.killed_s, worker.back_after_s = "killed", now_s, now_s, None

    def ranked(self) -> list[tuple[str, Seen]]:
        """Customers at risk: those heard of in the last minute first, then by score, then the newest."""

        def rank(each: tuple[str, Seen]) -> tuple[object, ...]:
            customer_id, seen = each
            return self.now_s - seen.heard_s > FRESH_S, seen.level != "critical", -seen.score, customer_id

        return sorted(self.firing.items(), key=rank)
