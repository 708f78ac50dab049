"""All checks under one deadline: what a broker that hangs leaves unanswered is said so, the rest is told."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from aiokafka.errors import KafkaError

from app.doctor.broker import check_broker, check_idempotence
from app.doctor.clock import check_clock
from app.doctor.connections import closing_connections
from app.doctor.finding import Finding, failed
from app.doctor.group import check_group
from app.doctor.inputs import check_inputs
from app.doctor.local import check_core, check_files, check_policy
from app.doctor.topics import check_topics
from app.doctor.worker import check_holds
from app.kafka import sentence, why_away
from app.settings import Settings

WITHIN_S: Final = 20.0
Check = Coroutine[Any, Any, Finding | list[Finding]]
_GIVE_UP_S: Final = 1.0
"""For a check that is cut to close its connections."""


async def examine(settings: Settings, within_s: float = WITHIN_S) -> list[Finding]:
    """Look at everything; ends within `within_s` seconds and a little for closing."""
    deadline_s = time.monotonic() + within_s
    findings = [check_policy(settings), *check_files(settings), *check_holds(settings), check_core()]
    door = await in_time({"broker": check_broker(settings)}, settings, within_s)
    findings += door
    names = ("topic", "input", "group", "clock", "idempotence")
    if any(finding.state == "fault" for finding in door):
        return [*findings, *(_not_checked(name) for name in names)]
    checks: dict[str, Check] = {
        "topic": check_topics(settings),
        "input": check_inputs(settings),
        "group": check_group(settings),
        "clock": check_clock(settings),
        "idempotence": check_idempotence(settings),
    }
    return [*findings, *await in_time(checks, settings, deadline_s - time.monotonic())]


async def in_time(checks: Mapping[str, Check], settings: Settings, within_s: float) -> list[Finding]:
    """Run the checks side by side; a finding that says so for each one that fails or takes longer."""
    with closing_connections():
        tasks = {name: asyncio.create_task(check, name=f"doctor-{name}") for name, check in checks.items()}
        await asyncio.wait(tasks.values(), timeout=max(0.0, within_s))
        late = {name for name, task in tasks.items() if not task.done()}
        for name in late:
            tasks[name].cancel()
        if late:
            await asyncio.wait([tasks[name] for name in late], timeout=_GIVE_UP_S)
    findings: list[Finding] = []
    for name, task in tasks.items():
        if name in late:
            findings.append(_late(name, within_s))
        else:
            findings += await _told(name, task, settings)
    return findings


async def _told(name: str, task: "asyncio.Task[Finding | list[Finding]]", settings: Settings) -> list[Finding]:
    error = task.exception()
    if error is None:
        found = task.result()
        return found if isinstance(found, list) else [found]
    if not isinstance(error, KafkaError):
        raise error
    said = sentence(await why_away(settings, error), settings)
    return [failed(name, "it is not known how this stands", said)]


def _late(name: str, within_s: float) -> Finding:
    what = f"no answer within {within_s:.0f} s"
    why = "the broker hangs, or is much slower than it should be; it is not known how this stands"
    return Finding(name, "fault", what, why, "look at the broker, or wait longer: kanarya doctor --within 120")


def _not_checked(name: str) -> Finding:
    why = "the broker does not answer, or does not let this client in"
    return Finding(name, "warn", "not looked at", why, "mend what `broker` tells, and look again")
