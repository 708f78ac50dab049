"""What of a changelog counts, record by record."""

from collections.abc import Sequence

import pytest

from models.codec import META_KEY, Meta, TopicMeta, encode_meta, pack, restamped, unpack_header
from models.epoch_fence import EpochFence

Item = tuple[bytes, bytes | None]


def meta(epoch: int) -> Item:
    return META_KEY, encode_meta(Meta({"t": TopicMeta(0, 0, 5)}, epoch))


def state(key: bytes, epoch: int, body: bytes = b"") -> Item:
    return key, pack(epoch, 0, {0: 1}, body)


def read(items: Sequence[Item], fence: EpochFence, together: int) -> dict[bytes, bytes]:
    """What a recovery holds that is handed so many records at a time."""
    held: dict[bytes, bytes] = {}
    for begin in range(0, len(items), together):
        for key, value in fence.counting(items[begin : begin + together]):
            if value is None:
                held.pop(key, None)
            else:
                held[key] = value
    return held


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_what_an_older_owner_wrote_after_a_newer_one_had_opened_does_not_count(together: int) -> None:
    good = [meta(1), state(b"a", 1), meta(2), state(b"a", 2, b"new")]
    late = [meta(1), state(b"a", 1, b"late"), state(b"b", 1, b"late")]
    fence = EpochFence()

    held = read([*good, *late], fence, together)

    assert held == dict(good)
    assert (fence.stale, fence.newest, fence.late) == ({META_KEY, b"a", b"b"}, 2, 3)


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_a_late_value_of_a_key_that_the_newer_owner_has_not_touched_does_not_count_either(together: int) -> None:
    """Its epoch is that of the value it replaces, or higher: by key alone nobody could tell."""
    items = [meta(1), state(b"a", 1, b"recovered"), meta(2), meta(1), state(b"a", 1, b"late")]

    assert read(items, EpochFence(), together)[b"a"] == pack(1, 0, {0: 1}, b"recovered")


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_a_tombstone_is_of_the_epoch_of_the_meta_record_that_its_record_batch_begins_with(together: int) -> None:
    items = [meta(1), state(b"a", 1), state(b"b", 1), meta(2), (b"a", None), meta(1), (b"b", None)]
    fence = EpochFence()

    assert read(items, fence, together) == {META_KEY: meta(2)[1], b"b": state(b"b", 1)[1]}
    assert fence.stale == {META_KEY, b"b"}


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_what_its_owner_has_written_again_is_stale_no_more(together: int) -> None:
    late = [meta(1), state(b"a", 1, b"late"), state(b"b", 1, b"late"), (b"c", None)]
    mended = [meta(2), state(b"a", 2), (b"b", None)]
    fence = EpochFence()

    held = read([meta(1), state(b"a", 1), meta(2), *late, *mended], fence, together)

    assert held == {META_KEY: meta(2)[1], b"a": state(b"a", 2)[1]}
    assert (fence.stale, fence.late) == ({b"c"}, 4)
    assert fence.counting([(b"c", None)]) == [(b"c", None)]
    assert (fence.stale, fence.late) == (set(), 0)


def test_a_reader_that_knows_an_epoch_already_takes_nothing_older() -> None:
    fence = EpochFence(meta(3)[1])

    assert fence.counting([meta(2), state(b"a", 2), (b"b", None)]) == []
    assert fence.counting([meta(3), state(b"a", 3)]) == [meta(3), state(b"a", 3)]


@pytest.mark.parametrize("together", [1, 100])
def test_a_value_of_a_later_version_is_of_the_record_batch_it_stands_in(together: int) -> None:
    later = b"\x09\xff\xff\xff\xff\xff"
    items = [meta(1), (b"\x07a", later), meta(2), meta(1), (b"\x07a", b""), (b"\x07b", later)]
    fence = EpochFence()

    assert read(items, fence, together)[b"\x07a"] == later
    assert fence.newest == 2


def test_a_value_written_again_differs_by_its_epoch_only() -> None:
    key, value = state(b"a", 1, b"body")
    assert value is not None

    again = restamped(value, 7)

    assert again == state(key, 7, b"body")[1]
    assert unpack_header(again).epoch == 7
    assert restamped(b"\x09later", 7) == b"\x09later"
