"""Every topic of Kanarya: its name, its partitions, how long Kafka keeps it. Pure tables from the settings.

`app.topics` creates and checks them, the worker and the commands take the names from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.settings import Settings

_DAY_MS: Final = 86_400_000
_HOUR_MS: Final = 3_600_000
DEAD_LETTER_BYTES: Final = 2 << 20
"""Largest dead letter: twice what an input topic takes by default, as its headers come on top."""
_KAFKA_BYTES: Final = 1_048_588
"""Largest batch that a topic takes where neither it nor its broker says another number."""


@dataclass(frozen=True)
class TopicSpec:
    """One topic as it should be."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]
    """The topic's own settings, by Kafka's names."""
    meaning: str


def inputs(settings: Settings) -> tuple[str, ...]:
    """Topics the worker reads touchpoints from."""
    return settings.inputs


def dead_letters(settings: Settings) -> str:
    """Records that are no touchpoints, of all input topics."""
    return f"{settings.topic_prefix}touchpoints-dlt"


def alerts(settings: Settings) -> str:
    """What a person should act on."""
    return f"{settings.topic_prefix}alerts"


def profiles(settings: Settings) -> str:
    """The newest public profile of each customer."""
    return f"{settings.topic_prefix}profiles"


def changelog(settings: Settings) -> str:
    """The workers' state; the name is Faust's, made of the group and the table `profiles`."""
    return f"{settings.group}-profiles-changelog"


def catalogue(settings: Settings) -> tuple[TopicSpec, ...]:
    """Every topic, inputs first. All have as many partitions: a customer stands on the same number everywhere."""

    # A request may be as large as one batch. Up to Kafka's own number a topic is left to what its broker says.
    larger = settings.request_bytes > _KAFKA_BYTES
    room = {"max.message.bytes": str(settings.request_bytes)} if larger else {}

    def spec(name: str, meaning: str, configs: dict[str, str]) -> TopicSpec:
        return TopicSpec(name, settings.partitions, settings.replication, room | configs, meaning)

    def kept(days: int) -> dict[str, str]:
        most = {} if settings.retention_bytes is None else {"retention.bytes": str(settings.retention_bytes)}
        return {"cleanup.policy": "delete", "retention.ms": str(days * _DAY_MS)} | most

    # A compacted value stays readable for an hour: a worker that meets a stale writer's record finds its own again.
    state = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(_HOUR_MS)}
    return (
        *(spec(name, "touchpoints", kept(7)) for name in settings.inputs),
        spec(
            dead_letters(settings),
            "records that are no touchpoints",
            kept(14) | {"max.message.bytes": str(max(DEAD_LETTER_BYTES, settings.request_bytes))},
        ),
        spec(alerts(settings), "alerts", kept(30)),
        spec(profiles(settings), "public profiles", {"cleanup.policy": "compact"}),
        spec(f"{settings.topic_prefix}windows", "reserved for company-wide windows", {"cleanup.policy": "compact"}),
        spec(changelog(settings), "the workers' state", state),
    )
