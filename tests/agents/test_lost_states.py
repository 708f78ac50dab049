"""A partition whose changelog holds less than the group's commits say: it is not opened."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from agents.outside import Outside
from agents.ports import Stop
from agents.profiles import Lane
from models.codec import META_KEY, Meta, TopicMeta, encode_meta
from tests.agents.steps import closed, opened

TOPIC = "touchpoints"


def outside(world: Any, commits: Mapping[str, int]) -> Outside:
    async def committed(partition: int) -> Mapping[str, int]:
        return commits

    found: Outside = msgspec.structs.replace(world.outside(), committed=committed)
    return found


def told(world: Any, applied: int, generation: int = 0) -> None:
    """The changelog's meta record says that offsets up to `applied` are."""
    meta = Meta({TOPIC: TopicMeta(0, generation, applied)}, 3)
    world.have([(META_KEY, encode_meta(meta))])


@pytest.mark.parametrize(
    ("applied", "committed", "words"),
    [
        (None, 1, "up to offset 0, and the changelog tells of nothing"),
        (None, 50, "up to offset 49, and the changelog tells of nothing"),
        (20, 22, "up to offset 21, and the changelog tells of offset 20"),
        (20, 500, "up to offset 499, and the changelog tells of offset 20"),
    ],
)
async def test_a_commit_beyond_what_the_changelog_tells_is_refused_and_nothing_is_written(
    world: Any, applied: int | None, committed: int, words: str
) -> None:
    if applied is not None:
        told(world, applied)
    lane = Lane(0, world.rules, outside(world, {TOPIC: committed}), world.books)

    with pytest.raises(Stop) as stopped:
        await asyncio.wait_for(lane.run(), 5)

    assert str(stopped.value).startswith("states[0]: states are missing: the group has dealt with touchpoints[0]")
    assert words in str(stopped.value)
    assert "`kanarya topics rewind touchpoints`" in str(stopped.value)
    assert not lane.is_open
    assert world.sent == []


@pytest.mark.parametrize(
    ("applied", "commits"),
    [
        (None, {}),
        (None, {TOPIC: 0}),
        (20, {}),
        (20, {TOPIC: 5}),
        (20, {TOPIC: 21}),
        (20, {TOPIC: 21, "no longer an input": 900}),
    ],
)
async def test_a_changelog_that_tells_as_much_as_is_committed_is_opened(
    world: Any, applied: int | None, commits: Mapping[str, int]
) -> None:
    if applied is not None:
        told(world, applied)
    lane = Lane(0, world.rules, outside(world, commits), world.books)

    await closed(*await opened(world, lane))

    assert len(world.sent) == 1


async def test_each_input_topic_is_looked_at(world: Any) -> None:
    told(world, 20)
    found = msgspec.structs.replace(outside(world, {TOPIC: 21, "more": 3}), topics=(TOPIC, "more"))

    with pytest.raises(Stop, match=r"dealt with more\[0\] up to offset 2, and the changelog tells of nothing"):
        await asyncio.wait_for(Lane(0, world.rules, found, world.books).run(), 5)
