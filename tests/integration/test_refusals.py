"""What a worker does not start on, said in one sentence that names the mend."""

from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions

from app.catalogue import changelog
from app.dev.children import Children
from app.partitioner import partition_of
from app.settings import Settings
from models.codec import META_KEY, VERSION, Meta, encode_meta, profile_key
from tests.integration.librdkafka import read
from tests.integration.workers import Workers
from tests.newer_state import newer_profile

SOON_S = 20
real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""Only over a real Kafka: the embedded broker widens no topic."""


def test_a_missing_topic_is_refused(bare: Settings) -> None:
    with Children() as children:
        code, why = Workers(children, bare).start().ended(SOON_S)

    assert code == 1
    assert why.startswith(f"{bare.inputs[0]}[0]: ")
    assert "run `kanarya topics apply`" in why


@pytest.mark.parametrize("partitions", [3, 5])
def test_another_partition_count_is_refused(workers: Workers, settings: Settings, partitions: int) -> None:
    code, why = workers.start(partitions=partitions).ended(SOON_S)

    assert code == 1
    assert f"the topic has 4 partitions and KANARYA_PARTITIONS is {partitions}" in why
    assert "kanarya topics apply" in why


@real
def test_a_topic_that_grew_is_refused_by_the_next_worker(workers: Workers, settings: Settings) -> None:
    """More partitions would part customers from their states."""
    admin = AdminClient({"bootstrap.servers": settings.broker})
    (grown,) = admin.create_partitions([NewPartitions(settings.inputs[0], 6)]).values()
    grown.result(10)
    code, why = workers.start().ended(SOON_S)

    assert code == 1
    assert why.startswith(f"{settings.inputs[0]}[0]: the topic has 6 partitions and KANARYA_PARTITIONS is 4")
    assert "kanarya topics check" in why


def test_a_state_of_a_newer_release_is_refused_and_left_alone(workers: Workers, settings: Settings) -> None:
    newer = bytes([VERSION + 1]) + encode_meta(Meta({}, 7))[1:]
    producer = Producer({"bootstrap.servers": settings.broker})
    producer.produce(changelog(settings), newer, META_KEY, partition=2)
    assert producer.flush(10) == 0
    code, why = workers.start().ended(SOON_S)

    assert code == 1
    assert why.startswith(f"{changelog(settings)}[2]: ")
    assert f"is of version {VERSION + 1}, this program reads version {VERSION}" in why
    assert "run the release that wrote it, or a later one" in why
    assert [each.value for each in read(settings.broker, changelog(settings)) if each.place[1] == 2] == [newer]


def test_a_profile_with_a_newer_release_s_field_is_refused_and_left_alone(workers: Workers, settings: Settings) -> None:
    """Of the same version: a body grows at its end, and writing it back would drop what this release does not know."""
    key, newer, place = profile_key(b"ada"), newer_profile("ada"), partition_of(b"ada", settings.partitions)
    visit = b'{"id": "v-1", "time": 1751328000000, "channel": "in_store", "kind": "visit"}'
    producer = Producer({"bootstrap.servers": settings.broker})
    producer.produce(changelog(settings), newer, key, partition=place)
    producer.produce(settings.inputs[0], visit, b"ada", partition=place)
    assert producer.flush(10) == 0
    code, why = workers.start().ended(SOON_S)

    assert code == 1
    assert why.startswith(f"{settings.inputs[0]}[{place}]@0: a state in the changelog is unreadable: ")
    assert "profile holds a field that this release does not know, so a newer one wrote it" in why
    assert "run the release that wrote it, or a later one" in why
    assert [each.value for each in read(settings.broker, changelog(settings)) if each.key == key] == [newer]


def test_an_unknown_key_in_the_policy_is_refused(workers: Workers, settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[levels]\nat_risc = 62\n")
    worker = workers.start(policy=policy)
    code = worker.child.wait(SOON_S)
    (said,) = worker.child.last_lines().splitlines()

    assert code == 2
    assert all(part in said for part in (str(policy), "levels.at_risc", "no such key"))
