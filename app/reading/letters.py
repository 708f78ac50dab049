"""The dead letters, without keys and values; the commands of `kanarya dlq` and `app.redrive` begin with them."""

from collections.abc import Iterable

from aiokafka import ConsumerRecord

from app import catalogue
from app.reading.records import records
from app.settings import Settings
from models.dead_letter import parse_dead_letter
from models.redrive import Letter


async def letters(settings: Settings) -> list[Letter]:
    """All of the topic, in the order they were sent; within a partition by offset. Raises `KafkaError`."""
    found = [letter_of(record) async for record in records(settings, catalogue.dead_letters(settings))]
    return sorted(found, key=lambda letter: (letter.sent_ms, letter.partition, letter.offset))


def letter_of(record: ConsumerRecord) -> Letter:
    """What is told of one record of the dead letter topic."""
    return Letter(record.partition, record.offset, record.timestamp, parse_dead_letter(record.headers))


def beginnings(chosen: Iterable[Letter]) -> dict[int, int]:
    """Partition -> offset of the first of the letters in it: where to read them from."""
    first: dict[int, int] = {}
    for letter in chosen:
        first[letter.partition] = min(first.get(letter.partition, letter.offset), letter.offset)
    return first
