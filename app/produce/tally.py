"""What became of the lines of a file: how many are good, and the bad ones by reason; `kanarya produce` shows it."""

from dataclasses import dataclass, field
from typing import Any, Final

from app.produce.records import BadLine

_FIRST: Final = 5


@dataclass
class Bad:
    """The lines that are bad for one reason."""

    lines: int = 0
    first: list[int] = field(default_factory=list)
    """The numbers of the first few."""
    detail: str = ""
    """What was wrong in the first."""


@dataclass
class Tally:
    """Bad lines by reason."""

    bad: int = 0
    by_reason: dict[str, Bad] = field(default_factory=dict)

    def add(self, line: BadLine) -> None:
        """Count a bad line."""
        self.bad += 1
        reason = self.by_reason.setdefault(line.reason, Bad(detail=line.detail))
        reason.lines += 1
        if len(reason.first) < _FIRST:
            reason.first.append(line.line)

    def as_dict(self) -> dict[str, Any]:
        """Reason -> {lines, first_lines, detail}, the most frequent first."""
        ranked = sorted(self.by_reason.items(), key=lambda each: (-each[1].lines, each[0]))
        return {reason: {"lines": e.lines, "first_lines": e.first, "detail": e.detail} for reason, e in ranked}

    def rows(self) -> list[tuple[str, str]]:
        """The same for a person: a count with its reason, and where to look."""
        rows = []
        for reason, told in self.as_dict().items():
            numbers = ", ".join(map(str, told["first_lines"])) + (", ..." if told["lines"] > _FIRST else "")
            rows.append((f"{told['lines']} {reason}", f"line {numbers} ({told['detail']})"))
        return rows
