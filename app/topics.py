"""Create and check the topics of `app.catalogue` on a broker; `kanarya topics` and the worker's start call it.

Nothing is ever changed on a topic that exists: a difference is reported with the command that mends it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from app.catalogue import TopicSpec
from app.counted import counted
from app.kafka import client_options
from app.settings import Settings

_APPEAR_S: Final = 10.0
_AT_LEAST: Final = frozenset({"retention.ms", "retention.bytes", "min.compaction.lag.ms", "max.message.bytes"})
"""Topic settings that an operator may raise at will; -1 is for ever."""

State = Literal["ok", "created", "missing", "differs", "refused"]


@dataclass(frozen=True)
class Finding:
    """How one topic stands: `fault` and `mend` are sentences, empty when all is well."""

    topic: str
    state: State
    fault: str = ""
    mend: str = ""


async def apply(settings: Settings, specs: Sequence[TopicSpec]) -> list[Finding]:
    """Create what is missing, then report every topic. Running it again changes nothing. Raises `KafkaError`."""
    async with _admin(settings) as admin:
        before = await _existing(admin)
        missing = [spec for spec in specs if spec.name not in before]
        refused = await _create(admin, missing)
        created = {spec.name for spec in missing} - refused.keys()
        await _appeared(admin, created)
        findings = await _compare(admin, settings, [spec for spec in specs if spec.name not in refused])
        said = [
            Finding(each.topic, "created") if each.state == "ok" and each.topic in created else each
            for each in findings
        ]
        return [*said, *refused.values()]


async def check(settings: Settings, specs: Sequence[TopicSpec]) -> list[Finding]:
    """Compare every topic with what it should be. Raises `KafkaError`."""
    async with _admin(settings) as admin:
        return await _compare(admin, settings, specs)


async def own_settings(settings: Settings, specs: Sequence[TopicSpec]) -> dict[str, dict[str, str]]:
    """Each existing topic's own settings; empty where the broker does not tell them. Raises `KafkaError`."""
    async with _admin(settings) as admin:
        existing = await _existing(admin)
        return {spec.name: {} for spec in specs if spec.name in existing} | await _configs(
            admin, [spec for spec in specs if spec.name in existing]
        )


async def existing_partitions(settings: Settings) -> dict[str, int]:
    """Topic -> number of its partitions, of all that this user may see. Raises `KafkaError`."""
    async with _admin(settings) as admin:
        return {name: len(each["partitions"]) for name, each in (await _existing(admin)).items()}


async def partitions_of(settings: Settings, topic: str) -> int:
    """How many partitions a topic has. Raises `UnknownTopicOrPartitionError` with its name, and other `KafkaError`s."""
    async with _admin(settings) as admin:
        found = (await _existing(admin)).get(topic)
    if found is None:
        raise UnknownTopicOrPartitionError(topic)
    return len(found["partitions"])


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(**client_options(settings, "topics"))
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def _existing(admin: AIOKafkaAdminClient) -> dict[str, dict[str, Any]]:
    """Metadata of all topics by name; asking for single names would create them on some brokers."""
    return {each["topic"]: each for each in await admin.describe_topics()}


async def _create(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> dict[str, Finding]:
    """Create the topics; a finding for each one the broker refused."""
    if not specs:
        return {}
    wanted = [
        NewTopic(spec.name, spec.partitions, spec.replication, topic_configs=dict(spec.configs)) for spec in specs
    ]
    refused = {}
    for name, code, *message in (await admin.create_topics(wanted)).topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            said = (message[0] if message else "") or error.__name__
            fault = f"the broker refuses it: {said.rstrip(' .')}"  # our sentences go on behind the broker's
            mend = "look at KANARYA_PARTITIONS and KANARYA_REPLICATION, or let an operator create it"
            refused[name] = Finding(name, "refused", fault, mend)
    return refused


async def _appeared(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    """Wait until metadata shows the topics; a broker answers a creation before all of it knows."""
    deadline = time.monotonic() + _APPEAR_S
    while not names <= (await _existing(admin)).keys() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


async def _compare(admin: AIOKafkaAdminClient, settings: Settings, specs: Sequence[TopicSpec]) -> list[Finding]:
    existing = await _existing(admin)
    configs = await _configs(admin, [spec for spec in specs if spec.name in existing])
    return [_finding(spec, existing.get(spec.name), configs.get(spec.name, {}), settings) for spec in specs]


async def _configs(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> dict[str, dict[str, str]]:
    """The topics' own settings by name; empty where the broker does not tell them (the embedded one hangs up)."""
    if not specs:
        return {}
    try:
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs])
    except KafkaConnectionError:
        return {}
    resources = [resource for answer in answers for resource in answer.resources]
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for resource in resources}


def _finding(spec: TopicSpec, found: dict[str, Any] | None, configs: dict[str, str], settings: Settings) -> Finding:
    if found is None:
        return Finding(spec.name, "missing", "does not exist", "run `kanarya topics apply`")
    partitions = found["partitions"]
    if len(partitions) != spec.partitions:
        fault = f"has {counted(len(partitions), 'partition')} instead of {spec.partitions}"
        mend = (
            f"set KANARYA_PARTITIONS={len(partitions)} if all topics have as many; else drop the topic, or use another "
            "KANARYA_TOPIC_PREFIX and KANARYA_GROUP: adding partitions would part customers from their state"
        )
        return Finding(spec.name, "differs", fault, mend)
    wrong = {key: value for key, value in spec.configs.items() if not _holds(key, configs.get(key, value), value)}
    largest = int(configs.get("max.message.bytes", settings.request_bytes))
    if largest < settings.request_bytes:
        wrong["max.message.bytes"] = str(settings.request_bytes)
    if wrong:
        fault = ", ".join(f"{key} is {configs[key]} instead of {value}" for key, value in wrong.items())
        return Finding(spec.name, "differs", fault, _alter(spec.name, wrong, settings))
    replication = min((len(each["replicas"]) for each in partitions), default=0)
    if replication < spec.replication:
        fault = f"has replication {replication} instead of {spec.replication}"
        return Finding(spec.name, "differs", fault, "reassign its partitions, or set KANARYA_REPLICATION lower")
    return Finding(spec.name, "ok")


def _holds(key: str, found: str, wanted: str) -> bool:
    if key in _AT_LEAST:
        return int(found) == -1 or int(found) >= int(wanted)
    return found == wanted


def _alter(topic: str, configs: dict[str, str], settings: Settings) -> str:
    pairs = ",".join(f"{key}={value}" for key, value in configs.items())
    return f"run `kafka-configs.sh --bootstrap-server {settings.broker} --alter --topic {topic} --add-config {pairs}`"
