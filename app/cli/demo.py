"""`kanarya demo`: a whole Kanarya on this machine, with an embedded broker and nothing to install besides."""

import asyncio
import sys
import zlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from aiokafka.errors import KafkaError
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console

from app.cli import output
from app.cli.alert_line import show_alert
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError
from app.counted import counted
from app.dev.broker import BrokerError
from app.dev.demo import source
from app.dev.demo.live import PER_SECOND, live
from app.dev.demo.once import once as run_once
from app.dev.demo.progress import Progress
from app.dev.demo.show import show_summary
from app.dev.demo.stage import DemoError
from app.dev.demo.summary import as_dict
from app.dev.demo.view.lines import Lines
from app.dev.demo.view.screen import Screen, can_be_drawn_on
from app.dev.demo.view.writer import ReaderGoneError
from app.dev.simulate.record import Record
from app.log import set_up
from app.produce.mapping import MapError
from app.produce.records import BadLine
from app.produce.table import TableError

_BAD_LINES_SHOWN: Final = 20
_LEAST_BETWEEN_KILLS_S: Final = 20
"""A killed worker's session must be over before the next is killed."""

T = TypeVar("T")


def demo(
    *,
    once: bool = False,
    json: bool = False,
    seed: int = 7,
    events: Annotated[int, Parameter(validator=Number(gte=100))] = 20_000,
    out: Path | None = None,
    input_path: Annotated[Path | None, Parameter(name="--input")] = None,
    map_path: Annotated[Path | None, Parameter(name="--map")] = None,
    plain: bool = False,
    rate: Annotated[float | None, Parameter(validator=Number(gte=1, lte=2000))] = None,
    kill_every: Annotated[float | None, Parameter(validator=Number(gte=_LEAST_BETWEEN_KILLS_S))] = None,
) -> int:
    """Start a broker and a worker, feed simulated customers, show who is at risk and why; Ctrl-C ends it.

    On a terminal it draws a live view, elsewhere it prints each alert as a line.

    With --once it has an end: the worker is killed half-way and restarted, and what came out is compared with what
    was fed; exit 1 if anything was lost or counted twice.

    Args:
        once: Come to an end and say what came out.
        json: The closing figures as one JSON document (with --once).
        seed: Which customers; the same seed tells the same stories.
        events: Records to feed; without --once the length of a round of eight weeks.
        out: Folder for profiles.jsonl, alerts.jsonl, rejected.jsonl and summary.json (with --once).
        input_path: JSON lines or CSV, plain or gzip, fed in order instead of the simulation (with --once and --map).
        map_path: TOML file that says how a line of --input becomes a touchpoint.
        plain: A line for each alert, on a terminal too.
        rate: Records fed a second; 75 unless given.
        kill_every: Kill the worker with SIGKILL after so many seconds of work, 20 or more, and start another.
    """
    if not once and (json or out or input_path):
        raise CommandError("--json, --out and --input need an end: add --once", CALLED_WRONG)
    if once and (plain or rate or kill_every):
        raise CommandError(
            "--plain, --rate and --kill-every belong to the demo without an end: leave out --once", CALLED_WRONG
        )
    if (input_path is None) != (map_path is None):
        raise CommandError("--input and --map belong together: give both or none", CALLED_WRONG)
    set_up(guests="critical", level="error")
    if not once:
        return _without_end(seed, events, plain=plain, rate=rate or PER_SECOND, kill_every_s=kill_every)
    if out:
        _make(out)
    own = input_path is not None
    records = _own_records(input_path, map_path) if input_path and map_path else source.simulated(seed, events)
    with Progress(len(records)) as progress:
        summary = _play(run_once(records, seed=None if own else seed, out=out, progress=progress))
    if json:
        output.json_document(as_dict(summary))
    else:
        show_summary(Console(), summary)
    return DONE if summary.exact else FOUND_WRONG


def _make(out: Path) -> None:
    """Make the folder before the demo runs for a minute and cannot leave its files."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"--out {out}: cannot be made ({error.strerror}); name a folder that can", CALLED_WRONG
        ) from error


def _without_end(seed: int, events: int, *, plain: bool, rate: float, kill_every_s: float | None) -> int:
    """Play until a signal comes; where the reader goes away, that is the end too."""
    drawn = not plain and can_be_drawn_on(sys.stdout)
    with Screen(sys.stdout) if drawn else Lines(show_alert, sys.stdout) as watcher:
        watcher.say("A broker and a worker are starting; the first alert takes some ten seconds. Ctrl-C ends it.")
        watcher.say("Each line: the customer's time, who, level, change, score 0-100, the reasons with points.")
        try:
            _play(live(seed, events, watcher, per_second=rate, kill_every_s=kill_every_s))
        except (KeyboardInterrupt, asyncio.CancelledError, ReaderGoneError):
            watcher.end("ended; nothing is left behind")
    return DONE


def _play(play: Coroutine[Any, Any, T]) -> T:
    """Run to the end; what the stage cannot do becomes one sentence."""
    try:
        return asyncio.run(play)
    except (BrokerError, DemoError) as error:
        raise CommandError(str(error)) from error
    except KafkaError as error:
        raise CommandError(f"the embedded broker answers {type(error).__name__}: run the demo again") from error


def _own_records(path: Path, map_path: Path) -> list[Record]:
    bad: list[BadLine] = []
    try:
        records = source.mapped(path, map_path, bad.append)
    except MapError as error:
        raise CommandError(str(error), CALLED_WRONG) from error
    except TableError as error:
        raise CommandError(f"--input {path}: {error}", CALLED_WRONG) from error
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        flag = f"--map {map_path}" if str(getattr(error, "filename", "")) == str(map_path) else f"--input {path}"
        why = getattr(error, "strerror", None) or error
        raise CommandError(f"{flag}: cannot be read ({why}); name a file that can", CALLED_WRONG) from error
    for each in bad[:_BAD_LINES_SHOWN]:
        output.error(f"line {each.line}: {each.reason}: {each.detail}")
    if len(bad) > _BAD_LINES_SHOWN:
        output.error(f"{counted(len(bad) - _BAD_LINES_SHOWN, 'more bad line')}")
    if not records:
        raise CommandError(f"--input {path}: holds no touchpoint; look at the lines above and at --map {map_path}")
    return records
