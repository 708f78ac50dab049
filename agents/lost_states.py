"""Whether the changelog holds what the group's commits say was written to it: asked when a partition is opened.

`agents.profiles` calls `refuse_cut_logs` before it writes anything. An offset is committed after the states of all
records before it were acknowledged, so a commit beyond what the changelog tells as applied means that states are gone:
the changelog was deleted and made anew, or lost its newest records with a broker. Going on would begin these customers
from nothing, and nobody would notice.
"""

from agents.outside import Outside
from agents.ports import Stop
from agents.truncated import refuse_truncated
from models.codec import Meta
from models.generation import present


async def refuse_cut_logs(partition: int, meta: Meta, outside: Outside) -> None:
    """Raises `Stop` where an input topic or the changelog ends before what was applied."""
    await refuse_truncated(partition, meta, outside.source_ends)
    await refuse_lost_states(partition, meta, outside)


async def refuse_lost_states(partition: int, meta: Meta, outside: Outside) -> None:
    """Raises `Stop` where a commit is beyond the highest applied offset of the partition's meta record.

    Where there is no group to ask, `Outside.committed` is None.
    """
    if outside.committed is None:
        return
    applied = {name: topic.applied for name, topic in present(meta).items()}
    for name, offset in sorted((await outside.committed(partition)).items()):
        if name in applied and offset > applied[name] + 1:
            raise Stop(
                outside.changelog.topic, partition, None,
                f"states are missing: the group has dealt with {name}[{partition}] up to offset {offset - 1}, and the"
                f" changelog tells of {_told(applied[name])}; it was made anew, or has lost its newest records. Bring"
                f" it back from a copy, or stop all workers and run `kanarya topics rewind {name}`: what still lies"
                " there is read again, and what the changelog holds is not counted twice",
            )  # fmt: skip


def _told(applied: int) -> str:
    return "nothing" if applied < 0 else f"offset {applied}"
