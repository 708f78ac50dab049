"""Records to Kafka, in order, with a bounded number in flight; `kanarya produce` calls `send`.

Whatever ends it, a signal, a bad line or the broker, `Sent` says how many records the broker has acknowledged and
behind which line to go on.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from app.kafka import log_in_once, new_producer
from app.partitioner import partition_of
from app.produce.ahead import ReadAhead
from app.produce.lines import Mark
from app.produce.records import BadLine, Record
from app.settings import Settings
from app.topics import partitions_of

_MOST_IN_FLIGHT: Final = 2000
_BATCH_BYTES: Final = 1 << 18
_LINGER_MS: Final = 5
_REMEMBERED: Final = 1 << 16
_IDLE_S: Final = 0.5
"""After so long without a line, what has landed meanwhile is told."""
_LANDING_S: Final = 10.0
"""How long an interrupted or failed sending waits for what is in flight."""

Result = TypeVar("Result")


@dataclass
class Sent:
    """How far the sending has come."""

    mark: Mark
    """Every line up to it is acknowledged or was bad; the file is read on behind it."""
    records: int = 0
    """Acknowledged by the broker; a few of them may stand behind `mark` if a failure ended it."""
    interrupted: bool = False
    error: KafkaError | None = None
    """What the broker answered instead of an acknowledgement."""


async def send(
    settings: Settings,
    topic: str,
    items: Iterable[tuple[Record | BadLine, Mark]],
    sent: Sent,
    *,
    on_bad: Callable[[BadLine], bool],
    on_acked: Callable[[Sent, int], None],
    stop: asyncio.Event,
) -> None:
    """Send every record of `items`, until their end, a failure, or a stop.

    Args:
        topic: an existing topic.
        items: in the order to send, each with how far the file is read with it.
        sent: kept up to date, and right whenever and however this ends.
        on_bad: called for each bad line, in order; False ends the sending with the lines before it.
        on_acked: called each time that records are acknowledged, with how many.
        stop: set from outside, it ends the sending as soon as what is in flight has landed.

    Raises `KafkaError` while nothing is sent yet, and what reading the items raises.
    """
    opened = await _unless(stop, _open(settings, topic))
    if opened is None:
        sent.interrupted = True
        return
    client, partitions = opened
    flight = _Flight(client, topic, partitions, sent, on_acked)
    ahead = ReadAhead(items)
    stopping = asyncio.ensure_future(stop.wait())
    stopping.add_done_callback(lambda _: ahead.stop())
    landing_s: float | None = 0.0
    try:
        while not stop.is_set() and sent.error is None and (batch := await ahead.take(_IDLE_S)) != []:
            if batch is not None and not await _send_batch(batch, flight, sent, on_bad, stop):
                break
            flight.settle()
        landing_s = _LANDING_S if stop.is_set() or sent.error is not None else None
    except asyncio.CancelledError:
        raise
    except BaseException:
        landing_s = None
        raise
    finally:
        sent.interrupted = stop.is_set()
        stopping.cancel()
        await flight.land(landing_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(landing_s):
                await client.stop()


async def _send_batch(
    batch: Sequence[tuple[Record | BadLine, Mark]],
    flight: "_Flight",
    sent: Sent,
    on_bad: Callable[[BadLine], bool],
    stop: asyncio.Event,
) -> bool:
    """Send what was read; False when a bad line ends it."""
    for item, mark in batch:
        if stop.is_set() or sent.error is not None:
            break
        if isinstance(item, Record):
            await flight.add(item, mark)
        elif on_bad(item):
            flight.pass_over(mark)
        else:
            return False
    return True


async def _open(settings: Settings, topic: str) -> tuple[AIOKafkaProducer, int]:
    """A started producer, and how many partitions the topic has."""
    await log_in_once(settings)
    partitions = await partitions_of(settings, topic)
    batching = {"max_batch_size": min(_BATCH_BYTES, settings.request_bytes), "linger_ms": _LINGER_MS}
    client = new_producer(settings, "produce", **batching)
    try:
        await client.start()
    except BaseException:
        await client.stop()
        raise
    return client, partitions


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result | None:
    """The result of `work`, or None if `stop` is set before there is one."""
    doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        doing.cancel()
        stopping.cancel()
        await asyncio.gather(doing, stopping, return_exceptions=True)


class _Flight:
    """Lines whose records the broker has not acknowledged yet, in the order of the file."""

    def __init__(
        self,
        client: AIOKafkaProducer,
        topic: str,
        partitions: int,
        sent: Sent,
        on_acked: Callable[[Sent, int], None],
    ) -> None:
        self._client = client
        self._topic = topic
        self._sent = sent
        self._on_acked = on_acked
        # The hash is plain Python and customers come again and again.
        self._place = lru_cache(_REMEMBERED)(lambda key: partition_of(key, partitions))
        self._flying: deque[tuple[Mark, asyncio.Future[Any] | None]] = deque()

    async def add(self, record: Record, mark: Mark) -> None:
        """Hand a record over; waits while too many are in flight."""
        try:
            acked = await self._client.send(self._topic, record.value, record.key, self._place(record.key))
        except KafkaError as error:
            self._sent.error = error
            return
        self._flying.append((mark, acked))
        if len(self._flying) >= _MOST_IN_FLIGHT:
            await self._land_some(_MOST_IN_FLIGHT // 2)

    def pass_over(self, mark: Mark) -> None:
        """A bad line: done with once all before it are."""
        self._flying.append((mark, None))
        if len(self._flying) >= _MOST_IN_FLIGHT:
            self.settle()

    async def land(self, timeout_s: float | None) -> None:
        """Wait for everything in flight, at most so long; what is acknowledged by then counts."""
        if waiting := [acked for _, acked in self._flying if acked is not None]:
            await asyncio.wait(waiting, timeout=timeout_s)
        before, in_order = self._sent.records, True
        for mark, acked in self._flying:
            error = _failure(acked)
            self._sent.records += acked is not None and error is None
            in_order = in_order and error is None
            if in_order:
                self._sent.mark = mark
            elif not self._sent.interrupted:
                self._sent.error = self._sent.error or error
        self._flying.clear()
        self._on_acked(self._sent, self._sent.records - before)

    async def _land_some(self, count: int) -> None:
        """Wait for the first so many."""
        if waiting := [acked for _, acked in islice(self._flying, count) if acked is not None]:
            await asyncio.wait(waiting)
        self.settle()

    def settle(self) -> None:
        """Count what has landed since, up to the first line that has not; a refusal is an error."""
        landed = 0
        while self._flying:
            mark, acked = self._flying[0]
            if acked is not None and not acked.done():
                break
            self._sent.error = self._sent.error or _failure(acked)
            if self._sent.error is not None:
                break
            landed += acked is not None
            self._flying.popleft()
            self._sent.mark = mark
        self._sent.records += landed
        self._on_acked(self._sent, landed)


def _failure(acked: asyncio.Future[Any] | None) -> KafkaError | None:
    """What the broker answered instead of an acknowledgement; a timeout where it has not answered."""
    if acked is None:
        return None
    if not acked.done() or acked.cancelled():
        return KafkaTimeoutError()
    error = acked.exception()
    return error if error is None or isinstance(error, KafkaError) else KafkaError(type(error).__name__)
