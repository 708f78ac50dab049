"""The topics that decisions and documentation promise."""

from app.catalogue import catalogue
from app.settings import Settings


def test_the_topics_have_the_promised_names_and_policies() -> None:
    specs = {spec.name: dict(spec.configs) for spec in catalogue(Settings())}

    assert specs == {
        "kanarya.touchpoints": {"cleanup.policy": "delete", "retention.ms": "604800000"},
        "kanarya.touchpoints-dlt": {
            "cleanup.policy": "delete", "retention.ms": "1209600000", "max.message.bytes": "2097152",
        },
        "kanarya.alerts": {"cleanup.policy": "delete", "retention.ms": "2592000000"},
        "kanarya.profiles": {"cleanup.policy": "compact"},
        "kanarya.windows": {"cleanup.policy": "compact"},
        "kanarya-profiles-changelog": {"cleanup.policy": "compact", "min.compaction.lag.ms": "3600000"},
    }  # fmt: skip


def test_prefix_group_inputs_and_partitions_come_from_the_settings() -> None:
    settings = Settings(topic_prefix="cx-", group="blue", input_topics=("calls", "mails"), partitions=3, replication=2)
    specs = catalogue(settings)

    assert [spec.name for spec in specs] == [
        "calls", "mails", "cx-touchpoints-dlt", "cx-alerts", "cx-profiles", "cx-windows", "blue-profiles-changelog",
    ]  # fmt: skip
    assert {(spec.partitions, spec.replication) for spec in specs} == {(3, 2)}


def test_a_bound_of_bytes_is_set_where_kafka_deletes_and_nowhere_else() -> None:
    specs = catalogue(Settings(retention_bytes=1 << 20))
    bounds = {spec.configs["cleanup.policy"]: set[str | None]() for spec in specs}
    for spec in specs:
        bounds[spec.configs["cleanup.policy"]].add(spec.configs.get("retention.bytes"))

    assert bounds == {"delete": {"1048576"}, "compact": {None}}


def test_each_topic_takes_a_request_that_is_larger_than_kafka_s_own_bound() -> None:
    bounds = {
        size: {spec.configs.get("max.message.bytes") for spec in catalogue(Settings(request_bytes=size))}
        for size in (65_536, 1_048_588, 1_048_589, 3 << 20)
    }

    assert bounds == {
        65_536: {None, "2097152"},
        1_048_588: {None, "2097152"},
        1_048_589: {"1048589", "2097152"},  # dead letters take more
        3 << 20: {"3145728"},
    }
