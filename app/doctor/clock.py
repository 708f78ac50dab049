"""This machine's clock against the broker's, without writing anything: the leader of the quorum tells its time."""

import time
from typing import Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError

from app.doctor.finding import Finding
from app.doctor.quorum import DescribeQuorumRequest, leader_time_ms
from app.kafka import client_options
from app.settings import Settings

WARN_MS: Final = 5_000
_TRIES: Final = 3
_JUDGED_BY: Final = "record times decide what is too old or in the future (KANARYA_MAX_AGE_S, KANARYA_FUTURE_S)"


async def check_clock(settings: Settings) -> Finding:
    """How far the two are apart, to half the time of a question and its answer."""
    client = AIOKafkaClient(**client_options(settings, "doctor"))
    try:
        await client.bootstrap()
        skews = [each for each in [await _skew_ms(client) for _ in range(_TRIES)] if each is not None]
    except (IncompatibleBrokerVersion, KafkaError, NotImplementedError):
        skews = []
    finally:
        await client.close()
    if not skews:
        return Finding(
            "clock", "warn", "not compared: this broker does not tell its time to this user", _JUDGED_BY,
            "compare both by NTP (chronyc tracking, timedatectl); Apache Kafka tells who may Describe the cluster",
        )  # fmt: skip
    skew_ms, give_ms = min(skews, key=lambda each: each[1])
    details = {"skew_ms": skew_ms, "within_ms": give_ms}
    word = "ahead of" if skew_ms >= 0 else "behind"
    what = f"the broker's clock is {abs(skew_ms) / 1000:.2f} s {word} this machine's (to {give_ms / 1000:.2f} s)"
    if abs(skew_ms) - give_ms <= WARN_MS:
        return Finding("clock", "ok", what, details=details)
    return Finding(
        "clock", "warn", what, _JUDGED_BY, "set both clocks by NTP: chronyc tracking, or timedatectl", details
    )


async def _skew_ms(client: AIOKafkaClient) -> tuple[int, int] | None:
    """The broker's time less ours, and by how much that may be off; ms."""
    asked_ms, asked_s = time.time() * 1000, time.monotonic()
    told_ms = leader_time_ms(await client.send(client.get_random_node(), DescribeQuorumRequest()))
    took_ms = (time.monotonic() - asked_s) * 1000
    if told_ms is None:
        return None
    return round(told_ms - (asked_ms + took_ms / 2)), round(took_ms / 2) + 1
