"""`kanarya sentiment TEXT`: what the scorer makes of a text, and why; `--json -` for programs, a line each."""

import sys
from typing import Annotated, Any, Final

from cyclopts import Parameter

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError
from app.cli.options import DEFAULTS, Options
from app.scorer import GuardedScorer, read_scorer
from models.sentiment import Hit, RuleScorer, Scored
from models.sentiment.mail import own_words

_STANDARD_INPUT: Final = "-"


def sentiment(
    text: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *,
    language: str | None = None,
    email: bool = False,
    json: bool = False,
    options: Options = DEFAULTS,
) -> int:
    """Score a text as the worker does: from -1 to 1, the language, and every term that was found with what it did.

    Args:
        text: The text; - reads one text a line from standard input.
        language: BCP 47 tag of the text, as in a touchpoint's `language`; found out from the text by default.
        email: Leave out quoted replies and the signature, as for a touchpoint of the channel `email`.
        json: One JSON object for each text: score, hits, language, signals, scorer.
    """
    scorer = read_scorer(options.settings())
    if text == _STANDARD_INPUT and not json:
        raise CommandError("- reads many texts: add --json, which prints one object for each line", CALLED_WRONG)
    if text != _STANDARD_INPUT:
        said = own_words(text) if email else text
        (scored,) = scorer.score_many([said], [language])
        if json:
            output.json_line(_object(scored, scorer.name))
        else:
            _show(said, language, scored, scorer)
        return DONE
    return _lines(scorer, language, email)


def _lines(scorer: RuleScorer | GuardedScorer, language: str | None, email: bool) -> int:
    code = DONE
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = line.rstrip(b"\r\n").decode("utf-8")
        except UnicodeDecodeError:
            output.error(f"line {number}: is not UTF-8; scored with what could be read")
            text = line.rstrip(b"\r\n").decode("utf-8", "replace")
            code = FOUND_WRONG
        (scored,) = scorer.score_many([own_words(text) if email else text], [language])
        output.json_line(_object(scored, scorer.name))
    return code


def _object(scored: Scored, scorer: str) -> dict[str, Any]:
    return {
        "score": scored.score_milli / 1000,
        "hits": scored.hits,
        "language": scored.language,
        "signals": list(scored.signals),
        "scorer": scorer,
    }


def _show(text: str, language: str | None, scored: Scored, scorer: RuleScorer | GuardedScorer) -> None:
    evidence = f"{scored.hits} terms" if scored.hits != 1 else "1 term"
    if not scored.hits:
        evidence = "no evidence: nothing known was found, which is not the same as neutral"
    output.line(f"{scored.score_milli / 1000:+.3f}  {evidence}")
    output.line(f"language  {scored.language}")
    output.line(f"signals   {', '.join(scored.signals) or '-'}")
    output.line(f"scorer    {scorer.name}")
    explained = scorer.rules.explain(text, language)
    if explained.found:
        output.line()
        output.columns([("term", "weight", "counted", "signal", "why"), *map(_row, explained.found)])
    if explained.scored.score_milli != scored.score_milli:
        output.block(f"\nThe rules alone say {explained.scored.score_milli / 1000:+.3f}; the plug-in decided.")


def _row(hit: Hit) -> tuple[str, ...]:
    return hit.term, f"{hit.weight:+g}", f"{hit.counted:+.2f}", hit.tag or "-", ", ".join(hit.why) or "-"
