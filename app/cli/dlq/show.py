"""`kanarya dlq ls` and `show`: the records that were no touchpoints, why, and where they came from."""

from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from aiokafka import ConsumerRecord

from app import catalogue
from app.cli import output
from app.cli.dlq.filters import NO_FILTERS, Filters, place_of
from app.cli.failure import DONE, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.reading.letters import letter_of, letters
from app.reading.records import records
from app.settings import Settings
from app.topics import partitions_of
from models.dead_letter import header_number
from models.instant import rfc3339
from models.redrive import Letter


def ls(*, filters: Filters = NO_FILTERS, json: bool = False, options: Options = DEFAULTS) -> int:
    """List dead letters: where each stands, why it is one, where it came from. Keys and values are not shown.

    Args:
        filters: Which ones.
        json: One JSON document a line.
    """
    settings = options.settings()
    selection = filters.selection()
    found = [described(letter) for letter in on_kafka(settings, letters(settings)) if selection.takes(letter)]
    if json:
        for letter in found:
            output.json_line(letter)
        return DONE
    rows = [
        (letter["letter"], letter["sent_at"], letter["reason"], letter["source"], letter["detail"]) for letter in found
    ]
    output.columns([("dead letter", "sent", "reason", "from", "detail"), *rows])
    for name, count in Counter(letter["reason"] for letter in found).most_common():
        output.line(f"{count} {name}")
    return DONE


def show(place: str, *, json: bool = False, options: Options = DEFAULTS) -> int:
    """Show one dead letter with its key, its value and all its headers, as they came: they may hold personal data.

    Args:
        place: PARTITION@OFFSET on the dead letter topic, as `kanarya dlq ls` names it.
        json: One JSON document.
    """
    settings = options.settings()
    partition, offset = place_of(place)
    write(on_kafka(settings, _record(settings, partition, offset)), json=json)
    return DONE


def write(record: ConsumerRecord, *, json: bool) -> None:
    """A record of the dead letter topic as a JSON document, or for a person: binary numbers as numbers."""
    letter = described(letter_of(record)) | {
        "key": _readable(record.key),
        "value": _readable(record.value),
        "headers": [[name, _readable(value)] for name, value in record.headers],
    }
    if json:
        output.json_document(letter)
    else:
        numbers = [header_number(name, value) for name, value in record.headers]
        told = zip(letter["headers"], numbers, strict=True)
        _show(letter | {"headers": [(name, text if number is None else number) for (name, text), number in told]})


def _show(letter: Mapping[str, Any]) -> None:
    output.columns([(name, output.shown(value)) for name, value in letter.items() if name != "headers"])
    output.columns([("header", name, output.shown(value)) for name, value in letter["headers"]])


async def _record(settings: Settings, partition: int, offset: int) -> ConsumerRecord:
    topic = catalogue.dead_letters(settings)
    count = await partitions_of(settings, topic)
    if partition >= count:
        has = f"its {count} partitions are 0 to {count - 1}" if count > 1 else "its only partition is 0"
        raise CommandError(
            f"{partition}@{offset}: {topic} has no partition {partition}, {has}; `kanarya dlq ls` lists the letters"
        )
    reading = records(settings, topic, partition=partition, begin={partition: offset})
    async with aclosing(reading) as found:
        async for record in found:
            if record.offset == offset:
                return record
            break  # it is gone, and this is the next one there is
    raise CommandError(f"there is no dead letter at {partition}@{offset}: `kanarya dlq ls` lists them")


def described(letter: Letter) -> dict[str, Any]:
    """A letter as JSON shows it, without key and value."""
    told = letter.told
    return {
        "letter": letter.place,
        "sent_at": rfc3339(letter.sent_ms),
        "reason": told.reason,
        "detail": told.detail,
        "source": f"{told.topic}[{told.partition}]@{told.offset}",
        "topic": told.topic,
        "partition": told.partition,
        "offset": told.offset,
        "redrives": told.redrives,
        "redrive_of": told.redrive_of or None,
    }


def _readable(data: bytes | None) -> str | None:
    """Text as it is; bytes that are none as escapes."""
    return None if data is None else data.decode(errors="backslashreplace")
