"""The recorded topic: records as a producer and a broker have left them, one line each.

`make_topic` made them once; `tests.contract.golden_topic.replay` reads them. The files are never made again: a release
that needs other records records them into files of its own.
"""

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

FOLDER: Final = Path(__file__).parents[1] / "golden" / "topic"
TOPIC: Final = "kanarya.touchpoints"
PARTITIONS: Final = 4


class Recorded(NamedTuple):
    """One record; `agents.batch.Record` by shape."""

    partition: int
    offset: int
    timestamp: int
    """When it was sent, epoch ms."""
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp_type: int = 0


def write(path: Path, records: Iterable[Recorded]) -> None:
    """As JSON lines under xz: [partition, offset, timestamp, key, value, headers], in the order of sending.

    An offset is told as the step from the one before it on its partition, a timestamp as that from the record before.
    """
    lines, offsets, sent_ms = [], [0] * PARTITIONS, 0
    for each in records:
        steps = (each.partition, each.offset - offsets[each.partition], each.timestamp - sent_ms)
        offsets[each.partition], sent_ms = each.offset, each.timestamp
        headers = [[name, value.decode()] for name, value in each.headers]
        line = [*steps, _text(each.key), _text(each.value), *([headers] if headers else [])]
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    path.write_bytes(lzma.compress(("\n".join(lines) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME))


def read(path: Path) -> Iterator[Recorded]:
    """The records of a file, in the order in which they were sent."""
    offsets, sent_ms = [0] * PARTITIONS, 0
    for line in lzma.decompress(path.read_bytes()).split(b"\n")[:-1]:
        partition, offset_step, sent_step_ms, key, value, *told = orjson.loads(line)
        offsets[partition] += offset_step
        sent_ms += sent_step_ms
        headers = [(name, text.encode()) for name, text in told[0]] if told else []
        yield Recorded(partition, offsets[partition], sent_ms, _bytes(key), _bytes(value), headers)


def by_partition(records: Iterable[Recorded]) -> dict[int, list[Recorded]]:
    """The log of each partition."""
    logs: dict[int, list[Recorded]] = defaultdict(list)
    for record in records:
        logs[record.partition].append(record)
    return dict(sorted(logs.items()))


def _text(value: bytes | None) -> Any:
    """A string where it is UTF-8, which nearly all are; else a list of one string in hex."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return [(value or b"").hex()]


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    return bytes.fromhex(value[0]) if isinstance(value, list) else value.encode()
