"""Records to Kafka, in order, with a bounded number in flight; `kanarya produce` calls `send`."""

import asyncio
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from aiokafka.errors import MessageSizeTooLargeError

from app.kafka import producer
from app.partitioner import partition_of
from app.produce.records import BadLine, Record
from app.settings import Settings
from app.topics import partitions_of

_CHUNK: Final = 1000
_BATCH_BYTES: Final = 1 << 18
_LINGER_MS: Final = 5
_REMEMBERED: Final = 1 << 16


async def send(
    settings: Settings,
    topic: str,
    items: Iterable[Record | BadLine],
    *,
    on_bad: Callable[[BadLine], None],
    on_sent: Callable[[int], None],
) -> int:
    """Send every record of `items`; returns how many, all of them acknowledged.

    Args:
        settings: where to.
        topic: an existing topic.
        items: in the order to send.
        on_bad: called for each bad line, in order; what it raises ends the sending after what came before is acked.
        on_sent: called with a number of records each time that many more are acknowledged.

    Raises `KafkaError`.
    """
    partitions = await partitions_of(settings, topic)
    # The hash is plain Python and customers come again and again.
    place = lru_cache(_REMEMBERED)(lambda key: partition_of(key, partitions))
    flying: list[asyncio.Future[Any]] = []
    sent = 0

    async def land(count: int) -> None:
        nonlocal sent
        await asyncio.gather(*flying[:count])
        sent += len(flying[:count])
        on_sent(len(flying[:count]))
        del flying[:count]

    batching = {"max_batch_size": min(_BATCH_BYTES, settings.request_bytes), "linger_ms": _LINGER_MS}
    async with producer(settings, "produce", **batching) as client:
        try:
            for item in items:
                if isinstance(item, BadLine):
                    on_bad(item)
                    continue
                try:
                    flying.append(await client.send(topic, item.value, item.key, place(item.key)))
                except MessageSizeTooLargeError:
                    on_bad(
                        BadLine(
                            item.line, "too_large", f"value: more than KANARYA_REQUEST_BYTES={settings.request_bytes}"
                        )
                    )
                if len(flying) >= 2 * _CHUNK:
                    await land(_CHUNK)
        finally:
            await land(len(flying))
    return sent
