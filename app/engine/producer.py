"""The producers: idempotent where the broker supports it, with RecordBatches made by hand.

Faust starts one for changelog and alerts; `app.engine.application` starts a second one for public profiles, so that
these never delay an alert, and a third one for dead letters. `app.engine.changelog`, `app.engine.publisher` and
`app.engine.dead_letters` send through them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import structlog
from aiokafka.errors import KafkaTimeoutError
from faust.transport.drivers import aiokafka as driver

from agents.ports import Outgoing
from app.catalogue import DEAD_LETTER_BYTES
from app.engine import FAUST_LOG
from app.engine.log_end import end_offset

log = structlog.get_logger()


class Sent(NamedTuple):
    """A RecordBatch on its way."""

    records: int
    """How many it holds."""
    acknowledged: "asyncio.Future[Any]"
    """Done when the broker has it, with its `offset`, which is -1 when an earlier try has written it."""


class Producer(driver.Producer):
    """Faust's producer with an idempotent session, where `app.engine.preflight` found that the broker gives one."""

    logger = FAUST_LOG

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": self.app.idempotent}

    def _new_producer(self, transactional_id: str | None = None) -> Any:
        producer = super()._new_producer(transactional_id)
        self.app.patience.attach(producer.client)
        return producer

    async def send_record_batch(
        self, topic: str, partition: int, records: Sequence[Outgoing], now_ms: int
    ) -> list[Sent]:
        """Hand `records` over as few RecordBatches, in their order."""
        sent = []
        builder = self._ensure_producer().create_batch()
        for record in records:
            if not append(builder, record.key, record.value, now_ms, record.headers):
                sent.append(Sent(builder.record_count(), await self.hand_over(builder, topic, partition)))
                builder = self._ensure_producer().create_batch()
                append(builder, record.key, record.value, now_ms, record.headers)
        if builder.record_count():
            sent.append(Sent(builder.record_count(), await self.hand_over(builder, topic, partition)))
        return sent

    async def hand_over(self, builder: Any, topic: str, partition: int) -> "asyncio.Future[Any]":
        """Queue one RecordBatch; waits as long as the broker is away. The future fails when the broker refuses it."""
        builder.close()
        while True:
            try:
                future = await self._ensure_producer().send_batch(builder, topic, partition=partition)
            except KafkaTimeoutError:  # not queued yet: nothing was sent
                log.warning("send_postponed", topic=topic, partition=partition)
            else:
                # Whoever waits may be cancelled, as when another partition's write stops the worker: a refusal that
                # comes afterwards is looked at here, or asyncio would log it as an error that nobody retrieved.
                future.add_done_callback(_look_at)
                return asyncio.shield(future)

    async def end(self, topic: str, partition: int) -> int:
        """Where a partition ends; see `app.engine.log_end`. Raises `KafkaError`."""
        return await end_offset(self._ensure_producer(), topic, partition, self.app.conf.broker_request_timeout)


class DeadLetterProducer(Producer):
    """Takes larger records, and a refused one is the end of that one only.

    An idempotent producer has numbered a refused record: the broker refuses whatever follows it as out of order.
    """

    def _settings_extra(self) -> Mapping[str, Any]:
        largest = max(DEAD_LETTER_BYTES, self.app.limits.request_bytes)
        return {"acks": "all", "enable_idempotence": False, "max_request_size": largest}


def append(
    builder: Any, key: bytes | None, value: bytes | None, now_ms: int, headers: Sequence[tuple[str, bytes | None]] = ()
) -> bool:
    """Add a record to an open RecordBatch; False when it is full. The first record always fits."""
    return builder.append(timestamp=now_ms, key=key, value=value, headers=list(headers)) is not None


def _look_at(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()
