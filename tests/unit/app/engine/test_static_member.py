"""A static member beats under its own id, and gives it up only to a session that ran out, never to a namesake."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import HeartbeatRequest, HeartbeatRequest_v1, JoinGroupRequest, SyncGroupRequest

from app.engine import static_member
from app.engine.static_member import NamedHeartbeat, _NamedHeartbeatRequest

OK, UNKNOWN_MEMBER, FENCED = 0, 25, 82


class Coordinator:
    """What `attach` changes, over a broker that answers with `code`."""

    def __init__(self) -> None:
        self.group_id, self.member_id, self.generation = "g", "worker-a-1", 4
        self.code, self.stranger_code = OK, FENCED
        self.sent: list[Any] = []
        self.forgot = self.rejoins = 0
        self.taken = 0
        static_member.attach(self, "worker-a", self.note_taken)

    def note_taken(self) -> None:
        self.taken += 1

    async def _send_req(self, request: Any) -> Any:
        self.sent.append(request)
        strange = isinstance(request, NamedHeartbeat) and request._plain._member_id != self.member_id
        return SimpleNamespace(error_code=self.stranger_code if strange else self.code)

    def reset_generation(self) -> None:
        self.forgot += 1

    def request_rejoin(self) -> None:
        self.rejoins += 1


JOIN = JoinGroupRequest("g", 10_000, 60_000, "worker-a-1", "worker-a", "consumer", [])
SYNC = SyncGroupRequest("g", 4, "worker-a-1", "worker-a", [])
BEAT = HeartbeatRequest("g", 4, "worker-a-1")


async def test_heartbeats_name_the_id_where_the_broker_knows_such() -> None:
    coordinator = Coordinator()
    await coordinator._send_req(BEAT)

    (beat,) = coordinator.sent
    named, plain = beat.build(_NamedHeartbeatRequest), beat.build(HeartbeatRequest_v1)
    assert (named.group, named.generation_id, named.member_id, named.group_instance_id) == (
        "g", 4, "worker-a-1", "worker-a",
    )  # fmt: skip
    assert (plain.group, plain.generation_id, plain.member_id) == ("g", 4, "worker-a-1")


@pytest.mark.parametrize("request_", [BEAT, JOIN, SYNC])
async def test_an_id_that_belongs_to_another_is_told_and_nothing_is_taken_back(request_: Any) -> None:
    coordinator = Coordinator()
    coordinator.code = FENCED
    with pytest.raises(KafkaError):
        await coordinator._send_req(request_)

    assert (coordinator.taken, coordinator.forgot) == (1, 0)


async def test_a_worker_whom_the_broker_does_not_know_joins_again_as_who_it_is_and_only_then_as_a_new_one() -> None:
    coordinator = Coordinator()
    coordinator.code = UNKNOWN_MEMBER
    await coordinator._send_req(BEAT)
    coordinator.reset_generation()
    assert (coordinator.rejoins, coordinator.forgot) == (1, 0)

    await coordinator._send_req(JOIN)
    coordinator.reset_generation()
    assert (coordinator.rejoins, coordinator.forgot) == (1, 1)


@pytest.mark.parametrize(("stranger_code", "warnings"), [(FENCED, []), (OK, ["instance_not_fenced"])])
async def test_a_broker_that_keeps_no_namesake_out_is_told_once(stranger_code: int, warnings: list[str]) -> None:
    coordinator = Coordinator()
    coordinator.stranger_code = stranger_code
    with structlog.testing.capture_logs() as said:
        for _ in range(2):
            await coordinator._send_req(SYNC)
            await asyncio.sleep(0)

    assert [line["event"] for line in said] == warnings
    assert [type(request).__name__ for request in coordinator.sent].count("NamedHeartbeat") == 1
