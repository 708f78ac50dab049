"""`kanarya produce`: touchpoints from a file to the input topic, with a progress bar on a terminal."""

import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, why
from app.cli.options import DEFAULTS, Options
from app.cli.produce_notes import about_bad, about_map, map_sentences
from app.cli.produce_progress import progress
from app.cli.until_told import until_told
from app.produce.bad_file import BadFile
from app.produce.cells import missing_columns, unread_columns
from app.produce.lines import START, Content, Lines
from app.produce.mapping import MapError, Mapper, read_map
from app.produce.records import BadLine, Record, records
from app.produce.resume import Resume, ResumeError, behind, from_line
from app.produce.send import Sent, send
from app.produce.source import Form, open_lines
from app.produce.table import TableError
from app.produce.tally import Tally
from app.settings import Settings


def produce(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *,
    map: Path | None = None,
    format: Literal["json", "csv"] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    from_line: Annotated[int, Parameter(validator=Number(gte=1))] = 1,
    resume: Path | None = None,
    bad: Path | None = None,
    topic: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    json: bool = False,
    options: Options = DEFAULTS,
) -> int:
    """Send touchpoints from JSON lines or CSV, keyed by customer and placed by murmur2 (docs/producing.md).

    A bad line is named by its number on standard error and not sent; the rest goes on, and the exit code is 1.
    Interrupted, it waits for the broker's answer to what is under way, and says at which line to go on.

    Args:
        file: JSON lines or CSV with a header row, plain or gzip; - is standard input.
        map: MAP.toml that turns foreign records into touchpoints (docs/produce-map.md).
        format: json or csv; by default as the file's name says, else as its first line looks.
        delimiter: Between the cells of CSV: one character, or tab; found in the header row by default.
        encoding: Of CSV, such as windows-1254; UTF-8 by default, or what the byte order mark says.
        from_line: Leave out the lines before this one, as an interrupted call told it.
        resume: A small file that keeps how far FILE is sent; the same command again goes on from there.
        bad: A new file for the bad lines as they came: mend them there and send that file, not the whole one again.
        topic: Topic to send to; the first input topic by default.
        dry_run: Check every line, without a broker, and send nothing.
        strict: Stop at the first bad line.
        json: A summary as one JSON document: sent (or good), bad, reasons, not_found, unused_columns, seconds and more.
    """
    if resume and (dry_run or from_line > 1 or file == "-"):
        raise CommandError("--resume is for a file that is sent, and says itself at which line to go on", CALLED_WRONG)
    if bad and strict:
        raise CommandError(
            "--bad keeps the bad lines while the rest goes on, and --strict stops: drop one", CALLED_WRONG
        )
    play = _Play(options.settings(), file, _mapper(map), strict=strict, told_line=from_line, resume=resume, bad=bad)
    started_s = time.monotonic()
    with play.opened(format, delimiter, encoding) as lines:
        with play.keeping_bad(lines.header):
            code = play.check(lines) if dry_run else play.send(lines, topic)
        told_of_map = about_map(play.mapper, lines.columns)
    seconds = time.monotonic() - started_s
    done = {"good" if dry_run else "sent": play.good, "bad": play.tally.bad}
    if json:
        more = {} if dry_run else {"next_line": play.sent.mark.line + 1, "interrupted": play.sent.interrupted}
        kept = str(bad) if bad and play.tally.bad else None
        found = {"reasons": play.tally.as_list(), "bad_file": kept} | told_of_map
        output.json_document(done | found | more | {"seconds": round(seconds, 3)})
    else:
        said = ", ".join(f"{count} {what}" for what, count in done.items())
        output.line(f"{said}, {play.good / seconds:.0f} per second")
        if play.tally.bad:
            output.columns(play.tally.rows())
        advice = None if strict else about_bad(play.tally.bad, bad, sent=None if dry_run else play.good)
        if advice:
            output.line(advice)
        for sentence_ in map_sentences(told_of_map):
            output.error(sentence_)
    for sentence_ in play.endings:
        output.error(sentence_)
    return code or (FOUND_WRONG if play.tally.bad or play.endings else DONE)


@dataclass
class _Play:
    """One call: what it sends or checks, and what came of it."""

    settings: Settings
    file: str
    mapper: Mapper | None
    strict: bool
    told_line: int
    resume: Path | None
    bad: Path | None
    bad_file: BadFile | None = None
    tally: Tally = field(default_factory=Tally)
    sent: Sent = field(default_factory=lambda: Sent(START))
    good: int = 0
    endings: list[str] = field(default_factory=list)
    """Why it ended before the end of the file."""

    @contextmanager
    def opened(self, form: Form | None, delimiter: str | None, encoding: str | None) -> Iterator[Lines]:
        """The file; what is wrong with it becomes a sentence, also while it is read."""
        path = None if self.file == "-" else Path(self.file)
        try:
            with open_lines(path, form, delimiter=_delimiter(delimiter), encoding=_encoding(encoding)) as lines:
                if not lines.columns and (delimiter or encoding):
                    raise CommandError("--delimiter and --encoding are for CSV: add --format csv", CALLED_WRONG)
                if lines.columns and self.mapper is None:
                    _check_columns(self.file, lines.columns)
                yield lines
        except (OSError, EOFError, zlib.error, UnicodeError) as error:
            raise CommandError(f"{_unread(self.file, error)}{self._go_on()}", CALLED_WRONG) from error
        except (TableError, ResumeError) as error:
            raise CommandError(f"{self.file}: {error}", CALLED_WRONG) from error

    @contextmanager
    def keeping_bad(self, header: bytes) -> Iterator[None]:
        """With the file for bad lines, where one is asked for."""
        if self.bad is None:
            yield
            return
        try:
            self.bad_file = BadFile(self.bad, header)
        except FileExistsError:
            raise CommandError(f"--bad {self.bad}: is there already; name a new file", CALLED_WRONG) from None
        except OSError as error:
            raise CommandError(f"--bad {self.bad}: cannot be made ({error.strerror})", CALLED_WRONG) from error
        try:
            yield
        finally:
            self.bad_file.close()

    def check(self, lines: Lines) -> int:
        """Judge every line as the worker would."""
        with progress(lines, "good") as on_good:
            for item in self._items(lines, from_line(lines, self.told_line)):
                if not isinstance(item, BadLine):
                    self.good += 1
                    on_good(1)
                    continue
                self._count_bad(item)
                if self.strict:
                    self.endings.append(f"stopped at line {item.line} (--strict)")
                    break
        return DONE

    def send(self, lines: Lines, topic: str | None) -> int:
        """Send every line that is good; the exit code of a signal, else 0."""
        kept = Resume(self.resume) if self.resume else None
        chosen = behind(lines, kept.mark) if kept else from_line(lines, self.told_line)
        self.sent.mark = kept.mark if kept else START._replace(line=self.told_line - 1)
        with progress(lines, "sent") as on_sent:

            def on_acked(sent: Sent, count: int) -> None:
                self.good = sent.records
                on_sent(count)
                if kept and sent.mark.line:
                    kept.save(sent.mark)

            items = ((item, lines.mark) for item in self._items(lines, chosen))
            try:
                code = until_told(
                    self.settings,
                    lambda stop: send(
                        self.settings, topic or self.settings.inputs[0], items, self.sent,
                        on_bad=self._on_bad, on_acked=on_acked, stop=stop,
                    ),
                )  # fmt: skip
            finally:
                if kept and self.sent.mark.line:
                    kept.save(self.sent.mark, now=True)
        if self.sent.error is not None:
            self.endings.append(f"{why(self.settings, self.sent.error)}{self._go_on()}")
        elif code:
            self.endings.append(f"interrupted{self._go_on()}")
        return code

    def _items(self, lines: Lines, chosen: Iterable[tuple[int, Content]]) -> Iterator[Record | BadLine]:
        for item in records(chosen, self.mapper, lambda: time.time_ns() // 1_000_000, self.settings.request_bytes):
            yield item._replace(raw=lines.raw()) if self.bad_file and isinstance(item, BadLine) else item

    def _count_bad(self, line: BadLine) -> None:
        self.tally.add(line)
        if self.bad_file:
            try:
                self.bad_file.add(line.raw)
            except OSError as error:
                raise CommandError(f"--bad {self.bad}: cannot be written ({error.strerror}){self._go_on()}") from error

    def _on_bad(self, line: BadLine) -> bool:
        self._count_bad(line)
        output.error(f"line {line.line}: {line.reason}: {line.detail}")
        if self.strict:
            how = "the same command" if self.resume else f"--from-line {line.line}"
            self.endings.append(
                f"stopped at line {line.line} (--strict); lines before it are sent: mend it and go on with {how}"
            )
        return not self.strict

    def _go_on(self) -> str:
        """How to go on behind what is acknowledged; nothing where nothing is."""
        if not self.sent.records:
            return ""
        how = "the same command" if self.resume else f"--from-line {self.sent.mark.line + 1}"
        how += " and a new file for --bad" if self.bad_file and self.bad_file.lines else ""
        return f"; every line up to {self.sent.mark.line} is acknowledged: go on with {how}"


def _check_columns(file: str, columns: tuple[str, ...]) -> None:
    if missing := missing_columns(columns):
        raise CommandError(
            f"{file}: has no column {', '.join(missing)}; call the columns as the touchpoint's fields are, or give a "
            "map (--map, docs/produce-map.md)",
            CALLED_WRONG,
        )
    unread = unread_columns(columns)
    if unread:
        named = [f"{name} (did you mean {close}?)" if close else name for name, close in unread.items()]
        output.error(f"{file}: these columns are no fields of a touchpoint and are left out: {', '.join(named)}")


def _unread(file: str, error: Exception) -> str:
    """What keeps a file from being read, and the mend; the file is named once, as it was given."""
    told = getattr(error, "strerror", None) or error  # an OSError's own text repeats the path as Python writes it
    return f"{file}: cannot be read ({told}); name a file that can"


def _mapper(path: Path | None) -> Mapper | None:
    try:
        return read_map(path) if path else None
    except MapError as error:
        raise CommandError("\nkanarya: ".join(error.faults), CALLED_WRONG) from error
    except OSError as error:
        raise CommandError(
            f"--map {path}: cannot be read ({error.strerror}); name a file that can", CALLED_WRONG
        ) from error


def _delimiter(told: str | None) -> str | None:
    told = "\t" if told in {"tab", "\\t"} else told
    if told is not None and (len(told) != 1 or told in '"\r\n'):
        raise CommandError(f"--delimiter {told}: must be one character, or tab", CALLED_WRONG)
    return told


def _encoding(told: str | None) -> str | None:
    try:
        "".encode(told or "utf-8")
    except LookupError:
        raise CommandError(f"--encoding {told}: is unknown; one is windows-1254", CALLED_WRONG) from None
    return told
