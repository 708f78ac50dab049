"""The owner of a changelog partition meets what somebody else wrote there."""

from collections.abc import Sequence
from typing import Any

import pytest

from agents.own_log import FencedError
from agents.ports import Item
from models.codec import META_KEY, Meta, TopicMeta, decode_meta, encode_meta, outbox_key, pack, profile_key
from models.epoch_fence import EpochFence

ADA, BEA, CEM = (profile_key(name) for name in (b"ada", b"bea", b"cem"))


def meta(epoch: int) -> tuple[bytes, bytes]:
    return META_KEY, encode_meta(Meta({}, epoch))


def state(key: bytes, epoch: int, body: bytes) -> tuple[bytes, bytes]:
    return key, pack(epoch, 0, {0: 3}, body)


def recovered(world: Any) -> dict[bytes, bytes]:
    """What a worker that starts now would hold."""
    return newest(EpochFence().counting([(each.key, each.value) for each in world.log]))


def compacted(world: Any) -> dict[bytes, bytes]:
    """What the compaction would leave, which knows no epochs."""
    return newest([(each.key, each.value) for each in world.log])


def newest(items: Sequence[Item]) -> dict[bytes, bytes]:
    return {key: value for key, value in dict(items).items() if value is not None}


def held(world: Any) -> dict[bytes, bytes]:
    return dict(world.store.scan(0, b""))


def assert_mended(world: Any) -> None:
    assert compacted(world) == recovered(world) == held(world)


async def test_an_owner_that_writes_alone_reads_nothing_and_writes_nothing_again(world: Any) -> None:
    log = world.own_log()
    await log.open()
    for turn in range(3):
        assert await log.write([[state(ADA, 1, b"%d" % turn)]]) == []

    assert await log.look() == []
    assert (len(world.sent), world.reads, world.warned) == (4, [], [])
    assert_mended(world)


async def test_a_foreign_write_before_an_own_one_is_written_over(world: Any) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"own")], [state(BEA, 1, b"own")]])
    world.lay([meta(0), state(ADA, 0, b"late"), state(CEM, 0, b"late")])

    customers = await log.write([[state(BEA, 1, b"newer")]])

    assert customers == [b"ada", b"cem"]
    assert CEM not in held(world)
    assert_mended(world)
    (found,) = world.warned
    assert found == {"": "foreign_write_found", "partition": 0, "keys": 3, "records": 3, "epoch": 1}
    assert world.said == [{"": "foreign_write_mended", "partition": 0, "keys": 3}]
    assert (world.books.foreign_records, world.books.keys_mended) == (3, 3)


@pytest.mark.parametrize("short", [0, 2], ids=["the end", "an end that is told too low"])
async def test_a_foreign_write_is_found_while_nothing_is_to_be_written(world: Any, short: int) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"own")]])
    world.lay([meta(0), state(ADA, 0, b"late"), state(CEM, 0, b"late")])
    world.end_told_short = short

    assert await log.look() == [b"ada", b"cem"]

    assert_mended(world)
    world.end_told_short = 0
    assert await log.look() == []
    assert await log.write([[state(CEM, 1, b"own")]]) == []


async def test_states_of_older_owners_are_written_again_under_the_present_epoch(world: Any) -> None:
    """A recovery would take the value for a late write of that owner otherwise."""
    before = world.own_log()
    await before.open()
    await before.write([[state(ADA, 1, b"old and good")]])
    log = world.own_log()
    await log.open()
    world.lay([meta(1), state(ADA, 1, b"late")])

    await log.look()

    assert held(world)[ADA] == state(ADA, 2, b"old and good")[1]
    assert_mended(world)


async def test_a_published_alert_does_not_come_alive_again(world: Any) -> None:
    entry = outbox_key(0, 3, 1)
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"own"), (entry, pack(1, 0, {}, b"alert"))]])
    await log.write([[(entry, None)]])
    world.lay([meta(0), state(ADA, 0, b"late"), (entry, pack(0, 0, {}, b"alert"))])

    await log.look()

    assert entry not in held(world)
    assert_mended(world)


async def test_a_foreign_tombstone_is_written_over(world: Any) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"own")]])
    world.lay([meta(0), (ADA, None)])

    await log.look()

    assert_mended(world)


async def test_writes_that_come_while_it_mends_are_mended_too(world: Any) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"own")], [state(BEA, 1, b"own")]])
    world.lay([meta(0), state(ADA, 0, b"late")])
    world.before_send = [lambda: None, lambda: world.lay([meta(0), state(BEA, 0, b"late")])]

    assert await log.write([]) == [b"ada", b"bea"]
    assert_mended(world)


async def test_a_retried_send_that_arrives_twice_costs_nothing(world: Any) -> None:
    log = world.own_log()
    await log.open()
    world.before_send = [lambda: world.lay([(META_KEY, encode_meta(log.meta)), state(ADA, 1, b"own")])]

    assert await log.write([[state(ADA, 1, b"own")]]) == []

    assert (len(world.sent), world.warned) == (2, [])
    assert_mended(world)


async def test_an_own_write_that_arrives_again_after_newer_ones_is_mended(world: Any) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"old")]])
    old = world.sent[-1]
    await log.write([[state(ADA, 1, b"new")]])
    world.lay(old)

    assert await log.look() == [b"ada"]
    assert_mended(world)


@pytest.mark.parametrize("idle", [True, False])
async def test_a_worker_whose_partition_was_opened_by_another_applies_nothing_more(world: Any, idle: bool) -> None:
    zombie = world.own_log()
    await zombie.open()
    await zombie.write([[state(ADA, 1, b"before")]])
    before = held(world)
    world.lay([meta(2), state(ADA, 2, b"newer")])

    with pytest.raises(FencedError, match="opened at epoch 1, and by another worker at epoch 2"):
        await (zombie.look() if idle else zombie.write([[state(ADA, 1, b"late")]]))

    assert held(world) == before
    assert (world.warned, world.books.keys_mended) == ([], 0)


async def test_what_arrives_between_the_recovery_and_the_opening_is_taken_over(world: Any) -> None:
    """It lies before the opening record, so its writer has had no reason not to publish its alerts."""
    before = world.own_log()
    await before.open()
    await before.write([[state(ADA, 1, b"old")]])
    after = world.own_log()
    entry = outbox_key(0, 3, 1)
    world.before_send = [lambda: world.lay([meta(1), state(ADA, 1, b"in flight"), (entry, pack(1, 0, {}, b"alert"))])]

    assert await after.open() == []

    assert after.meta.epoch == 2
    assert held(world)[ADA] == state(ADA, 1, b"in flight")[1]
    assert held(world)[entry] == pack(1, 0, {}, b"alert")
    assert world.warned == []
    assert_mended(world)


async def test_of_two_that_open_at_the_same_epoch_the_later_one_goes_beyond(world: Any) -> None:
    first, second = world.own_log(), world.own_log()
    world.before_send = [lambda: world.lay([meta(1)])]

    await second.open()

    assert second.meta.epoch == 2
    with pytest.raises(FencedError):
        await first.write([[state(ADA, 1, b"late")]])


async def test_what_a_recovery_read_and_did_not_count_is_written_again(world: Any) -> None:
    owner = world.own_log()
    await owner.open()
    await owner.write([[state(ADA, 1, b"good")]])
    world.lay([meta(0), state(ADA, 0, b"late"), state(CEM, 0, b"late")])
    world.recover()

    assert await world.own_log().open() == [b"ada", b"cem"]

    assert held(world)[ADA] == state(ADA, 2, b"good")[1]
    assert_mended(world)


async def test_offsets_without_records_are_no_write(world: Any) -> None:
    """Such as the mark of a transaction's end."""
    log = world.own_log()
    await log.open()
    world.lay_nothing()

    assert await log.look() == []
    world.lay_nothing()
    assert await log.write([[state(ADA, 1, b"own")]]) == []
    assert world.warned == []


@pytest.mark.parametrize("lost", [2, None], ids=["its newest RecordBatch", "all of it"])
@pytest.mark.parametrize("idle", [False, True])
async def test_an_owner_whose_changelog_lost_what_was_acknowledged_writes_all_its_states_again(
    world: Any, lost: int | None, idle: bool
) -> None:
    log = world.own_log()
    await log.open()
    entry = outbox_key(0, 3, 1)
    await log.write([[state(ADA, 1, b"own"), (entry, pack(1, 0, {}, b"alert"))]])
    await log.write([[state(BEA, 1, b"own")]])
    world.shorten(lost or world.end)

    await (log.look() if idle else log.write([[state(CEM, 1, b"own")]]))

    assert len(held(world)) == (4 if idle else 5)
    assert_mended(world)
    assert [each[""] for each in (*world.warned, *world.said)] == ["changelog_cut", "changelog_made_whole"]
    assert await log.write([[state(ADA, 1, b"newer")]]) == []
    assert len(world.warned) == 1


async def test_a_changelog_that_is_whole_in_part_only_tells_of_nothing_applied(world: Any) -> None:
    """So that the next owner is refused, and begins no customer from nothing."""
    log = world.own_log()
    log.meta.topics["touchpoints"] = TopicMeta(0, 0, 41)
    await log.open()
    await log.write([[state(ADA, 1, b"own")], [state(BEA, 1, b"own")]])
    world.shorten(world.end)

    await log.look()

    metas = [decode_meta(each.value).topics["touchpoints"].applied for each in world.log if each.key == META_KEY]
    assert metas == [41, -1, 41]


async def test_what_is_written_while_a_changelog_is_made_whole_is_mended_too(world: Any) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[state(ADA, 1, b"own")], [state(BEA, 1, b"own")]])
    world.shorten(world.end)
    world.before_send = [lambda: None, lambda: None, lambda: world.lay([meta(0), state(BEA, 0, b"late")])]

    assert await log.look() == [b"bea"]
    assert_mended(world)


async def test_a_changelog_that_was_cut_before_its_opening_is_made_whole(world: Any) -> None:
    before = world.own_log()
    await before.open()
    await before.write([[state(ADA, 1, b"own")]])
    world.shorten(world.end)
    log = world.own_log()

    assert await log.open() == []

    assert ADA in held(world)
    assert_mended(world)
