"""What a run came to: `run` makes it, `table` shows it, `--json` prints it, docs/verified/ keeps it."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from app.verify.recovery import Hit
from app.verify.verdict import Verdict


@dataclass
class Result:
    """One fault."""

    fault: str
    rows: tuple[int, ...]
    seed: int
    broker: str
    set: str
    """`short` or `long`."""
    events: int
    per_second: int
    took_s: float = 0.0
    hits: list[Hit] = field(default_factory=list)
    workers: int = 0
    """Processes started, the witness included."""
    applied_p50_s: float | None = None
    """From acknowledgement to durable state, over the steady phase."""
    applied_p99_s: float | None = None
    alert_p99_s: float | None = None
    """From acknowledgement of the trigger to the alert at a consumer, over the steady phase."""
    deliveries: int = 0
    """Records on the alert topic; those of one id count each time."""
    verdict: Verdict | None = None
    """None where the run could not go to its end."""
    figures: dict[str, Any] = field(default_factory=dict)
    """What the fault itself tells."""
    faults: list[str] = field(default_factory=list)
    """What is wrong, in words."""
    slow: list[str] = field(default_factory=list)
    """Bounds that were exceeded: a fault of a long run; of a short one, on a machine that does other things, a note."""

    @property
    def passed(self) -> bool:
        """Whether everything is as it must be."""
        return not self.faults and not (self.slow and self.set == "long")

    def slowest(self, name: str) -> float | None:
        """The longest `applied_s`, `caught_up_s` or `waited_s` of all hits."""
        times = [getattr(hit, name) for hit in self.hits]
        return max((each for each in times if each is not None), default=None)


def not_run(results: Sequence[Result], asked: Sequence[str]) -> list[str]:
    """The faults asked for that have no result: not yet, or not any more as the run was broken off."""
    done = {each.fault for each in results}
    return [name for name in asked if name not in done]


def as_dict(results: Sequence[Result], asked: Sequence[str], repeat: str, at: str) -> dict[str, Any]:
    """The `--json` document.

    Args:
        results: so far; a run that was broken off has not `passed`, whatever they say.
        asked: names of all faults that were to be tried.
        repeat: the command that runs it again.
        at: when it was run.
    """
    left = not_run(results, asked)
    return {
        "at": at,
        "kanarya": version("kanarya"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "repeat": repeat,
        "passed": not left and all(each.passed for each in results),
        "not_run": left,
        "results": [_of(each) for each in results],
    }


def _of(result: Result) -> dict[str, Any]:
    told = asdict(result)
    told["hits"] = [
        {name: _short(hit[name]) for name in ("what", "place", "lasted_s", "applied_s", "caught_up_s", "waited_s")}
        for hit in told["hits"]
    ]
    told |= {name: _short(told[name]) for name in ("took_s", "applied_p50_s", "applied_p99_s", "alert_p99_s")}
    slowest = {name: _short(result.slowest(name)) for name in ("applied_s", "caught_up_s", "waited_s")}
    return {"passed": result.passed, **told, "slowest": slowest}


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
