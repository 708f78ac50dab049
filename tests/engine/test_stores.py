"""What holds for any store: in memory and on disk."""

import random
from typing import Any

import pytest

from agents.ports import RecoverableStore


@pytest.fixture
async def held(store: RecoverableStore) -> RecoverableStore:
    """With partitions 0 and 1."""
    await store.take(0)
    await store.take(1)
    return store


async def test_it_keeps_partitions_apart(held: RecoverableStore) -> None:
    held.apply(0, [(b"k", b"zero"), (b"gone", b"x"), (b"gone", None), (b"back", None), (b"back", b"y")], 7)
    held.apply(1, [(b"k", b"one")], 9)

    assert held.get_many(0, [b"k", b"gone", b"never", b"back"]) == [b"zero", None, None, b"y"]
    assert held.get_many(0, []) == []
    assert (held.get(1, b"k"), held.offset(0), held.offset(1)) == (b"one", 7, 9)
    assert held.get(1, b"back") is None


async def test_a_partition_without_states_has_no_offset(held: RecoverableStore) -> None:
    assert held.offset(0) is None
    assert held.offset(5) is None
    assert held.get_many(0, [b"a", b"b"]) == [None, None]
    assert (held.scan(0, b""), held.count(0, b"")) == ([], 0)


async def test_an_offset_moves_without_states(held: RecoverableStore) -> None:
    """The changelog may end in offsets without records."""
    held.apply(0, [], 41)

    assert held.offset(0) == 41
    assert held.scan(0, b"") == []


async def test_a_dropped_partition_has_no_offset_and_the_others_stay(held: RecoverableStore) -> None:
    held.apply(0, [(b"k", b"zero")], 7)
    held.apply(1, [(b"k", b"one")], 9)

    held.drop(1)
    held.drop(1)

    assert (held.offset(0), held.offset(1)) == (7, None)
    assert held.get(0, b"k") == b"zero"


async def test_a_partition_that_comes_back_stands_where_its_offset_says(held: RecoverableStore) -> None:
    held.apply(1, [(b"k", b"one")], 9)
    held.drop(1)

    await held.take(1)

    assert (held.offset(1), held.get(1, b"k")) in {(None, None), (9, b"one")}


async def test_taking_a_partition_twice_changes_nothing(held: RecoverableStore) -> None:
    held.apply(1, [(b"k", b"one")], 9)

    await held.take(1)

    assert (held.offset(1), held.get(1, b"k")) == (9, b"one")


async def test_a_scan_gives_the_keys_of_a_prefix_in_order_and_a_count_their_number(held: RecoverableStore) -> None:
    held.apply(0, [(b"\x02b", b"2"), (b"\x01c", b"3"), (b"\x02a", b"1"), (b"", b"4"), (b"\xff", b"5")], 0)

    assert held.scan(0, b"\x02") == [(b"\x02a", b"1"), (b"\x02b", b"2")]
    assert held.scan(0, b"\xff") == [(b"\xff", b"5")]
    assert [held.count(0, prefix) for prefix in (b"\x02", b"\x01", b"\x07", b"")] == [2, 1, 0, 5]
    assert (held.keys(0), held.keys(1)) == ([b"", b"\x01c", b"\x02a", b"\x02b", b"\xff"], [])
    assert held.count(1, b"\x01") == 0


async def test_a_start_from_nothing_leaves_no_state_and_no_offset(held: RecoverableStore) -> None:
    held.apply(0, [(b"k", b"zero")], 7)

    held.clear()

    assert (held.offset(0), held.get(0, b"k")) == (None, None)


async def test_what_was_read_is_replaced_by_what_is_written(held: RecoverableStore) -> None:
    held.apply(0, [(b"a", b"1"), (b"b", b"1")], 1)
    assert held.get_many(0, [b"a", b"b", b"c"]) == [b"1", b"1", None]

    held.apply(0, [(b"a", b"2"), (b"b", None), (b"c", b"2")], 4)

    assert held.get_many(0, [b"a", b"b", b"c"]) == [b"2", None, b"2"]


async def test_any_history_leaves_what_a_dictionary_would_hold(held: RecoverableStore, seed: int) -> None:
    rnd = random.Random(seed)
    expected: dict[bytes, bytes] = {}
    offset = -1
    for _ in range(40):
        keys = [b"\x01%d" % rnd.randrange(200) for _ in range(rnd.randrange(60))]
        items: list[Any] = [(key, rnd.choice((None, rnd.randbytes(rnd.randrange(300))))) for key in keys]
        offset += len(items) + 1
        held.apply(0, items, offset)
        for key, value in items:
            if value is None:
                expected.pop(key, None)
            else:
                expected[key] = value

    assert held.scan(0, b"\x01") == sorted(expected.items())
    assert held.count(0, b"\x01") == len(expected)
    assert held.offset(0) == offset
