"""`kanarya doctor`: what is wrong around the workers, why it matters, and the mend."""

import asyncio
from typing import Annotated

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from app.cli import output
from app.cli.failure import DONE, FOUND_WRONG, on_kafka
from app.cli.options import DEFAULTS, Options
from app.cli.reading_progress import reading_progress
from app.doctor.books import check_books
from app.doctor.examine import WITHIN_S, examine
from app.doctor.finding import Finding, worst


def doctor(
    *,
    within: Annotated[float, Parameter(validator=Number(gt=0, lte=600))] = WITHIN_S,
    books: bool = False,
    json: bool = False,
    options: Options = DEFAULTS,
) -> int:
    """Look at broker, login, topics, input, keys, group, clock, policy and files; exit 1 on a fault.

    Nothing is written, no group is joined, nothing is committed. A warning leaves the exit code 0.

    Args:
        within: Seconds after which what has not answered is told as such.
        books: Also add up what was produced and what became of it, from the topics, however long that takes.
        json: One JSON document.
    """
    settings = options.settings()
    findings = asyncio.run(examine(settings, within))
    if books and not any(each.check == "broker" and each.state == "fault" for each in findings):
        with reading_progress() as say:
            findings.append(on_kafka(settings, check_books(settings, say)))
    state = worst(findings)
    if json:
        output.json_document({"state": state, "findings": [msgspec.to_builtins(each) for each in findings]})
    else:
        _show(findings)
    return FOUND_WRONG if state == "fault" else DONE


def _show(findings: list[Finding]) -> None:
    for each in findings:
        output.line(f"{each.state:<6} {each.check:<11} {each.what}")
        for word, text in (("why", each.why), ("mend", each.mend)):
            if text:
                output.line(f"{'':18} {word}: {text}")
    counts = {state: sum(each.state == state for each in findings) for state in ("ok", "warn", "fault")}
    output.line(", ".join(f"{count} {state}" for state, count in counts.items() if count))
