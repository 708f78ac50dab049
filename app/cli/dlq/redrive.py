"""`kanarya dlq redrive`: sends dead letters back to the topics they came from, and says of each what became of it."""

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from app.cli import output
from app.cli.dlq.filters import NO_FILTERS, Filters
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.reading.letters import letters
from app.redrive import Sent
from app.redrive import redrive as send_back
from models.redrive import Cause, Letter, Verdict, judge

_RATE: Final = re.compile(r"(\d+(?:\.\d+)?)(?:/s)?")

_SKIPPED_AS: Final[dict[Cause, str]] = {
    "filter": "not selected",
    "limit": "beyond the limit",
    "came_back": "skipped (they came back, and stand again)",
    "again": "skipped (they stand twice)",
}
Outcome = Literal["sent", "would_send", "refused", "skipped", "failed"]


def redrive(
    *places: str,
    filters: Filters = NO_FILTERS,
    limit: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    rate: str | None = None,
    dry_run: bool = False,
    yes: bool = False,
    json: bool = False,
    options: Options = DEFAULTS,
) -> int:
    """Send dead letters back to the topics they came from, once what made them is mended; Ctrl-C stops it.

    Key, value and headers go as they came. A letter that was redriven stays on its topic; a record that came back is
    sent by its newest letter only, and one that was redriven three times is refused. Exit 1 when one was refused.

    Args:
        places: PARTITION@OFFSET of single letters, as `kanarya dlq ls` names them; all that fit the flags by default.
        filters: Which ones.
        limit: Send at most so many, the oldest first.
        rate: Send at most so many a second, as 100/s.
        dry_run: Say what would be sent, and send nothing.
        yes: Do not ask. Where nobody can be asked, nothing is sent without it.
        json: One JSON document a line for each letter.
    """
    settings = options.settings()
    selection = filters.selection(*places)
    rate_per_s = _rate_per_s(rate)
    if not (yes or dry_run or sys.stdin.isatty()):
        raise CommandError("nobody can be asked here: add --yes, or --dry-run to look only", CALLED_WRONG)
    verdicts = judge(on_kafka(settings, letters(settings)), selection, settings.inputs, limit)
    report = _Report(verdicts, json=json)
    report.missing(selection.places)
    for verdict in verdicts:
        if verdict.cause is not None:
            report.tell(verdict.letter, "skipped" if verdict.cause in _SKIPPED_AS else "refused", verdict)
        elif dry_run:
            report.tell(verdict.letter, "would_send", f"to {verdict.letter.told.topic}")
    chosen = [verdict.letter for verdict in verdicts if verdict.cause is None]
    if chosen and not dry_run:
        if not (yes or _agreed(chosen)):
            raise CommandError("nothing was sent: answer y, or give --yes")
        try:
            on_kafka(settings, send_back(settings, chosen, report.told, rate_per_s=rate_per_s))
        except (KeyboardInterrupt, CommandError) as error:
            ended = "interrupted" if isinstance(error, KeyboardInterrupt) else "broken off"
            output.error(f"{ended}: {report.counts['sent']} of {len(chosen)} were sent, each of them is told above")
            raise
    report.sum_up()
    return FOUND_WRONG if report.counts["refused"] + report.counts["failed"] else DONE


def _rate_per_s(rate: str | None) -> float | None:
    if rate is None:
        return None
    match = _RATE.fullmatch(rate)
    if match is None or float(match[1]) == 0:
        raise CommandError(f"--rate {rate}: must be a number of records a second above 0, as 100/s", CALLED_WRONG)
    return float(match[1])


def _agreed(chosen: Sequence[Letter]) -> bool:
    topics = Counter(letter.told.topic for letter in chosen)
    counts = ", ".join(f"{count} to {topic}" for topic, count in topics.most_common())
    sys.stdout.flush()
    sys.stderr.write(f"Send back {output.visible(counts)}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


class _Report:
    """What became of each letter, told as it happens."""

    def __init__(self, verdicts: Sequence[Verdict], *, json: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._json = json
        self._known = {(verdict.letter.partition, verdict.letter.offset) for verdict in verdicts}
        self._skipped: Counter[str] = Counter()
        self._named = False

    def missing(self, places: frozenset[tuple[int, int]]) -> None:
        """Refuse places that hold no letter. Raises `CommandError`."""
        self._named = bool(places)
        missing = sorted(places - self._known)
        if missing:
            named = ", ".join(f"{partition}@{offset}" for partition, offset in missing)
            raise CommandError(f"there is no dead letter at {named}: `kanarya dlq ls` lists them; nothing was sent")

    def told(self, letter: Letter, how: Sent | str) -> None:
        """Of one that was to be sent."""
        if isinstance(how, Sent):
            self.tell(letter, "sent", how)
        else:
            self.tell(letter, "failed", how)

    def tell(self, letter: Letter, outcome: Outcome, how: Sent | Verdict | str) -> None:
        """One letter's line. In text, letters that are skipped are only counted, unless they were named by place."""
        if isinstance(how, Verdict) and how.cause in _SKIPPED_AS:
            self._skipped[_SKIPPED_AS[how.cause]] += 1
            if not self._json and (how.cause == "filter" or not self._named):
                return
        else:
            self.counts[outcome] += 1
        try:
            if self._json:
                output.json_line(_as_json(letter, outcome, how))
            else:
                output.line(f"{letter.place:<12} {outcome:<10} {_as_text(letter, how)}")
        except BrokenPipeError:  # the reader has seen enough; what was asked for is done all the same
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def sum_up(self) -> None:
        """The closing line, for people."""
        if self._json:
            return
        counts = [*self.counts.items(), *self._skipped.items()]
        output.line(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts) or "no letter")


def _as_text(letter: Letter, how: Sent | Verdict | str) -> str:
    if isinstance(how, Sent):
        return f"to {how.topic}[{how.partition}]@{how.offset}, redrive {letter.told.redrives + 1}"
    return how.why if isinstance(how, Verdict) else how


def _as_json(letter: Letter, outcome: Outcome, how: Sent | Verdict | str) -> dict[str, Any]:
    sent = how if isinstance(how, Sent) else None
    return {
        "letter": letter.place,
        "outcome": outcome,
        "cause": how.cause if isinstance(how, Verdict) else None,
        "why": None if sent else _as_text(letter, how),
        "reason": letter.told.reason,
        "topic": letter.told.topic,
        "partition": sent and sent.partition,
        "offset": sent and sent.offset,
        "redrives": letter.told.redrives + (sent is not None),
    }
