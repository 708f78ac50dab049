"""`kanarya topics` against a broker: creating, creating again, and saying what differs."""

import asyncio

import pytest

from app.catalogue import TopicSpec, catalogue
from app.settings import Settings
from app.topics import Finding, apply, check, partitions_of

real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""Only over a real Kafka: the embedded broker does not tell topics' settings, and takes any replication."""


def states(findings: list[Finding]) -> set[str]:
    return {finding.state for finding in findings}


async def test_missing_topics_are_created_once_and_checked(bare: Settings) -> None:
    specs = catalogue(bare)

    assert states(await check(bare, specs)) == {"missing"}
    assert states(await apply(bare, specs)) == {"created"}
    assert states(await apply(bare, specs)) == {"ok"}
    assert states(await check(bare, specs)) == {"ok"}
    assert await asyncio.gather(*(partitions_of(bare, spec.name) for spec in specs)) == [4] * len(specs)


async def test_looking_at_topics_creates_none(bare: Settings) -> None:
    await check(bare, catalogue(bare))

    assert states(await check(bare, catalogue(bare))) == {"missing"}


async def test_another_number_of_partitions_is_told_and_never_changed(settings: Settings) -> None:
    wider = settings.model_copy(update={"partitions": 6})
    findings = await apply(wider, catalogue(wider))

    assert states(findings) == {"differs"}
    assert findings[0].fault == "has 4 partitions instead of 6"
    assert "KANARYA_PARTITIONS=4" in findings[0].mend
    assert await partitions_of(settings, settings.inputs[0]) == 4


@real
async def test_a_topic_s_own_settings_are_compared(settings: Settings) -> None:
    name = settings.inputs[0]
    wanted = TopicSpec(name, 4, 1, {"cleanup.policy": "compact", "retention.ms": "604800000"}, "")
    shorter = TopicSpec(name, 4, 1, {"cleanup.policy": "delete", "retention.ms": "1000"}, "")
    longer = TopicSpec(name, 4, 1, {"cleanup.policy": "delete", "retention.ms": "9999999999"}, "")

    compact, short, long = await check(settings, [wanted, shorter, longer])

    assert compact.fault == "cleanup.policy is delete instead of compact"
    assert f"--alter --topic {name} --add-config cleanup.policy=compact" in compact.mend
    assert short.state == "ok"  # kept longer than asked is an operator's choice
    assert long.fault == "retention.ms is 604800000 instead of 9999999999"


@real
async def test_a_bound_of_bytes_may_be_wider_than_the_setting_and_not_narrower(bare: Settings) -> None:
    bound = {size: bare.model_copy(update={"retention_bytes": size}) for size in (1 << 20, 1 << 21, 1 << 22)}
    specs = {size: catalogue(settings) for size, settings in bound.items()}

    assert states(await apply(bound[1 << 21], specs[1 << 21])) == {"created"}
    assert states(await check(bound[1 << 20], specs[1 << 20])) == {"ok"}
    assert states(await check(bare, catalogue(bare))) == {"ok"}
    assert [each.fault for each in await check(bound[1 << 22], specs[1 << 22]) if each.fault] == [
        "retention.bytes is 2097152 instead of 4194304"
    ] * 3  # touchpoints, dead letters, alerts


@real
async def test_records_larger_than_a_topic_takes_are_foreseen(settings: Settings) -> None:
    larger = settings.model_copy(update={"request_bytes": 5_000_000})

    assert {each.fault for each in await check(larger, catalogue(larger))} == {
        "max.message.bytes is 1048588 instead of 5000000",
        "max.message.bytes is 2097152 instead of 5000000",  # of the dead letters
    }


@real
@pytest.mark.parametrize("request_bytes", [1_048_589, 5_000_000])
async def test_topics_that_are_made_for_larger_requests_take_them(bare: Settings, request_bytes: int) -> None:
    larger = bare.model_copy(update={"request_bytes": request_bytes})

    assert states(await apply(larger, catalogue(larger))) == {"created"}
    assert states(await check(larger, catalogue(larger))) == {"ok"}


@real
async def test_a_topic_that_the_broker_refuses_is_told_with_its_reason(bare: Settings) -> None:
    alone = bare.model_copy(update={"replication": 3})
    findings = await apply(alone, catalogue(alone))

    assert states(findings) == {"refused"}
    assert findings[0].fault.startswith("the broker refuses it: ")
    assert not findings[0].fault.endswith(".")  # sentences go on behind it
    assert "KANARYA_REPLICATION" in findings[0].mend
