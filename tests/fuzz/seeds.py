"""Inputs that the fuzzer begins with: good touchpoints in each shape, and the corpora; written into a folder."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.data.corpora import json_test_suite
from tests.data.own_list import ENVELOPED
from tests.fuzz.judge import BINARY, OWN_HEADER, OWN_KEY
from tests.records import KEY, valid

LONGEST = 4096


def seeds() -> Iterator[bytes]:
    """Bytes as `tests.fuzz.judge.record_of` reads them."""
    good = json.dumps(
        valid(score={"metric": "csat", "value": 4}, order={"value": "1.5"}, ids={"email": "a@b.c"})
    ).encode()
    key = bytes([OWN_KEY, len(KEY)]) + KEY.encode()
    yield from (b"\0" + good, key + good, bytes([BINARY]) + good, bytes([BINARY | OWN_HEADER, 0]) + b"id-00000" + good)
    yield b'\0{"specversion":"1.0","id":"1","source":"s","type":"touchpoint.call","data":' + good + b"}"
    yield from (
        bytes([BINARY * (n % 2)]) + case.raw for n, case in enumerate(json_test_suite()) if len(case.raw) < LONGEST
    )
    yield from (b"\0" + case.value for case in ENVELOPED if case.value and len(case.value) < LONGEST)


def write(folder: Path) -> int:
    """How many files were written."""
    number = 0
    for number, seed in enumerate(seeds(), 1):
        (folder / f"{number:04d}").write_bytes(seed)
    return number
