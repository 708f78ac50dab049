"""`kanarya topics apply` and `check`: what `app.topics` found, as lines and an exit code."""

from collections.abc import Sequence
from dataclasses import asdict

from cyclopts import App

from app.catalogue import catalogue
from app.cli import output
from app.cli.failure import DONE, FOUND_WRONG, on_kafka
from app.cli.options import DEFAULTS, Options
from app.topics import Finding
from app.topics import apply as apply_topics
from app.topics import check as check_topics

app = App(name="topics", help="Create and check the topics.")


@app.command
def apply(*, json: bool = False, options: Options = DEFAULTS) -> int:
    """Create the topics that are missing; a topic that exists is never changed. Run it as often as you like.

    Args:
        json: One JSON document.
    """
    settings = options.settings()
    return _report(on_kafka(settings, apply_topics(settings, catalogue(settings))), json)


@app.command
def check(*, json: bool = False, options: Options = DEFAULTS) -> int:
    """Compare the topics with what they should be; exit 1 when one is missing or differs.

    Args:
        json: One JSON document.
    """
    settings = options.settings()
    return _report(on_kafka(settings, check_topics(settings, catalogue(settings))), json)


def _report(findings: Sequence[Finding], json: bool) -> int:
    if json:
        output.json_document([asdict(finding) for finding in findings])
    else:
        output.columns([(each.topic, each.state, each.fault) for each in findings])
        for mend in dict.fromkeys(each.mend for each in findings if each.mend):
            output.line(f"mend: {mend}")
    return FOUND_WRONG if any(finding.fault for finding in findings) else DONE
