"""Where an input topic ends: `app.topology` answers the lane's question before its first batch with it.

A topic that ends at or before the highest applied offset was made anew or cut, and the worker refuses it. The embedded
broker tells as end the offset behind the *first* record of the last batch, so a doubtful end is looked at again.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from aiokafka import TopicPartition

_LOOK_MS: Final = 2000
"""How long to wait for the last batch; where it holds no record (a control record, cut meanwhile) none comes."""


async def ends_beyond(
    told: Mapping[str, int],
    partition: int,
    applied: Mapping[str, int],
    open_reader: AbstractAsyncContextManager[Any],
) -> dict[str, int]:
    """End offset of each topic: as `told`, but read from the last batch itself where it is not beyond `applied`.

    Args:
        told: topic -> end offset that the broker tells.
        partition: the partition number of all of them.
        applied: topic -> highest applied offset, -1 or missing when nothing is.
        open_reader: gives a started consumer without a group; entered only when an end is doubtful.
    """
    doubtful = {topic: end for topic, end in told.items() if 0 < end <= applied.get(topic, -1)}
    if not doubtful:
        return dict(told)
    async with open_reader as consumer:
        seen = {topic: await _last_record(consumer, topic, partition, end) for topic, end in doubtful.items()}
    return {**told, **seen}


async def _last_record(consumer: Any, topic: str, partition: int, end: int) -> int:
    """The offset behind the last record of the batch that holds `end - 1`: a batch is always fetched whole."""
    place = TopicPartition(topic, partition)
    consumer.assign([place])
    consumer.seek(place, end - 1)
    fetched = await consumer.getmany(place, timeout_ms=_LOOK_MS)
    return max((record.offset + 1 for record in fetched.get(place, ())), default=end)
