"""When something counts as sent: what is asked of the producer, and what is waited for before a write returns."""

import asyncio
import gc
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import InvalidTimestampError, KafkaError, NotEnoughReplicasError
from aiokafka.producer.message_accumulator import BatchBuilder

from agents.ports import Outgoing, Stop
from app.engine.changelog import RecordBatchChangelog
from app.engine.producer import Producer
from app.engine.publisher import TopicPublisher

META = (b"\x00", b"meta")
LIMIT_BYTES = 1_000
GROUPS = [[(b"\x01%d" % n, bytes(400))] for n in range(6)]
"""Two of them fill a RecordBatch."""


class Queue(Producer):
    """Our producer on a client that queues RecordBatches and acknowledges none by itself."""

    def __init__(self) -> None:
        self.queued: list[tuple[Any, asyncio.Future[Any]]] = []
        self.got = asyncio.Event()

    def _ensure_producer(self) -> Any:
        return SimpleNamespace(create_batch=_builder, send_batch=self._send_batch)

    async def _send_batch(self, builder: Any, topic: str, *, partition: int) -> "asyncio.Future[Any]":
        acknowledged = asyncio.get_running_loop().create_future()
        self.queued.append((builder, acknowledged))
        self.got.set()
        return asyncio.shield(acknowledged)  # as aiokafka does

    async def next(self, number: int) -> tuple[int, "asyncio.Future[Any]"]:
        """Records of the `number`-th RecordBatch, and its acknowledgement, once it is queued."""
        while len(self.queued) < number:
            self.got.clear()
            await asyncio.wait_for(self.got.wait(), 5)
        builder, acknowledged = self.queued[number - 1]
        return builder.record_count(), acknowledged


def _builder() -> BatchBuilder:
    return BatchBuilder(LIMIT_BYTES, 0)


@pytest.fixture
async def queue() -> Queue:
    return Queue()


async def settle() -> None:
    """More turns than any step takes that need not wait."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_record_batch_is_handed_over_when_the_one_before_it_is_acknowledged(queue: Queue) -> None:
    sending = changelog(queue)
    for number in (1, 2, 3):
        size, acknowledged = await queue.next(number)
        await settle()
        assert (size, len(queue.queued), sending.done()) == (3, number, False)
        acknowledged.set_result(SimpleNamespace(offset=100 * number))

    assert await asyncio.wait_for(sending, 5) == [range(100, 103), range(200, 203), range(300, 303)]


def changelog(queue: Queue, reader: Any = None) -> "asyncio.Task[Any]":
    log = RecordBatchChangelog("log", lambda: queue, lambda: 1, LIMIT_BYTES, reader)
    return asyncio.create_task(log.send(0, GROUPS, META, 40))


def topic(queue: Queue) -> "asyncio.Task[Any]":
    records: Sequence[Outgoing] = [Outgoing(b"ada", bytes(400)) for _ in range(4)]
    return asyncio.create_task(TopicPublisher("alerts", lambda: queue, lambda: 1).publish(0, records))


async def test_nothing_counts_as_sent_before_the_broker_has_acknowledged_all(queue: Queue) -> None:
    sending = topic(queue)
    (_, first), (_, second) = await queue.next(1), await queue.next(2)

    first.set_result(None)
    await settle()
    assert not sending.done()
    second.set_result(None)

    await asyncio.wait_for(sending, 5)


@pytest.mark.parametrize("send", [changelog, topic])
async def test_what_the_broker_refuses_stops_the_worker(
    queue: Queue, send: "Callable[[Queue], asyncio.Task[Any]]"
) -> None:
    sending = send(queue)
    _, acknowledged = await queue.next(1)
    error: KafkaError = NotEnoughReplicasError()
    acknowledged.set_exception(error)

    with pytest.raises(Stop, match=r"the broker did not take .* \(NotEnoughReplicasError\)"):
        await asyncio.wait_for(sending, 5)
    for _, left in queue.queued:
        left.cancel()


async def test_a_refusal_that_comes_when_nobody_waits_any_more_is_no_error_of_its_own(queue: Queue) -> None:
    """Another partition's write has stopped the worker, and this one's was cancelled."""
    said: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
    sending = changelog(queue)
    await queue.next(1)
    await settle()
    sending.cancel()
    await asyncio.wait({sending})

    queue.queued.pop()[1].set_exception(InvalidTimestampError())
    await settle()
    gc.collect()

    assert sending.cancelled()
    assert said == []
