"""What the doctor says: one finding per thing that was looked at."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from app.sentence import Sentence

State = Literal["ok", "warn", "fault"]


class Finding(msgspec.Struct, frozen=True):
    """How one thing stands."""

    check: str
    """What was looked at: `policy`, `files`, `core`, `broker`, `idempotence`, `topic`, `limits`, `input`, `keys`,
    `group`, `clock` or `books`."""
    state: State
    what: str
    """What was found, in one sentence."""
    why: str = ""
    """Why it matters; empty when all is well."""
    mend: str = ""
    """The very command or setting; empty when all is well."""
    details: Mapping[str, Any] = {}
    """Figures for programs."""


def worst(findings: Sequence[Finding]) -> State:
    """The state of all of them together."""
    states = {finding.state for finding in findings}
    return "fault" if "fault" in states else "warn" if "warn" in states else "ok"


def failed(check: str, why: str, sentence: Sentence) -> Finding:
    """A fault that one of our sentences tells."""
    return Finding(check, "fault", sentence.what, why, sentence.mend)


def age(seconds: float) -> str:
    """A span of time for people, in its largest unit."""
    for unit, length_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
