"""What is wrong in the bad lines of a file, counted by reason and detail; `kanarya produce` shows it."""

from dataclasses import dataclass, field
from typing import Any, Final

from app.produce.records import BadLine

_FIRST: Final = 5
_MOST_GROUPS: Final = 50
_OTHERWISE: Final = "other details"
"""Stands for what comes after `_MOST_GROUPS`, by reason only."""


@dataclass
class Bad:
    """The lines in which the same thing is wrong."""

    lines: int = 0
    first: list[int] = field(default_factory=list)
    """The numbers of the first few."""


@dataclass
class Tally:
    """Bad lines by reason and detail."""

    bad: int = 0
    groups: dict[tuple[str, str], Bad] = field(default_factory=dict)

    def add(self, line: BadLine) -> None:
        """Count a bad line."""
        self.bad += 1
        what = (line.reason, line.detail)
        if what not in self.groups and len(self.groups) >= _MOST_GROUPS:
            what = (line.reason, _OTHERWISE)
        group = self.groups.setdefault(what, Bad())
        group.lines += 1
        if len(group.first) < _FIRST:
            group.first.append(line.line)

    def as_list(self) -> list[dict[str, Any]]:
        """`reason`, `detail`, `lines` and `first_lines` of each group, the most frequent first."""
        ranked = sorted(self.groups.items(), key=lambda each: (-each[1].lines, each[0]))
        return [
            {"reason": reason, "detail": detail, "lines": group.lines, "first_lines": group.first}
            for (reason, detail), group in ranked
        ]

    def rows(self) -> list[tuple[str, str]]:
        """The same for a person: a count with its reason, and where to look."""
        rows = []
        for told in self.as_list():
            numbers = ", ".join(map(str, told["first_lines"])) + (", ..." if told["lines"] > _FIRST else "")
            rows.append((f"{told['lines']} {told['reason']}", f"line {numbers} ({told['detail']})"))
        return rows
