"""Reads changelogs fast: whole RecordBatches as the broker sent them, without aiokafka's object around each record.

`app.engine.consumer_thread` attaches it to aiokafka's fetcher; what is fetched of a changelog partition then comes as a
list of RecordBatches, of which `app.engine.consumer` makes one `ChangelogBatch` of it for the recovery. Everything that
aiokafka checks is checked: checksums, aborted transactions, control records, records before the position asked for.
"""

from collections import OrderedDict
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import chain
from typing import Any

from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult
from aiokafka.errors import CorruptRecordException
from faust.types import TP

RecordBatch = tuple[list[Any], int]
"""Its records, ascending, each with `offset`, `key`, `value`; and the bytes fetched with it: of all RecordBatches of a
fetch the first tells those of the whole fetch."""


class ChangelogBatch:
    """All records of one fetch of a changelog partition; empty when only the position moved."""

    __slots__ = ("next_offset", "records", "size_bytes", "tp")

    def __init__(self, tp: TP, records: Sequence[Any], next_offset: int, size_bytes: int = 0) -> None:
        self.tp = tp
        self.records = records
        """Each has `offset`, `key`, `value`."""
        self.next_offset = next_offset
        self.size_bytes = size_bytes
        """As fetched, compressed or not, with frames."""


class Fetched(OrderedDict[Any, Any]):
    """What the fetcher has and the consumer has not taken yet, by partition: changelogs in their own way."""

    def __init__(self, is_changelog: Callable[[Any], bool]) -> None:
        super().__init__()
        self._is_changelog = is_changelog

    def __setitem__(self, tp: Any, result: Any) -> None:
        if type(result) is FetchResult and self._is_changelog(tp):
            fetched = result._partition_records
            fetched._records_iterator = _record_batches(fetched)
        super().__setitem__(tp, result)


def read_whole_batches(fetcher: Any, changelogs: Callable[[], Container[str]]) -> None:
    """Let a started consumer's fetcher hand out the partitions of these topics as lists of `RecordBatch`."""
    fetcher._records = Fetched(lambda tp: tp.topic in changelogs())


def flat(fetched: Sequence[RecordBatch]) -> tuple[Sequence[Any], int]:
    """All records of a fetch, and its size in bytes."""
    return list(chain.from_iterable(records for records, _ in fetched)), sum(size_bytes for _, size_bytes in fetched)


def _record_batches(fetched: Any) -> Iterator[RecordBatch]:
    """As aiokafka's own `PartitionRecords._unpack_records`, but a whole RecordBatch at a time."""
    memory = fetched._records
    size_bytes = memory.size_in_bytes()
    while memory.has_next():
        batch = memory.next_batch()
        if fetched._check_crcs and not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {fetched._tp}")
        if _is_aborted(fetched, batch) or batch.is_control_batch:
            fetched.next_fetch_offset = batch.next_offset
            continue
        records = list(batch)
        if records and records[0].offset < fetched.next_fetch_offset:
            records = [record for record in records if record.offset >= fetched.next_fetch_offset]
        fetched.next_fetch_offset = batch.next_offset
        if records:
            yield records, size_bytes
            size_bytes = 0


def _is_aborted(fetched: Any, batch: Any) -> bool:
    """Whether a transaction wrote it that was taken back; a control batch is noted and is none of its own."""
    if fetched._isolation_level != READ_COMMITTED or batch.producer_id is None:
        return False
    fetched._consume_aborted_up_to(batch.base_offset)
    if batch.is_control_batch and fetched._contains_abort_marker(batch):
        fetched._aborted_producers.discard(batch.producer_id)
    return batch.is_transactional and batch.producer_id in fetched._aborted_producers
