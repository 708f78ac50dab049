"""An owner whose changelog has lost what was acknowledged, or was made anew."""

from typing import Any

import pytest

from agents import profiles
from agents.own_log import FencedError
from app.engine.store import MemoryStore
from models.codec import META_KEY, Meta, encode_meta, pack, profile_key
from tests.agents.steps import closed, finishes_only_behind, idle

ADA, BEA = profile_key(b"ada"), profile_key(b"bea")


async def test_a_drain_waits_until_a_changelog_that_a_look_found_cut_is_whole(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off, it would leave a changelog that the next owner refuses; and a look has no batch to wait for."""
    monkeypatch.setattr(profiles, "_LOOK_S", 0.01)
    lane, tasks = await idle(world)
    before = world.store.scan(0, b"\x01")
    world.shorten(world.end)
    gate = world.hold("changelog")
    await gate.reached.wait()
    await finishes_only_behind(gate, lane)

    assert [each[""] for each in world.said][-1] == "changelog_made_whole"
    world.recover()
    assert world.store.scan(0, b"\x01") == before
    await closed(*tasks)


async def test_to_make_a_changelog_whole_its_values_are_not_held_all_at_once(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = world.own_log()
    await log.open()
    await log.write([[(b"\x01%d" % n, world.sent[0][0][1])] for n in range(10)])
    world.shorten(world.end)
    monkeypatch.setattr(MemoryStore, "scan", None)

    await log.look()

    assert world.said[-1] == {"": "changelog_made_whole", "partition": 0, "keys": 10}


async def test_a_worker_of_before_a_changelog_made_anew_stops_its_new_owner_once_and_loses_nothing(world: Any) -> None:
    """Epochs begin anew with the changelog, so that it bears a higher one."""
    owner = world.own_log()
    await owner.open()
    await owner.write([[(BEA, pack(1, 0, {0: 3}, b"new"))]])
    world.lay([(META_KEY, encode_meta(Meta({}, 7))), (ADA, pack(7, 0, {0: 9}, b"old"))])

    with pytest.raises(FencedError, match="at epoch 1, and by another worker at epoch 7"):
        await owner.write([[(BEA, pack(1, 0, {0: 4}, b"newer"))]])
    world.recover()
    again = world.own_log()
    await again.open()
    await again.write([[(BEA, pack(8, 0, {0: 4}, b"newer"))]])

    assert again.meta.epoch == 8
    assert world.store.get(0, ADA) == pack(7, 0, {0: 9}, b"old")
    assert world.store.get(0, BEA) == pack(8, 0, {0: 4}, b"newer")
