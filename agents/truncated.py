"""Refuses an input topic that ends before what was applied of it; `agents.profiles` asks when it opens a partition."""

from agents.ports import SourceEnds, Stop
from models.codec import Meta
from models.generation import present


async def refuse_truncated(partition: int, meta: Meta, source_ends: SourceEnds) -> None:
    """Raises `Stop` for the first topic that was made anew or cut."""
    applied = {name: topic.applied for name, topic in present(meta).items()}
    ends = await source_ends(partition, applied)
    for name, offset in applied.items():
        if name in ends and ends[name] <= offset:
            raise Stop(
                name, partition, offset,
                f"applied already, but the topic ends at {ends[name]}: it was made anew or cut;"
                f" if that is meant, run `kanarya topics generation {name}`",
            )  # fmt: skip
