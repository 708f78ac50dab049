"""What a worker asks the broker before it starts: are its topics as they should be, and can producers be idempotent.

`app.worker` calls `look` until the broker answers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.transaction import InitProducerIdRequest

from agents.ports import Stop
from app.catalogue import TopicSpec
from app.counted import counted
from app.engine.topic_ids import topic_id

_MISSING: Final = (
    "the topic does not exist: run `kanarya topics apply`; or it is hidden from this user: `kanarya topics acls` prints"
    " what to grant"
)
_NOT_YET: Final = frozenset({14, 15, 16})
"""Coordinator loading, not available, elsewhere: the broker knows the request."""


async def look(options: Mapping[str, Any], specs: Sequence[TopicSpec]) -> bool:
    """Whether the broker gives idempotent sessions.

    Args:
        options: arguments of an aiokafka client.
        specs: the topics that the worker needs.

    Raises:
        Stop: a topic is missing or has another partition count.
        KafkaConnectionError: no broker answers.
    """
    client = AIOKafkaClient(**options)
    try:
        await client.bootstrap()
        refuse_misfits(await client.fetch_all_metadata(), specs)
        return await _is_idempotent(client)
    finally:
        await client.close()


def refuse_misfits(cluster: Any, specs: Sequence[TopicSpec]) -> None:
    """Raises `Stop` for the first topic of `specs` that the cluster's metadata do not show as it should be."""
    for spec in specs:
        found = len(cluster.partitions_for_topic(spec.name) or ())
        if not found:
            raise Stop(spec.name, 0, None, _MISSING)
        if found != spec.partitions:
            raise Stop(
                spec.name, 0, None,
                f"the topic has {counted(found, 'partition')} and KANARYA_PARTITIONS is {spec.partitions}:"
                " `kanarya topics check` names the mend, `kanarya topics apply` creates what is missing",
            )  # fmt: skip


async def id_of(options: Mapping[str, Any], topic: str) -> str | None:
    """The broker's id of a topic, None where it gives none. Raises `KafkaError`."""
    client = AIOKafkaClient(**options)
    try:
        await client.bootstrap()
        return await topic_id(client, topic)
    finally:
        await client.close()


async def gives_idempotence(options: Mapping[str, Any]) -> bool:
    """Whether the broker gives idempotent sessions, for a client with these arguments. Raises `KafkaError`."""
    client = AIOKafkaClient(**options)
    try:
        await client.bootstrap()
        return await _is_idempotent(client)
    finally:
        await client.close()


async def _is_idempotent(client: Any) -> bool:
    node = client.get_random_node()
    try:
        answer = await client.send(node, InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=60_000))
    except KafkaError:
        return False
    return answer.error_code == 0 or answer.error_code in _NOT_YET
