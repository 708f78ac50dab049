"""A changelog that was deleted: no worker begins from nothing in silence, and what the input holds makes it anew."""

import json
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient

from app.catalogue import catalogue, changelog
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import Feed, committed
from tests.integration.names import flags
from tests.integration.patience import until
from tests.integration.test_breaker import Stream, assert_exact
from tests.integration.workers import Workers

SOON_S = 30
real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""The embedded broker keeps no metadata of a commit, by which one that follows from written states is told."""


@pytest.fixture
def kanarya(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command; its exit code, standard output and standard error."""

    def command(*tokens: str) -> tuple[int, str, str]:
        code = run([*tokens, *flags(settings)])
        return (code, *capsys.readouterr())

    return command


def rewound(kanarya: Any, topic: str) -> Any:
    """What the command says once it was done, None until then."""
    code, out, _ = kanarya("topics", "rewind", topic, "--json")
    return json.loads(out) if code == 0 else None


@real
def test_a_changelog_made_anew_is_refused_until_the_inputs_are_read_again(
    settings: Settings, workers: Workers, feed: Feed, kanarya: Any, seed: int
) -> None:
    (topic,) = settings.inputs
    stream = Stream(seed, [f"customer-{number}" for number in range(40)])
    first = workers.start()
    feed.send(topic, stream.part(2000, 0.0))  # a bad record read again is one more letter of the same place
    with committed(settings) as group:
        group.reach(feed.ends)
        code, _, said = kanarya("topics", "rewind", topic)
        assert (code, "stop them first" in said) == (1, True)
        first.stop()
        before = group.offsets([topic], settings.partitions)

        admin = AdminClient({"bootstrap.servers": settings.broker})
        admin.delete_topics([changelog(settings)])[changelog(settings)].result(10)
        until(lambda: changelog(settings) not in admin.list_topics(timeout=10).topics, "the end of the changelog")
        code, why = workers.start().ended(SOON_S)
        assert (code, "the topic does not exist" in why) == (1, True)

        on_kafka(settings, apply(settings, catalogue(settings)))
        code, why = workers.start(start="latest").ended(SOON_S)
        assert code == 1
        assert why.startswith(changelog(settings))
        assert "states are missing" in why
        assert f"`kanarya topics rewind {topic}`" in why
        assert group.offsets([topic], settings.partitions) == before

        told = until(lambda: rewound(kanarya, topic), "the broker to let the stopped workers go")
        assert told == {"topic": topic, "records": 2000}
        feed.send(topic, stream.part(500, 0.01))
        second = workers.start()
        group.reach(feed.ends)
        second.stop()
        third = workers.start().is_ready()  # what was made anew is a changelog like any other
        third.stop()
    assert_exact(settings, feed)


def test_a_new_group_that_begins_late_is_no_loss(settings: Settings, workers: Workers, feed: Feed, seed: int) -> None:
    """Its first offsets are committed although nothing is applied, and may be all that there is after a kill."""
    (topic,) = settings.inputs
    stream = Stream(seed, [f"customer-{number}" for number in range(40)])
    feed.send(topic, stream.part(400, 0.0))
    workers.start(start="latest").is_ready().stop()
    admin = AdminClient({"bootstrap.servers": settings.broker})
    admin.delete_topics([changelog(settings)])[changelog(settings)].result(10)
    until(lambda: changelog(settings) not in admin.list_topics(timeout=10).topics, "the end of the changelog")
    on_kafka(settings, apply(settings, catalogue(settings)))

    workers.start(start="latest").is_ready().stop()


def test_a_topic_that_is_no_input_is_not_rewound(kanarya: Any) -> None:
    code, _, said = kanarya("topics", "rewind", "elsewhere")

    assert code == 1
    assert "elsewhere is none of KANARYA_INPUT_TOPICS" in said
