"""What the demo feeds: simulated customers, or records of the user's own through a map.

`app.cli.demo` asks for one of the two and hands the list to `once`.
"""

import time
from collections.abc import Callable
from pathlib import Path

import orjson

from app.dev.simulate.faults import spoiled_stream
from app.dev.simulate.record import Record
from app.produce.mapping import read_map
from app.produce.records import BadLine, records
from app.produce.source import open_lines


def now_ms() -> int:
    """The wall clock, epoch ms."""
    return time.time_ns() // 1_000_000


def simulated(seed: int, count: int) -> list[Record]:
    """`count` records of the eight weeks up to now, with retries, bad records and disorder."""
    return spoiled_stream(seed, count, now_ms())


def mapped(path: Path, map_path: Path, on_bad_line: Callable[[BadLine], None]) -> list[Record]:
    """The touchpoints of a file, in its order; bad lines are told and left out. Raises `MapError`,
    `TableError` and what reading raises."""
    mapper = read_map(map_path)
    found = []
    with open_lines(path) as lines:
        for each in records(lines, mapper, now_ms):
            if isinstance(each, BadLine):
                on_bad_line(each)
                continue
            touchpoint = orjson.loads(each.value)
            identity = f"{touchpoint.get('source', '')}/{touchpoint['id']}"
            found.append(Record(each.key, each.value, (), "good", each.key.decode(), identity, 0))
    return found
