"""`kanarya topics`: what `app.topics` found and `app.generation` did, as lines and an exit code."""

from collections.abc import Sequence
from dataclasses import asdict

from cyclopts import App

from app.catalogue import catalogue
from app.cli import output
from app.cli.failure import DONE, FOUND_WRONG, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.generation import GenerationError, start_generation
from app.topics import Finding
from app.topics import apply as apply_topics
from app.topics import check as check_topics
from models.codec import StateError

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


@app.command
def generation(topic: str, *, json: bool = False, options: Options = DEFAULTS) -> int:
    """Tell the workers' state that an input topic was deleted and made anew, so that its records are read again.

    A worker that finds a topic shorter than what it has applied stops and names this command. Stop all workers
    first. Without it, the new records would pass for ones that were applied already.

    Args:
        topic: The input topic that was made anew.
        json: One JSON document.
    """
    settings = options.settings()
    try:
        number = on_kafka(settings, start_generation(settings, topic))
    except (GenerationError, StateError) as error:
        raise CommandError(str(error)) from error
    if json:
        output.json_document({"topic": topic, "generation": number})
    else:
        output.line(f"{topic}: generation {number}; workers may start")
    return DONE


def _report(findings: Sequence[Finding], json: bool) -> int:
    if json:
        output.json_document([asdict(finding) for finding in findings])
    else:
        output.columns([(each.topic, each.state, each.fault) for each in findings])
        for mend in dict.fromkeys(each.mend for each in findings if each.mend):
            output.line(f"mend: {mend}")
    return FOUND_WRONG if any(finding.fault for finding in findings) else DONE
