"""`kanarya dlq stats`: how many dead letters there are, why, from where, since when, and how many can go back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from app.cli import output
from app.cli.dlq.filters import NO_FILTERS, Filters
from app.cli.failure import DONE, on_kafka
from app.cli.options import DEFAULTS, Options
from app.reading.letters import letters
from models.instant import rfc3339
from models.redrive import Letter, Verdict, judge

_HOUR_MS: Final = 3_600_000
_PER_MS: Final = {"hour": _HOUR_MS, "day": 24 * _HOUR_MS}
_HOURS: Final = 48
"""Letters that lie within so many are counted by hour, others by day."""
_CAUSES: Final = 10

Per = Literal["hour", "day"]


def stats(
    *, filters: Filters = NO_FILTERS, per: Per | None = None, json: bool = False, options: Options = DEFAULTS
) -> int:
    """Count dead letters by reason, topic, time and redrives, with the most frequent details.

    Args:
        filters: Which ones.
        per: Count by hour or by day, UTC; by default by hour when they lie within two days.
        json: One JSON document.
    """
    settings = options.settings()
    selection = filters.selection()
    verdicts = judge(on_kafka(settings, letters(settings)), selection, settings.inputs)
    told = counted([verdict for verdict in verdicts if verdict.cause != "filter"], per)
    if json:
        output.json_document(told)
    else:
        _show(told)
    return DONE


def counted(verdicts: Sequence[Verdict], per: Per | None = None) -> dict[str, Any]:
    """The counts as JSON shows them."""
    found = [verdict.letter for verdict in verdicts]
    sent = [letter.sent_ms for letter in found]
    oldest_ms, newest_ms = min(sent, default=0), max(sent, default=0)
    per = per or ("hour" if newest_ms - oldest_ms <= _HOURS * _HOUR_MS else "day")
    redrives = Counter(letter.told.redrives for letter in found)
    details = Counter((letter.told.reason, letter.told.detail) for letter in found)
    return {
        "letters": len(found),
        "can_be_redriven": sum(verdict.cause is None for verdict in verdicts),
        "oldest_at": rfc3339(oldest_ms) if found else None,
        "newest_at": rfc3339(newest_ms) if found else None,
        "reasons": _by_count(letter.told.reason for letter in found),
        "topics": _by_count(letter.told.topic for letter in found),
        "redrives": {str(times): count for times, count in sorted(redrives.items())},
        "details": [
            {"reason": reason, "detail": detail, "letters": count}
            for (reason, detail), count in details.most_common(_CAUSES)
        ],
        "per": per,
        "times": _times(found, _PER_MS[per]),
    }


def _by_count(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _times(found: Iterable[Letter], unit_ms: int) -> list[dict[str, Any]]:
    counts = Counter(letter.sent_ms // unit_ms for letter in found)
    return [{"from": rfc3339(unit * unit_ms), "letters": count} for unit, count in sorted(counts.items())]


def _show(told: dict[str, Any]) -> None:
    output.columns(
        [
            ("letters", str(told["letters"])),
            ("can be redriven", str(told["can_be_redriven"])),
            ("oldest", output.shown(told["oldest_at"])),
            ("newest", output.shown(told["newest_at"])),
        ]
    )
    _table("reason", told["reasons"].items())
    _table("topic", ((topic or "-", count) for topic, count in told["topics"].items()))
    _table("redrives", told["redrives"].items())
    _table(f"{told['per']} from", ((each["from"], each["letters"]) for each in told["times"]))
    _table("detail", ((f"{each['reason']}  {each['detail']}", each["letters"]) for each in told["details"]))


def _table(name: str, counts: Iterable[tuple[str, int]]) -> None:
    rows = [(str(count), key) for key, count in counts]
    if rows:
        output.line()
        output.columns([("letters", name), *rows])
