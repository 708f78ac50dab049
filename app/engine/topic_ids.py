"""The id that a broker gave a topic when it was made: Metadata as of KIP-516, which aiokafka does not speak.

`app.engine.preflight` asks once, for `app.engine.disk`: a changelog that was deleted and made anew under the same name
is told apart by it.
"""

from io import BytesIO
from typing import Any, Final
from uuid import UUID

from aiokafka.errors import KafkaError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_NONE: Final = UUID(int=0)
_NAME: Final = CompactString("utf-8")


class _Uuid(AbstractType):
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))


class MetadataResponse_v12(Response):  # noqa: N801 - as aiokafka's own
    """Version 12."""

    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(("node_id", Int32), ("host", _NAME), ("port", Int32), ("rack", _NAME), ("tags", TaggedFields)),
        ),
        ("cluster_id", _NAME),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", _NAME),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition_index", Int32),
                        ("leader_id", Int32),
                        ("leader_epoch", Int32),
                        ("replica_nodes", CompactArray(Int32)),
                        ("isr_nodes", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("topic_authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class MetadataRequest_v12(RequestStruct):  # noqa: N801 - as aiokafka's own
    """Version 12."""

    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = MetadataResponse_v12
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", _NAME), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class TopicIdRequest(Request[MetadataRequest_v12]):
    """Asks what a broker knows of one topic."""

    API_KEY = 3

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def build(self, request_struct_class: type[MetadataRequest_v12]) -> MetadataRequest_v12:
        """The struct to send."""
        return request_struct_class([(_NONE, self._topic, {})], False, False, {})


async def topic_id(client: Any, topic: str) -> str | None:
    """The id of a topic, None where the broker gives none (older than Kafka 2.8, or not a Kafka).

    Args:
        client: a started aiokafka client.
        topic: its name.
    """
    try:
        answer = await client.send(client.get_random_node(), TopicIdRequest(topic))
    except (KafkaError, ValueError):  # not spoken, or not as Kafka does
        return None
    return next((str(found[2]) for found in answer.topics if found[1] == topic and found[2] != _NONE), None)
