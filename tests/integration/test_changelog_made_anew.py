"""A changelog is deleted and made anew under running workers: they hold every state, and write all of them again."""

from collections.abc import Callable
from itertools import islice

from confluent_kafka.admin import AdminClient

from app.catalogue import catalogue, changelog
from app.cli.failure import on_kafka
from app.dev.simulate.record import Record
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import Feed, committed
from tests.integration.patience import until
from tests.integration.recovery_verdict import assert_recovers
from tests.integration.test_lost_changelog import real
from tests.integration.verdict import assert_exact
from tests.integration.workers import Workers

PART = 1500
LOOK_S = 10.0
"""So often a resting owner looks."""


@real
def test_a_changelog_made_anew_under_a_running_worker_costs_nothing(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = iter(simulated(3 * PART))
    (topic,) = settings.inputs
    with committed(settings) as group:
        feed.send(topic, islice(records, PART))
        first = workers.start()
        group.reach(feed.ends)

        admin = AdminClient({"bootstrap.servers": settings.broker})
        admin.delete_topics([changelog(settings)])[changelog(settings)].result(10)
        until(lambda: changelog(settings) not in admin.list_topics(timeout=10).topics, "the end of the changelog")
        on_kafka(settings, apply(settings, catalogue(settings)))
        feed.send(topic, islice(records, PART))
        group.reach(feed.ends)
        first.says("changelog_made_whole", settings.partitions, within_s=3 * LOOK_S)
        first.stop()

        second = workers.start()
        feed.send(topic, records)
        group.reach(feed.ends)
        second.stop()
    assert_exact(settings, feed)
    assert_recovers(settings)
