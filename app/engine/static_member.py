"""A worker with an id of its own in the group (`KANARYA_INSTANCE`): a restart within the session timeout moves nothing.

aiokafka joins and syncs with the id, and does not leave the group when it stops. But it beats and commits without it,
so it does not learn that another process has come with the same id: it would take the id back, and the two would push
each other out for ever. `attach` gives its coordinator what is missing: heartbeats that name the id, and a rejoin
that does not take the id from a namesake. `app.engine.consumer_thread` calls it.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.group import (
    HeartbeatRequest,
    HeartbeatRequest_v0,
    HeartbeatRequest_v1,
    HeartbeatResponse_v1,
    JoinGroupRequest,
    SyncGroupRequest,
)
from aiokafka.protocol.types import Int32, Schema, String

from agents.ports import Stop

log = structlog.get_logger()

_UNKNOWN_MEMBER: Final = 25
_FENCED: Final = 82
"""FENCED_INSTANCE_ID: the id belongs to a member that joined later."""


class IdTaken(Stop):
    """Another process has joined the group under this worker's id."""

    def __init__(self, instance: str, group: str) -> None:
        super().__init__("", -1, None, "")
        self.sentence = (
            f"KANARYA_INSTANCE = {instance}: another worker of group {group} has started under this id and has taken"
            " over its partitions; give each worker an id of its own, or stop one of the two"
        )

    def __str__(self) -> str:
        return self.sentence


class FencedInstanceError(KafkaError):
    """The broker's answer FENCED_INSTANCE_ID, which aiokafka does not know."""


class _HeartbeatResponse(Response):
    API_KEY = 12
    API_VERSION = 3
    SCHEMA = HeartbeatResponse_v1.SCHEMA


class _NamedHeartbeatRequest(RequestStruct):
    API_KEY = 12
    API_VERSION = 3
    RESPONSE_TYPE = _HeartbeatResponse
    SCHEMA = Schema(
        ("group", String("utf-8")),
        ("generation_id", Int32),
        ("member_id", String("utf-8")),
        ("group_instance_id", String("utf-8")),
    )


class NamedHeartbeat(Request[HeartbeatRequest_v0 | HeartbeatRequest_v1 | _NamedHeartbeatRequest]):
    """A heartbeat that names the id, where the broker knows such (2.3 and later)."""

    API_KEY = 12

    def __init__(self, plain: HeartbeatRequest, instance: str) -> None:
        self._plain: Any = plain
        self._instance = instance

    def build(self, request_struct_class: Any) -> Any:
        """The request in the version that the broker takes."""
        plain = self._plain
        told = (plain._group, plain._generation_id, plain._member_id)
        return request_struct_class(*told, *([self._instance] if request_struct_class.API_VERSION >= 3 else []))


def attach(coordinator: Any, instance: str, taken: Callable[[], None]) -> None:
    """Make a started consumer's coordinator a static member in full.

    Args:
        coordinator: aiokafka's, made with `group_instance_id=instance`.
        instance: the id.
        taken: told, from the coordinator's loop, each time the broker says that the id belongs to another.
    """
    send, forget = coordinator._send_req, coordinator.reset_generation
    unknown = False
    looking: asyncio.Task[None] | None = None

    async def send_req(request: Any) -> Any:
        nonlocal unknown, looking
        if isinstance(request, HeartbeatRequest):
            request = NamedHeartbeat(request, instance)
        response = await send(request)
        code = getattr(response, "error_code", 0)
        if code == _FENCED:
            taken()
            raise FencedInstanceError(f"{instance} belongs to another member")
        unknown = code == _UNKNOWN_MEMBER and isinstance(request, JoinGroupRequest)
        if looking is None and code == 0 and isinstance(request, SyncGroupRequest):
            looking = asyncio.create_task(_look_for_fence(coordinator, send, instance))
        return response

    def reset_generation() -> None:
        """Join again as who one is: the broker then tells a namesake from a session that ran out."""
        if unknown:
            forget()
        else:
            coordinator.request_rejoin()

    coordinator._send_req, coordinator.reset_generation = send_req, reset_generation


async def _look_for_fence(coordinator: Any, send: Callable[[Any], Any], instance: str) -> None:
    """Warn once of a broker that keeps no namesake out: it lets a stranger beat for this id."""
    stranger = HeartbeatRequest(coordinator.group_id, coordinator.generation, f"not-{coordinator.member_id}")
    try:
        answer = await send(NamedHeartbeat(stranger, instance))
    except KafkaError:
        return  # the next start asks again
    if answer.error_code != _FENCED:
        log.warning("instance_not_fenced", instance=instance, then="never start two workers of this id")
