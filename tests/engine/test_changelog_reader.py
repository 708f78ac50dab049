"""What is fetched of a changelog is what aiokafka itself would have made of the same bytes."""

import random
from typing import Any

import pytest
from aiokafka.consumer import fetcher as aiokafka_fetcher
from aiokafka.consumer.fetcher import READ_COMMITTED, READ_UNCOMMITTED, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from faust.types import TP

from app.engine.changelog_reader import Fetched, flat

LOG, INPUT = TP("log", 0), TP("input", 0)
CODECS = (0, DefaultRecordBatch.CODEC_GZIP, DefaultRecordBatch.CODEC_LZ4, DefaultRecordBatch.CODEC_ZSTD)
_CONTROL = 1 << 5
_ABORT = bytes(3) + b"\x00"


def record_batch(draw: random.Random, first: int, producer_id: int, *, transactional: bool) -> bytes:
    """Some records from offset `first` on, with the gaps that compaction leaves; some delete, some are keyless."""
    codec = draw.choice(CODECS)
    builder = DefaultRecordBatchBuilder(2, codec, transactional, producer_id, 0, 0, 1 << 20)
    for delta in sorted(draw.sample(range(12), draw.randint(1, 9))):
        key = None if draw.random() < 0.1 else draw.randbytes(3)
        builder.append(delta, 1, key, None if draw.random() < 0.25 else draw.randbytes(30), [])
    return placed(builder.build(), first)


def abort_marker(first: int, producer_id: int) -> bytes:
    builder = DefaultRecordBatchBuilder(2, 0, 1, producer_id, 0, 0, 1 << 10)
    builder.append(0, 1, _ABORT, b"", [])
    built = bytearray(placed(builder.build(), first))
    built[21:23] = (int.from_bytes(built[21:23]) | _CONTROL).to_bytes(2)
    return bytes(built)


def placed(built: bytearray, first: int) -> bytes:
    """As a broker appends it: the offset stands outside of the checksum."""
    return first.to_bytes(8) + bytes(built[8:])


def partition_records(
    data: bytes, offset: int, aborted: list[tuple[int, int]], *, level: int = READ_COMMITTED, crcs: bool = False
) -> PartitionRecords:
    return PartitionRecords(LOG, MemoryRecords(data), aborted, offset, None, None, crcs, level)


class _Assignment:
    active = False


def taken(data: bytes, offset: int, aborted: list[tuple[int, int]], level: int) -> tuple[list[Any], int]:
    """Through the fetcher's dictionary."""
    records = partition_records(data, offset, aborted, level=level)
    fetched = Fetched(lambda tp: tp.topic == "log")
    fetched[LOG] = FetchResult(LOG, assignment=_Assignment(), partition_records=records, backoff=0)
    found, size_bytes = flat(list(records))
    assert size_bytes in {0, len(data)}
    return [(record.offset, record.key, record.value) for record in found], records.next_fetch_offset


@pytest.mark.parametrize("level", [READ_COMMITTED, READ_UNCOMMITTED])
def test_records_and_positions_are_those_of_aiokafka(seed: int, level: int) -> None:
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(200):
        parts, aborted, end = [], [], 0
        for _ in range(draw.randint(1, 6)):
            transactional = draw.random() < 0.4
            producer_id = draw.choice((7, 8)) if transactional else draw.choice((-1, 9))
            parts.append(record_batch(draw, end, producer_id, transactional=transactional))
            if transactional and draw.random() < 0.5:
                aborted.append((producer_id, end))
                parts.append(abort_marker(end + 12, producer_id))
            end += 13
        data = b"".join(parts)[: -draw.choice((1, 40))] if draw.random() < 0.3 else b"".join(parts)
        offset = draw.randint(0, end)

        theirs = partition_records(data, offset, list(aborted), level=level)
        expected = [(record.offset, record.key, record.value) for record in theirs]

        assert taken(data, offset, list(aborted), level) == (expected, theirs.next_fetch_offset)


def test_a_damaged_record_batch_is_refused() -> None:
    data = bytearray(record_batch(random.Random(1), 0, -1, transactional=False))
    data[-1] ^= 1
    records = partition_records(bytes(data), 0, [], crcs=True)
    Fetched(lambda _: True)[LOG] = FetchResult(LOG, assignment=_Assignment(), partition_records=records, backoff=0)

    with pytest.raises(CorruptRecordException):
        list(records)


def test_input_topics_are_left_to_aiokafka() -> None:
    records = partition_records(record_batch(random.Random(1), 0, -1, transactional=False), 0, [])
    Fetched(lambda tp: tp.topic == "log")[INPUT] = FetchResult(
        INPUT, assignment=_Assignment(), partition_records=records, backoff=0
    )

    assert {type(record) for record in records} == {aiokafka_fetcher.ConsumerRecord}
