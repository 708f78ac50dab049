"""`kanarya dlq`: the records that were no touchpoints, why, and where they came from."""

from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from aiokafka import ConsumerRecord
from cyclopts import App

from app import catalogue
from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.reading.records import records
from app.settings import Settings
from models.dead_letter import parse_dead_letter
from models.instant import rfc3339

app = App(name="dlq", help="Records that were no touchpoints.")


@app.command
def ls(*, reason: str | None = None, json: bool = False, options: Options = DEFAULTS) -> int:
    """List dead letters: where each stands, why it is one, where it came from. Keys and values are not shown.

    Args:
        reason: Only those with this reason, such as missing_field.
        json: One JSON document a line.
    """
    settings = options.settings()
    letters = on_kafka(settings, _letters(settings, reason))
    if json:
        for letter in letters:
            output.json_line(letter)
        return DONE
    rows = [
        (letter["at"], letter["sent_at"], letter["reason"], letter["source"], letter["detail"]) for letter in letters
    ]
    output.columns([("dead letter", "sent", "reason", "from", "detail"), *rows])
    for name, count in Counter(letter["reason"] for letter in letters).most_common():
        output.line(f"{count} {name}")
    return DONE


@app.command
def show(place: str, *, json: bool = False, options: Options = DEFAULTS) -> int:
    """Show one dead letter with its key, its value and all its headers, as they came: they may hold personal data.

    Args:
        place: PARTITION@OFFSET on the dead letter topic, as `kanarya dlq ls` names it.
        json: One JSON document.
    """
    settings = options.settings()
    partition, at, offset = place.partition("@")
    if not (at and partition.isdecimal() and offset.isdecimal()):
        raise CommandError(f"{place}: must be PARTITION@OFFSET, as in 3@17", CALLED_WRONG)
    record = on_kafka(settings, _record(settings, int(partition), int(offset)))
    letter = _described(record) | {
        "key": _readable(record.key),
        "value": _readable(record.value),
        "headers": [[name, _readable(value)] for name, value in record.headers],
    }
    if json:
        output.json_document(letter)
    else:
        _show(letter)
    return DONE


def _show(letter: Mapping[str, Any]) -> None:
    output.columns([(name, output.shown(value)) for name, value in letter.items() if name != "headers"])
    output.columns([("header", name, output.shown(value)) for name, value in letter["headers"]])


async def _letters(settings: Settings, reason: str | None) -> list[dict[str, Any]]:
    """All dead letters in the order they were sent."""
    found = [record async for record in records(settings, catalogue.dead_letters(settings))]
    found.sort(key=lambda record: (record.timestamp, record.partition, record.offset))
    letters = [_described(record) for record in found]
    return [letter for letter in letters if reason in {None, letter["reason"]}]


async def _record(settings: Settings, partition: int, offset: int) -> ConsumerRecord:
    async with aclosing(records(settings, catalogue.dead_letters(settings), partition=partition)) as found:
        async for record in found:
            if record.offset == offset:
                return record
    raise CommandError(f"there is no dead letter at {partition}@{offset}: `kanarya dlq ls` lists them")


def _described(record: ConsumerRecord) -> dict[str, Any]:
    told = parse_dead_letter(record.headers)
    return {
        "at": f"{record.partition}@{record.offset}",
        "sent_at": rfc3339(record.timestamp),
        "reason": told.reason,
        "detail": told.detail,
        "source": f"{told.topic}[{told.partition}]@{told.offset}",
        "topic": told.topic,
        "partition": told.partition,
        "offset": told.offset,
        "redrives": told.redrives,
    }


def _readable(data: bytes | None) -> str | None:
    """Text as it is; bytes that are none as escapes."""
    return None if data is None else data.decode(errors="backslashreplace")
