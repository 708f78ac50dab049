"""Bytes at rest, and how they are cut into RecordBatches."""

from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from agents.ports import RecoverableStore
from app.engine.changelog import record_batches
from app.engine.changelog_reader import ChangelogBatch
from app.engine.store import StoreAdapter

META = (b"\x00", b"meta")


AT_MS = 1_700_000_000_000
LOGS = {TP("log", 0), TP("log", 1)}


@pytest.fixture
async def adapter(store: RecoverableStore) -> StoreAdapter:
    """Of a worker that holds partitions 0 and 1."""
    table = SimpleNamespace(name="profiles", changelog_topic=SimpleNamespace(topics=["log"]))
    adapter = StoreAdapter(SimpleNamespace(), table, store)
    await adapter.on_rebalance(LOGS, set(), LOGS)
    return adapter


def fetched(tp: TP, records: list[tuple[bytes | None, bytes | None]], next_offset: int) -> Any:
    """One fetched batch, its last record right before `next_offset`."""
    first = next_offset - len(records)
    made = [
        SimpleNamespace(offset=first + n, key=key, value=value, timestamp=AT_MS)
        for n, (key, value) in enumerate(records)
    ]
    return SimpleNamespace(message=SimpleNamespace(value=ChangelogBatch(tp, made, next_offset)))


def test_recovery_applies_fetched_batches_with_their_own_partition_and_offset(adapter: StoreAdapter) -> None:
    log0, log1 = TP("log", 0), TP("log", 1)

    adapter.apply_changelog_batch(
        [fetched(log0, [(b"a", b"1"), (b"b", b"2")], 2), fetched(log1, [(b"a", b"3")], 9), fetched(log0, [], 5)],
        lambda key: key,
        lambda value: value,
    )

    assert (adapter.store.get(0, b"a"), adapter.store.get(1, b"a")) == (b"1", b"3")
    assert (adapter.persisted_offset(log0), adapter.persisted_offset(log1)) == (4, 8)
    assert adapter.persisted_offset(TP("other", 0)) is None


def test_records_of_no_known_type_do_not_disturb_a_recovery(adapter: StoreAdapter) -> None:
    """Later releases write more types; a record without a key is nobody's."""
    log = TP("log", 0)
    later = (b"\x07later", b"\xff")

    adapter.apply_changelog_batch(
        [fetched(log, [(None, b"x"), later, (b"\x01ada", b"1"), (b"", b""), (b"\x07gone", None)], 9)],
        lambda key: key,
        lambda value: value,
    )

    assert adapter.store.scan(0, b"\x01") == [(b"\x01ada", b"1")]
    assert adapter.store.scan(0, b"\x02") == []
    assert adapter.store.scan(0, b"\x07") == [later]
    assert adapter.persisted_offset(log) == 8


async def test_a_revoked_partition_is_let_go(adapter: StoreAdapter) -> None:
    adapter.store.apply(0, [(b"a", b"1")], 3)

    await adapter.on_rebalance(LOGS, {TP("input", 0)}, set())
    assert adapter.persisted_offset(TP("log", 0)) == 3
    await adapter.on_rebalance({TP("log", 1)}, {TP("log", 0)}, set())

    assert adapter.persisted_offset(TP("log", 0)) is None


async def test_what_was_fetched_of_a_partition_that_went_is_not_kept(adapter: StoreAdapter) -> None:
    """It would pass for a beginning when the partition comes back, and what lies before it would never be read."""
    log = TP("log", 0)
    await adapter.on_rebalance({TP("log", 1)}, {log}, set())

    adapter.apply_changelog_batch([fetched(log, [(b"a", b"1")], 500)], lambda key: key, lambda value: value)

    assert adapter.persisted_offset(log) is None
    await adapter.on_rebalance(LOGS, set(), {log})
    assert adapter.persisted_offset(log) is None
    assert adapter.store.get(0, b"a") is None


def test_a_worker_s_own_writes_read_back_late_do_not_undo_newer_ones(adapter: StoreAdapter) -> None:
    log = TP("log", 0)
    adapter.store.apply(0, [(b"ada", b"newest")], 20)

    adapter.apply_changelog_batch(
        [
            fetched(log, [(b"ada", b"old")], 15),
            fetched(log, [(b"ada", b"older"), (b"bea", b"next"), (b"cem", b"last")], 23),
        ],
        lambda key: key,
        lambda value: value,
    )

    assert [adapter.store.get(0, key) for key in (b"ada", b"bea", b"cem")] == [b"newest", b"next", b"last"]
    assert adapter.persisted_offset(log) == 22


@given(st.lists(st.lists(st.integers(1, 400), min_size=1, max_size=4), max_size=30))
def test_no_group_parts_over_record_batches_and_each_begins_with_the_meta_record(sizes: list[list[int]]) -> None:
    groups = [[(f"{g}.{i}".encode(), bytes(size)) for i, size in enumerate(group)] for g, group in enumerate(sizes)]

    batches = list(record_batches(groups, META, 1000))

    assert all(batch[0] == META for batch in batches)
    assert [item for batch in batches for item in batch[1:]] == [item for group in groups for item in group]
    for batch in batches:
        whole = {key.split(b".")[0] for key, _ in batch[1:]}
        assert all(item in batch for g in whole for item in groups[int(g)])
        weight = sum(len(key) + len(value or b"") for key, value in batch)
        assert weight <= 1000 or len(whole) == 1


def test_without_groups_there_is_one_record_batch_with_the_meta_record() -> None:
    assert list(record_batches([], META, 1000)) == [[META]]
