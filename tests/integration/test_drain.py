"""A worker is told to stop in the middle of a backlog: it finishes what it has begun, commits it, and goes."""

from collections.abc import Callable

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.backlog import until_alerted
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import assert_exact
from tests.integration.workers import Workers

RECORDS = 14_000


def test_a_worker_stopped_under_backlog_leaves_nothing_half_done(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    """The next worker reads not one record twice: everything applied had been published and committed."""
    feed.send(settings.inputs[0], simulated(RECORDS))
    with committed(settings) as group:
        stopped = workers.start(batches_in_flight=1)
        until_alerted(settings, stopped, {})
        first = stopped.stop()
        reached = sum(group.offsets(feed.topics, settings.partitions).values())
        second_worker = workers.start(fetch_bytes=1 << 20)
        group.reach(feed.ends)
    second = second_worker.stop()

    assert 0 < reached < RECORDS, "there was no backlog to leave"
    assert (first["read"], first["replayed"], second["replayed"]) == (reached, 0, 0)
    assert first["read"] + second["read"] == RECORDS
    assert first["alerts"] + second["alerts"] > 0
    assert_exact(settings, feed)
