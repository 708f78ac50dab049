"""`kanarya worker`: the worker itself, until a signal or an error ends it; or, with a flag, how one here does."""

import time
from pathlib import Path
from typing import Any

import msgspec

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError
from app.cli.options import DEFAULTS, Options
from app.health.alive import not_alive
from app.health.status import PartitionStatus, Status, StatusError, faults_now, now_ms, read
from app.log import set_up
from app.log_key import log_key
from app.settings import Settings


def worker(*, status: bool = False, alive: bool = False, json: bool = False, options: Options = DEFAULTS) -> int:
    """Read touchpoints, keep profiles, publish alerts, until SIGTERM or Ctrl-C; it then finishes what it began.

    Run as many as there are partitions; each takes its share. Exit 1 when an error stopped it, said in its log.

    Args:
        status: Show instead how the worker of this machine does that KANARYA_HEALTH_FILE names; exit 1 unless healthy.
        alive: Ask only whether it lives, for a container's probe: exit 1 when it has not touched that file for 30 s.
        json: With --status: one JSON document.
    """
    settings = options.load().settings
    if alive and (status or json):
        raise CommandError("--alive goes alone; --status --json tells all of it", CALLED_WRONG)
    if alive:
        return _alive(_health_file(settings))
    if status:
        return _show(_health_file(settings), json)
    if json:
        raise CommandError(
            "--json goes with --status; KANARYA_LOG_FORMAT=json makes the worker's log JSON", CALLED_WRONG
        )
    from app.worker import run

    set_up(form=settings.log_format, level=settings.log_level, key=log_key(settings))
    return run(settings)


def _health_file(settings: Settings) -> Path:
    if settings.health_file is None:
        raise CommandError(
            "KANARYA_HEALTH_FILE is not set: a worker writes its status beside that file; set it for both", CALLED_WRONG
        )
    return settings.health_file


def _alive(health_file: Path) -> int:
    wrong = not_alive(health_file, time.time())
    if wrong is not None:
        raise CommandError(wrong)
    output.line("alive")
    return DONE


def _show(health_file: Path, json: bool) -> int:
    try:
        told = read(health_file)
    except StatusError as error:
        if json:
            output.json_document({"healthy": False, "faults": [str(error)]})
            return FOUND_WRONG
        raise CommandError(str(error)) from error
    now = now_ms()
    faults = faults_now(told, now)
    if json:
        fresh: dict[str, Any] = msgspec.to_builtins(told)
        output.json_document(fresh | {"healthy": not faults, "faults": faults, "age_ms": max(0, now - told.written_ms)})
    else:
        _for_people(told, faults, (now - told.written_ms) / 1000)
    return FOUND_WRONG if faults else DONE


def _for_people(told: Status, faults: list[str], age_s: float) -> None:
    word = "healthy" if not faults else "not healthy"
    output.line(f"{word}: {told.state.replace('_', ' ')} since {told.since_at}, written {max(0.0, age_s):.1f} s ago")
    for fault in faults:
        output.line(f"  {fault}")
    output.line(
        f"process {told.pid} on {told.host}, kanarya {told.version}, started {told.started_at}, group {told.group} at"
        f" {told.broker}"
    )
    if told.partitions:
        head = ("partition", "state", "last progress", "topic", "committed", "position", "end", "lag")
        rows = [
            (str(each.partition), _state(each), each.last_progress_at, topic.topic,
             *map(output.shown, (topic.committed, topic.position, topic.end, topic.lag)))
            for each in told.partitions for topic in each.topics
        ]  # fmt: skip
        output.columns([head, *rows])
    output.line(", ".join(f"{name} {count}" for name, count in told.books.items() if count) or "nothing read yet")


def _state(each: PartitionStatus) -> str:
    """`recovering 42 %, 12 s left`, or one word."""
    if each.stalled or each.percent is None:
        return "stalled" if each.stalled else each.state
    left = "" if each.left_s is None else f", {each.left_s} s left"
    return f"{each.state} {each.percent} %{left}"
