"""The table at the end of `kanarya verify`, one row a fault; docs/verify.md says what each column means."""

from collections.abc import Sequence
from typing import Final

from app.verify.result import Result

HEAD: Final = (
    "fault", "records", "hits", "lost", "twice", "profiles", "2 payloads", "missing", "extra", "dead letters",
    "books", "applied", "caught up", "waited", "p99", "",
)  # fmt: skip


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Head and rows, all text."""
    return [HEAD, *map(row, results)]


def row(result: Result) -> tuple[str, ...]:
    """One fault."""
    verdict = result.verdict
    counts = (
        ("-",) * 8
        if verdict is None
        else (
            str(verdict.lost),
            str(verdict.counted_twice),
            str(verdict.profiles_differ),
            str(verdict.two_payloads),
            str(verdict.alerts_missing),
            str(verdict.alerts_extra),
            f"{verdict.dead_letters}/{verdict.bad}",
            str(verdict.books.difference),
        )
    )
    times = (
        result.slowest("applied_s"),
        result.slowest("caught_up_s"),
        result.slowest("waited_s"),
        result.applied_p99_s,
    )
    produced = result.events if verdict is None else verdict.produced
    said = "passed" if result.passed else "FAILED"
    return (result.fault, str(produced), str(len(result.hits)), *counts, *map(_seconds, times), said)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s" if value >= 1 else f"{value * 1000:.0f} ms"
