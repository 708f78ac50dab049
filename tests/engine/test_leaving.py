"""How the coordinator of a consumer's group ends while its broker answers nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import NodeNotReadyError
from aiokafka.protocol.group import JoinGroupRequest, LeaveGroupRequest

from app.engine import leaving


class SilentClient(AIOKafkaClient):
    """aiokafka's client of a broker that takes requests and answers none until it is told to fail them."""

    def __init__(self, coordinator_id: int | None) -> None:
        super().__init__()
        self._coordinator_id = coordinator_id
        self.asked: asyncio.Queue[Any] = asyncio.Queue()
        self.fails = asyncio.Event()
        self.found = asyncio.Event()
        """Set when a coordinator that was not known is."""

    async def coordinator_lookup(self, *_: Any) -> int:
        if self._coordinator_id is None:
            self.asked.put_nowait("lookup")
            await self.found.wait()
        assert self._coordinator_id is not None
        return self._coordinator_id

    async def ready(self, *_: Any, **__: Any) -> bool:
        return True

    async def send(self, node_id: int, request: Any, **_: Any) -> Any:
        await self._unanswered(request)

    async def _unanswered(self, request: Any) -> None:
        self.asked.put_nowait(request)
        await self.fails.wait()
        raise NodeNotReadyError("away")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "ANSWER_S", 0.05)


@pytest.fixture
async def clients() -> AsyncIterator[list[SilentClient]]:
    """Closed at the end."""
    clients: list[SilentClient] = []
    yield clients
    for client in clients:
        await client.close()


def coordinator(client: SilentClient, topics: frozenset[str] = frozenset({"touchpoints"})) -> GroupCoordinator:
    """aiokafka's own, of a consumer that joins its group for topics; without any it has nothing to join for."""
    subscription = SubscriptionState()
    if topics:
        subscription.subscribe(set(topics))
    made = GroupCoordinator(client, subscription, group_id="kanarya", enable_auto_commit=False, retry_backoff_ms=1)
    leaving.attach(made, 10.0)
    return made


async def closes(group: GroupCoordinator) -> list[str]:
    """Events of the log of a close that ends by itself."""
    with structlog.testing.capture_logs() as lines:
        async with asyncio.timeout(5):
            await group.close()
    return [line["event"] for line in lines]


async def test_a_member_whose_leave_is_not_answered_goes_all_the_same(clients: list[SilentClient]) -> None:
    clients.append(client := SilentClient(coordinator_id=0))
    group = coordinator(client, topics=frozenset())
    group.coordinator_id, group.generation = 0, 1

    assert await closes(group) == ["leaving_unanswered"]
    assert isinstance(client.asked.get_nowait(), LeaveGroupRequest)


async def test_a_member_that_looks_for_a_coordinator_in_vain_goes_all_the_same(clients: list[SilentClient]) -> None:
    """An outage longer than the session: the coordinator is not known any more."""
    clients.append(client := SilentClient(coordinator_id=None))
    group = coordinator(client)
    assert await client.asked.get() == "lookup"

    assert await closes(group) == ["leaving_unanswered"]
    await asyncio.wait({group._coordination_task})


async def test_a_member_that_waits_in_a_rebalance_does_not_go_without_a_word(
    clients: list[SilentClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker answers a join when all others have come: a member that is gone meanwhile would hold them up."""
    clients.append(client := SilentClient(coordinator_id=0))
    group = coordinator(client)
    assert isinstance(await client.asked.get(), JoinGroupRequest)
    closing = asyncio.create_task(closes(group))
    _, waiting = await asyncio.wait({closing}, timeout=10 * leaving.ANSWER_S)
    assert waiting
    monkeypatch.setattr(leaving, "ANSWER_S", 60)  # from here on it waits for an answer that comes
    client.fails.set()

    assert await closing == []


async def test_a_leave_after_a_rebalance_has_the_whole_time_for_its_answer(
    clients: list[SilentClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait that began in the rebalance, here a minute long, ends with it."""
    clients.append(client := SilentClient(coordinator_id=0))
    group = coordinator(client, topics=frozenset())
    group._coordination_task.cancel()
    joined = asyncio.Event()
    group.coordinator_id, group.generation = 0, 1
    group._coordination_task = asyncio.create_task(joined.wait())
    monkeypatch.setattr(leaving, "ANSWER_S", 60)
    closing = asyncio.create_task(closes(group))
    await asyncio.wait({group._closing})
    monkeypatch.setattr(leaving, "ANSWER_S", 0.05)

    joined.set()

    assert await closing == ["leaving_unanswered"]
    assert isinstance(client.asked.get_nowait(), LeaveGroupRequest)


async def test_a_member_that_finds_its_coordinator_while_it_leaves_does_not_go_without_a_word(
    clients: list[SilentClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its routine asks to join without another look at the close."""
    clients.append(client := SilentClient(coordinator_id=None))
    group = coordinator(client)
    assert await client.asked.get() == "lookup"
    closing = asyncio.create_task(closes(group))
    await asyncio.wait({group._closing})
    client._coordinator_id = 0
    client.found.set()
    assert isinstance(await client.asked.get(), JoinGroupRequest)

    _, waiting = await asyncio.wait({closing}, timeout=10 * leaving.ANSWER_S)

    assert waiting
    monkeypatch.setattr(leaving, "ANSWER_S", 60)
    client.fails.set()
    assert await closing == []


async def test_what_is_wrong_with_a_close_is_not_hidden(clients: list[SilentClient]) -> None:
    clients.append(client := SilentClient(coordinator_id=0))
    group = coordinator(client, topics=frozenset())

    async def fails() -> None:
        await asyncio.wait({group._closing})
        raise ZeroDivisionError

    group._coordination_task.cancel()
    group._coordination_task = asyncio.create_task(fails())

    with pytest.raises(ZeroDivisionError):
        await group.close()
