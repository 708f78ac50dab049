"""The headers of a dead letter, written and read.

`agents.fold` sends a rejected record with key and value as they came and `dead_letter_headers`; `kanarya dlq`
reads them back with `parse_dead_letter`, and sends the record to its topic again with `redriven`. Two families of
names are written besides our own, so that the tools people have show where a record came from: those of Kafka Streams
(KIP-1034, all text) and those of Spring (numbers in big-endian binary).
"""

import struct
from collections.abc import Sequence
from typing import Final

import msgspec

from models.touchpoint import Rejected

REASON: Final = "kanarya-reason"
DETAIL: Final = "kanarya-detail"
REDRIVES: Final = "kanarya-redrives"
"""How often the record was sent back to its topic: raised by the redrive, kept by a renewed rejection."""
REDRIVE_OF: Final = "kanarya-redrive-of"
"""Of a record that was sent back: the `topic[partition]@offset` at which it was rejected before."""
MOST_REDRIVES: Final = 3
"""A record that came back so often will come back again: a person has to look at it."""

Header = tuple[str, bytes | None]
"""A producer may have written a null."""

_STREAMS: Final = "__streams.errors."
_SPRING: Final = "kafka_dlt-"
_OURS: Final = (_STREAMS, _SPRING, REASON, DETAIL, REDRIVES, REDRIVE_OF)
_LEFT_OUT: Final = "; the value is left out, as "
_MOST_REDRIVES_DIGITS: Final = 9
_BINARY: Final = {
    f"{_SPRING}original-partition": 4,
    f"{_SPRING}original-offset": 8,
    f"{_SPRING}original-timestamp": 8,
}
"""Spring's headers that hold a number, and its bytes."""
_TIMESTAMP_TYPES: Final = (b"CreateTime", b"LogAppendTime")


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """Where a dead letter came from, and why it is one; empty or -1 for what its headers do not say."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    reason: str
    detail: str
    redrives: int
    redrive_of: str = ""
    """Where the same record was rejected before it was sent back, as `source`."""

    @property
    def source(self) -> str:
        """Where the record lies, `topic[partition]@offset`: it names the record, of which there may be two letters."""
        return f"{self.topic}[{self.partition}]@{self.offset}" if self.topic else ""

    @property
    def lacks_value(self) -> bool:
        """Whether the record was larger than the dead letter topic takes (`without_value`)."""
        return _LEFT_OUT in self.detail


def dead_letter_headers(
    rejected: Rejected,
    topic: str,
    partition: int,
    offset: int,
    timestamp_ms: int,
    headers: Sequence[Header],
    group: str,
    *,
    timestamp_type: int = 0,
) -> list[Header]:
    """The record's own headers unchanged, then the provenance.

    `timestamp_type` is Kafka's: 1 for the broker's time, else the producer's.

    A record that was a dead letter before (redriven and rejected again) gets one fresh provenance in place of
    the old: it tells the record that is now at `offset`. Only the count of redrives goes on, and the place before.
    """
    redrives, redrive_of = _history(headers)
    message = f"{rejected.reason}: {rejected.detail}".encode()
    exception = f"kanarya.{rejected.reason}".encode()
    return [header for header in headers if not header[0].startswith(_OURS)] + [
        (f"{_STREAMS}exception", exception),
        (f"{_STREAMS}message", message),
        (f"{_STREAMS}stacktrace", b""),
        (f"{_STREAMS}topic", topic.encode()),
        (f"{_STREAMS}partition", b"%d" % partition),
        (f"{_STREAMS}offset", b"%d" % offset),
        (f"{_SPRING}original-topic", topic.encode()),
        (f"{_SPRING}original-partition", struct.pack(">i", partition)),
        (f"{_SPRING}original-offset", struct.pack(">q", offset)),
        (f"{_SPRING}original-timestamp", struct.pack(">q", timestamp_ms)),
        (f"{_SPRING}original-timestamp-type", _TIMESTAMP_TYPES[timestamp_type == 1]),
        (f"{_SPRING}original-consumer-group", group.encode()),
        (f"{_SPRING}exception-fqcn", exception),
        (f"{_SPRING}exception-message", message),
        (f"{_SPRING}exception-stacktrace", b""),
        (REASON, rejected.reason.encode()),
        (DETAIL, rejected.detail.encode()),
        (REDRIVES, b"%d" % redrives),
        *([(REDRIVE_OF, redrive_of.encode())] if redrive_of else []),
    ]


def redriven(headers: Sequence[Header]) -> list[Header]:
    """What a dead letter's record is sent back with: its own headers, the count raised, and where it was rejected."""
    told = parse_dead_letter(headers)
    return [header for header in headers if not header[0].startswith(_OURS)] + [
        (REDRIVES, b"%d" % (told.redrives + 1)),
        (REDRIVE_OF, told.source.encode()),
    ]


def _history(headers: Sequence[Header]) -> tuple[int, str]:
    """How often a record was sent back, and where it was rejected before.

    Another tool sends it back as the letter lies there, still with its reason, and does not count.
    """
    told = parse_dead_letter(headers)
    return (told.redrives + 1, told.source) if told.reason else (told.redrives, told.redrive_of)


def without_value(headers: Sequence[Header], size_bytes: int) -> list[Header]:
    """The headers of a dead letter whose record is larger than its topic takes: the detail says what is left out.

    Args:
        headers: those of `dead_letter_headers`.
        size_bytes: of the record's key and value, which still lie at the original place.
    """
    told = parse_dead_letter(headers)
    place = f"{told.topic}[{told.partition}]@{told.offset}"
    detail = f"{told.detail}{_LEFT_OUT}key and value are {size_bytes} bytes: it stands at {place}"
    return [(name, detail.encode() if name == DETAIL else value) for name, value in headers]


def provenance(headers: Sequence[Header]) -> list[Header]:
    """What a dead letter's headers add to those of its record."""
    return [header for header in headers if header[0].startswith(_OURS)]


def _redrives(told: dict[str, bytes]) -> int:
    """How often a record was redriven, 0 if its headers do not say so in digits."""
    digits = told.get(REDRIVES, b"")
    return int(digits) if digits.isdigit() and len(digits) <= _MOST_REDRIVES_DIGITS else 0


def parse_dead_letter(headers: Sequence[Header]) -> DeadLetter:
    """Read the provenance; of letters by Kafka Streams or Spring too, as far as they tell it. Never raises."""
    told = _last(headers)
    message = _text(told, f"{_STREAMS}message") or _text(told, f"{_SPRING}exception-message")
    return DeadLetter(
        topic=_text(told, f"{_STREAMS}topic") or _text(told, f"{_SPRING}original-topic"),
        partition=_number(told, "partition"),
        offset=_number(told, "offset"),
        timestamp_ms=_number(told, "timestamp"),
        reason=_text(told, REASON),
        detail=_text(told, DETAIL) or message,
        redrives=_redrives(told),
        redrive_of=_text(told, REDRIVE_OF),
    )


def header_number(name: str, value: bytes | None) -> int | None:
    """What a header of Spring's says in big-endian binary (partition, offset, timestamp); None of any other."""
    size = _BINARY.get(name)
    return int.from_bytes(value, "big", signed=True) if value is not None and len(value) == size else None


def _last(headers: Sequence[Header]) -> dict[str, bytes]:
    """Of a header given twice the last counts."""
    return {name: told for name, told in headers if told is not None}


def _text(told: dict[str, bytes], name: str) -> str:
    return told.get(name, b"").decode(errors="replace")


def _number(told: dict[str, bytes], name: str) -> int:
    """In Streams' decimal digits, else in Spring's big-endian binary, else -1."""
    digits = told.get(f"{_STREAMS}{name}", b"")
    if digits.isdigit() and len(digits) < 20:
        return int(digits)
    binary = f"{_SPRING}original-{name}"
    number = header_number(binary, told.get(binary))
    return -1 if number is None else number
