"""The end of a partition over a producer's connection: asked again until the leader tells it, and never guessed."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    NotLeaderForPartitionError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.offset import OffsetRequest, OffsetResponse_v3

from app.engine import log_end
from app.engine.log_end import end_offset


class Brokers:
    """A producer's view of a cluster: who leads, and what is answered, in turn."""

    def __init__(self, *answers: int | type[Exception], leaders: tuple[int | None, ...] = (7,)) -> None:
        self._answers, self._leaders = list(answers), list(leaders)
        self.asked: list[tuple[int, Any]] = []
        self.refreshed = 0
        self.client = SimpleNamespace(cluster=self, send=self._send, force_metadata_update=self._refresh)

    async def partitions_for(self, topic: str) -> set[int]:
        return {0, 1, 2, 3}

    def leader_for_partition(self, _: object) -> int | None:
        return self._leaders.pop(0) if len(self._leaders) > 1 else self._leaders[0]

    def _refresh(self) -> None:
        self.refreshed += 1

    async def _send(self, node: int, request: OffsetRequest) -> OffsetResponse_v3:
        self.asked.append((node, request._topics))
        answer = self._answers.pop(0)
        if isinstance(answer, type) and answer is KafkaConnectionError:
            raise answer
        code, offset = (0, answer) if isinstance(answer, int) else (answer.errno, -1)  # type: ignore[attr-defined]
        return OffsetResponse_v3(0, [("log", [(3, code, -1, offset)])])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_end, "_PAUSE_S", 0.0)


async def end(brokers: Brokers, within_s: float = 5.0) -> int:
    return await end_offset(brokers, "log", 3, within_s)


async def test_the_leader_tells_the_end() -> None:
    brokers = Brokers(42)

    assert await end(brokers) == 42
    assert brokers.asked == [(7, [("log", [(3, -1)])])]


async def test_a_broker_that_leads_no_more_or_went_away_is_asked_again_as_the_cluster_then_is() -> None:
    brokers = Brokers(NotLeaderForPartitionError, KafkaConnectionError, 42, leaders=(7, None, -1, 7, 8))

    assert await end(brokers) == 42
    assert [node for node, _ in brokers.asked] == [7, 7, 8]
    assert brokers.refreshed == 4


async def test_what_another_try_would_not_mend_is_raised() -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await end(Brokers(TopicAuthorizationFailedError))


async def test_an_end_that_nobody_tells_is_an_error_once_the_time_is_over() -> None:
    with pytest.raises(KafkaTimeoutError):
        await end(Brokers(leaders=(None,)), within_s=0.01)


async def test_no_answer_ends_with_the_time_too() -> None:
    brokers = Brokers()
    brokers.client.send = lambda *_: asyncio.get_running_loop().create_future()

    with pytest.raises(KafkaTimeoutError):
        await end(brokers, within_s=0.01)
