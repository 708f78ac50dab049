"""What the doctor says: one finding per thing that was looked at."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

State = Literal["ok", "warn", "fault"]


class Finding(msgspec.Struct, frozen=True):
    """How one thing stands."""

    check: str
    """What was looked at: `policy`, `files`, `broker`, `idempotence`, `topic`, `limits`, `input`, `keys`, `group` or
    `clock`."""
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


_MEND: Final = re.compile(r"[:;] (?=look at|start |run |name |set |raise |is it |its listener|`kanarya|KANARYA_)")


def failed(check: str, why: str, sentence: str) -> Finding:
    """A fault from one of our sentences, parted into what was found and the mend that ends it."""
    what, *mend = _MEND.split(sentence, maxsplit=1)
    return Finding(check, "fault", what, why, mend[0] if mend else "mend what it names, and look again")


def age(seconds: float) -> str:
    """A span of time for people, in its largest unit."""
    for unit, length_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
