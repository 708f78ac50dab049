"""`kanarya topics`: what `app.topics` found, `app.generation` did and `app.acls` derives, as lines and an exit code."""

import re
from collections.abc import Sequence
from dataclasses import asdict

from cyclopts import App
from msgspec.structs import asdict as asdict_of

from app.acls import MEANING, ROLES, Role, commands, grants, principal_of
from app.catalogue import catalogue
from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.counted import counted
from app.generation import GenerationError, start_generation
from app.generation import rewind as rewind_group
from app.topics import Finding
from app.topics import apply as apply_topics
from app.topics import check as check_topics
from models.codec import StateError

app = App(name="topics", help="Create and check the topics, and who may use them.")


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


@app.command
def rewind(topic: str, *, json: bool = False, options: Options = DEFAULTS) -> int:
    """Let the workers read an input topic again from its beginning, to make states anew that are lost.

    A worker that finds states missing stops and names this command. Stop all workers first. What the states that are
    left hold already is skipped, so nothing counts twice; what the topic no longer holds cannot be made anew.

    Args:
        topic: The input topic to read again.
        json: One JSON document.
    """
    settings = options.settings()
    try:
        records = on_kafka(settings, rewind_group(settings, topic))
    except GenerationError as error:
        raise CommandError(str(error)) from error
    if json:
        output.json_document({"topic": topic, "records": records})
    else:
        output.line(f"{topic}: at its beginning, {counted(records, 'record')} to read; workers may start")
    return DONE


@app.command
def acls(
    *, role: Role | None = None, principal: str | None = None, json: bool = False, options: Options = DEFAULTS
) -> int:
    """Print the least that worker, producer, alert reader and operator must be allowed, as kafka-acls.sh commands.

    No broker is asked and nothing is changed. Give each role a user of its own, or several roles the same one.

    Args:
        role: Only this one: worker, producer, reader or operator.
        principal: Whom to allow it, as User:NAME; by default User:kanarya-ROLE.
        json: One JSON document.
    """
    settings = options.settings()
    if principal is not None and not re.fullmatch(r"[A-Za-z]+:.+", principal):
        raise CommandError(f"--principal {principal}: must be User:NAME, as in User:kanarya-worker", CALLED_WRONG)
    roles = [role] if role else list(ROLES)
    if json:
        found = [asdict_of(grant) for grant in grants(settings) if grant.role in roles]
        output.json_document([each | {"principal": principal_of(each["role"], principal)} for each in found])
        return DONE
    output.line("# where your broker wants a login, add: --command-config FILE")
    for each in roles:
        output.line(f"# {each}: {MEANING[each]}")
        for command in commands(settings, each, principal_of(each, principal)):
            output.line(command)
    return DONE


def _report(findings: Sequence[Finding], json: bool) -> int:
    if json:
        output.json_document([asdict(finding) for finding in findings])
    else:
        output.columns([(each.topic, each.state, each.fault) for each in findings])
        for mend in dict.fromkeys(each.mend for each in findings if each.mend):
            output.line(f"mend: {mend}")
    return FOUND_WRONG if any(finding.fault for finding in findings) else DONE
