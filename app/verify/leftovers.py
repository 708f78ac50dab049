"""Deletes from the user's cluster what a run made there: topics and group. `rig` calls it however the run ends."""

import asyncio
import time
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupIdNotFound, KafkaError, NoError, NonEmptyGroup, for_code
from aiokafka.protocol.admin import DeleteGroupsRequest

from app.catalogue import catalogue
from app.kafka import client_options
from app.settings import Settings
from app.verify.worker import VerifyError

_EMPTY_S: Final = 15.0
"""Longer than the session of a killed member: a group is deleted when its last member is gone."""


async def delete(settings: Settings) -> None:
    """Delete the topics of these settings and their group. Raises `KafkaError`, `VerifyError`."""
    admin = AIOKafkaAdminClient(**client_options(settings, "verify"))
    await admin.start()
    try:
        existing = await admin.list_topics()
        ours = [spec.name for spec in catalogue(settings) if spec.name in existing]
        if not ours:
            return  # refused: no worker has made a group either
        answer: Any = await admin.delete_topics(ours)
        if kept := [name for name, code, *_ in answer.topic_error_codes if code]:
            raise VerifyError(f"the broker does not delete {', '.join(kept)}: do it by hand")
        await _delete_group(admin, settings.group)
    finally:
        await admin.close()


async def _delete_group(admin: AIOKafkaAdminClient, group: str) -> None:
    until_s = time.monotonic() + _EMPTY_S
    while True:
        coordinator = await admin.find_coordinator(group)
        answer: Any = await admin._send_request(DeleteGroupsRequest([group]), coordinator)
        ((_, code),) = answer.results
        error: type[KafkaError] = for_code(code)
        if error in {NoError, GroupIdNotFound}:
            return  # a group that never had a member is unknown, and that is as good
        if not (error is NonEmptyGroup or error.retriable) or time.monotonic() > until_s:
            raise VerifyError(f"the broker does not delete the group {group} ({error.__name__}): do it by hand")
        await asyncio.sleep(0.2)  # its members' sessions run out
