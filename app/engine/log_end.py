"""Where a partition ends, asked over a producer's connection, on which no fetch waits.

`app.topology` asks so before each send of public profiles, whether the changelog is still the worker's own. A broker
answers the requests of one connection one after the other, and on a consumer's a fetch waits for new records: up to
25 ms in which the public profiles, and the next batch of their partition, would wait too.
"""

import asyncio
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError, LeaderNotAvailableError, NoError, for_code
from aiokafka.protocol.offset import OffsetRequest

_PAUSE_S: Final = 0.1
_NO_REPLICA: Final = -1
_READ_COMMITTED: Final = 1
_LATEST: Final = -1


async def end_offset(producer: AIOKafkaProducer, topic: str, partition: int, within_s: float) -> int:
    """The offset behind the last record that may be read; tries again until the broker tells, or the time is over.

    Raises `KafkaError`.
    """
    place = TopicPartition(topic, partition)
    try:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    return await _ask(producer, place)
                except KafkaError as error:
                    if not error.retriable:
                        raise
                    if error.invalid_metadata:
                        producer.client.force_metadata_update()
                await asyncio.sleep(_PAUSE_S)
    except TimeoutError as error:
        raise KafkaTimeoutError from error


async def _ask(producer: AIOKafkaProducer, place: TopicPartition) -> int:
    await producer.partitions_for(place.topic)
    client: Any = producer.client
    node = client.cluster.leader_for_partition(place)
    if node is None or node == -1:
        raise LeaderNotAvailableError(place)
    request = OffsetRequest(_NO_REPLICA, _READ_COMMITTED, [(place.topic, [(place.partition, _LATEST)])])
    answer = await client.send(node, request)
    ((_, ((_, code, _, offset),)),) = answer.topics
    error = for_code(code)
    if error is not NoError:
        raise error(place)
    return int(offset)
