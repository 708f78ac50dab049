"""A worker dies as a machine dies, with work in its hands; another one goes on."""

from collections.abc import Callable

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.backlog import until_alerted
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import assert_exact
from tests.integration.workers import Workers

RECORDS = 6000


def test_a_worker_killed_under_backlog_loses_nothing_and_counts_nothing_twice(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = simulated(RECORDS)
    topic = settings.inputs[0]
    with committed(settings) as group:
        killed = workers.start(profile_delay_s=1.0).is_ready()
        feed.send(topic, records[: RECORDS // 3])
        group.reach(feed.ends)
        before = feed.ends
        feed.send(topic, records[RECORDS // 3 : RECORDS * 2 // 3])
        until_alerted(settings, killed, before)
        killed.kill()
        left = sum(feed.ends.values()) - sum(group.offsets(feed.topics, settings.partitions).values())
        feed.send(topic, records[RECORDS * 2 // 3 :])
        survivor = workers.start()
        group.reach(feed.ends)
    report = survivor.stop()

    assert_exact(settings, feed)
    assert left > 0
    assert report["replayed"] > 0, "it died before it had applied anything that it had not committed"
    assert report["read"] == report["applied"] + report["duplicate"] + report["rejected"] + report["replayed"]
