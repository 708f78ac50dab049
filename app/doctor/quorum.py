"""The one question of Kafka's protocol that tells the broker's own time: DescribeQuorum (KIP-595, KIP-836).

The leader of the quorum says of itself when it was last caught up, which is now. `app.doctor.clock` asks; aiokafka
has no such request of its own.
"""

from typing import Final

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

_VOTERS: Final = CompactArray(
    ("replica_id", Int32),
    ("log_end_offset", Int64),
    ("last_fetch_timestamp", Int64),
    ("last_caught_up_timestamp", Int64),
    ("tags", TaggedFields),
)


class DescribeQuorumResponse_v1(Response):  # type: ignore[misc]  # noqa: N801 - as aiokafka's own
    """Version 1: topics, their partitions, of each its voters and observers."""

    API_KEY = 55
    API_VERSION = 1
    SCHEMA = Schema(
        ("error_code", Int16),
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                (
                    "partitions",
                    CompactArray(
                        ("partition_index", Int32),
                        ("error_code", Int16),
                        ("leader_id", Int32),
                        ("leader_epoch", Int32),
                        ("high_watermark", Int64),
                        ("current_voters", _VOTERS),
                        ("observers", _VOTERS),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class DescribeQuorumRequest_v1(RequestStruct):  # type: ignore[misc]  # noqa: N801 - as aiokafka's own
    """Version 1."""

    FLEXIBLE_VERSION = True
    API_KEY = 55
    API_VERSION = 1
    RESPONSE_TYPE = DescribeQuorumResponse_v1
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                ("partitions", CompactArray(("partition_index", Int32), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class DescribeQuorumRequest(Request[DescribeQuorumRequest_v1]):  # type: ignore[misc]
    """Asks for the cluster's metadata quorum."""

    API_KEY = 55

    def build(self, request_struct_class: type[DescribeQuorumRequest_v1]) -> DescribeQuorumRequest_v1:
        """The struct to send."""
        return request_struct_class([("__cluster_metadata", [(0, {})], {})], {})


def leader_time_ms(answer: DescribeQuorumResponse_v1) -> int | None:
    """The leader's clock when it answered, epoch ms; None when it does not tell, or not to this client."""
    if answer.error_code or not answer.topics:
        return None
    _, error_code, leader, _, _, voters, _, _ = answer.topics[0][1][0]
    times = [voter[3] for voter in voters if voter[0] == leader and voter[3] > 0]
    return None if error_code or not times else int(times[0])
