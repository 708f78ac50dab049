"""`kanarya produce`: a file of touchpoints to the input topic, with a progress bar on a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.produce.lines import Lines, open_lines
from app.produce.mapping import MapError, Mapper, read_map
from app.produce.records import BadLine, records
from app.produce.send import send


def produce(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *,
    map: Path | None = None,
    topic: str | None = None,
    strict: bool = False,
    json: bool = False,
    options: Options = DEFAULTS,
) -> int:
    """Send touchpoints, one JSON object a line, keyed by customer and placed by murmur2.

    A bad line is named by its number on standard error and not sent; the rest goes on, and the exit code is 1.

    Args:
        file: JSON lines, plain or gzip; - is standard input.
        map: MAP.toml that turns foreign records into touchpoints (docs/produce-map.md).
        topic: Topic to send to; the first input topic by default.
        strict: Stop at the first bad line.
        json: A summary as one JSON document: sent, bad, seconds.
    """
    settings = options.settings()
    mapper = _mapper(map)
    bad: list[BadLine] = []

    def on_bad(line: BadLine) -> None:
        bad.append(line)
        output.error(f"line {line.line}: {line.reason}: {line.detail}")
        if strict:
            raise CommandError(f"stopped at line {line.line} (--strict)")

    started_s = time.monotonic()
    try:
        with open_lines(None if file == "-" else Path(file)) as lines, _progress(lines) as on_sent:
            items = records(lines, mapper, lambda: time.time_ns() // 1_000_000)
            work = send(settings, topic or settings.inputs[0], items, on_bad=on_bad, on_sent=on_sent)
            sent = on_kafka(settings, work)
    except (OSError, EOFError) as error:
        raise CommandError(f"{file}: cannot be read ({error}); name a file that can", CALLED_WRONG) from error
    seconds = time.monotonic() - started_s
    if json:
        output.json_document({"sent": sent, "bad": [line._asdict() for line in bad], "seconds": round(seconds, 3)})
    else:
        output.line(f"{sent} sent, {len(bad)} bad, {sent / seconds:.0f} per second")
    return FOUND_WRONG if bad else DONE


def _mapper(path: Path | None) -> Mapper | None:
    try:
        return read_map(path) if path else None
    except MapError as error:
        raise CommandError("\nkanarya: ".join(error.faults), CALLED_WRONG) from error
    except OSError as error:
        raise CommandError(f"--map {path}: cannot be read ({error.strerror})", CALLED_WRONG) from error


@contextmanager
def _progress(lines: Lines) -> Iterator[Callable[[int], None]]:
    """Shows how far and how fast, on a terminal only; yields what is to be called with records sent."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (BarColumn(), TextColumn("{task.fields[sent]:,} sent, {task.fields[rate]:,.0f}/s"), TimeElapsedColumn())
    started_s = time.monotonic()
    total_sent = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("produce", total=lines.size_bytes or None, sent=0, rate=0.0)

        def on_sent(count: int) -> None:
            nonlocal total_sent
            total_sent += count
            rate = total_sent / (time.monotonic() - started_s)
            progress.update(task, completed=lines.read_bytes, sent=total_sent, rate=rate)

        yield on_sent
