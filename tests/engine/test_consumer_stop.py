"""How the consumer's thread ends while fetches wait for their next try."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import NodeNotReadyError

from app.engine.consumer import Consumer
from app.engine.consumer_thread import ConsumerThread
from app.settings import Settings
from app.topology import build
from models.policy import Policy
from models.sentiment import built_in


class AwayClient:
    """aiokafka's client of a broker that is away: each request fails at once."""

    _metadata_max_age_ms = 1000

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.asked = asyncio.Event()
        self.closed = False

    async def send(self, node_id: int, request: Any) -> Any:
        self.asked.set()
        raise NodeNotReadyError("away")

    async def close(self) -> None:
        self.closed = True


async def _unused(*_: Any) -> None:
    """Faust's callbacks, which nothing here calls."""


@pytest.fixture
async def client() -> AwayClient:
    return AwayClient()


@pytest.fixture
async def thread(client: AwayClient) -> AsyncIterator[ConsumerThread]:
    """Its consumer is aiokafka's own, with a fetcher of its own, over `client`."""
    app: Any = build(Settings(), Policy(), built_in()).app
    thread = Consumer(app.transport, _unused, _unused, _unused)._thread
    consumer = AIOKafkaConsumer()
    consumer._client, consumer._coordinator = client, None
    consumer._fetcher = Fetcher(client, SubscriptionState(), retry_backoff_ms=60_000)
    thread._consumer = consumer
    yield thread
    consumer._closed = True  # as its `stop` would leave it, had it ever been started
    thread.thread_loop.close()


def fetch(thread: ConsumerThread) -> "asyncio.Task[Any]":
    """A fetch on its way, which the fetcher looks after."""
    fetcher = thread._ensure_consumer()._fetcher
    request = SimpleNamespace(topics=[])
    task: asyncio.Task[Any] = asyncio.ensure_future(fetcher._proc_fetch_request(None, 1, request))
    fetcher._pending_tasks.add(task)
    return task


async def test_fetches_that_wait_for_their_next_try_end_with_the_thread_and_the_client_is_closed(
    thread: ConsumerThread, client: AwayClient
) -> None:
    fetches = [fetch(thread), fetch(thread)]
    await client.asked.wait()
    await asyncio.sleep(0)  # both have failed by now and pause

    await thread.on_thread_stop()

    assert client.closed
    assert all(each.cancelled() for each in fetches)


async def test_a_fetch_that_failed_by_itself_is_not_hidden(thread: ConsumerThread, client: AwayClient) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    task = asyncio.ensure_future(fails())
    thread._ensure_consumer()._fetcher._pending_tasks.add(task)
    fetch(thread)
    await client.asked.wait()

    with pytest.raises(ZeroDivisionError):
        await thread.on_thread_stop()


async def test_a_thread_that_outlives_the_loop_of_its_worker_ends_quietly(thread: ConsumerThread) -> None:
    """A drain that was cut: the worker is gone before its consumer's thread is."""
    gone = asyncio.new_event_loop()
    gone.close()
    thread.parent_loop = gone

    thread.set_shutdown()
