"""Producers that place keys otherwise would split customers; the worker notices and stops."""

from collections.abc import Callable

import pytest

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed
from tests.integration.workers import Workers


@pytest.fixture
def feed(settings: Settings) -> Feed:
    """librdkafka as it comes: CRC32. Few records in a batch, as the worker samples some keys of each."""
    return Feed(settings.broker, partitioner="consistent_random", **{"batch.num.messages": 4})


def test_librdkafka_s_own_partitioner_stops_the_worker(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    worker = workers.start(fetch_bytes=1024).is_ready()
    for _ in range(20):
        feed.send(settings.inputs[0], simulated(400))
        if not worker.child.running:
            break
    code, why = worker.ended()

    assert code == 1
    assert why.startswith(f"{settings.inputs[0]}[")
    assert "wrong_partitioner" in why
    assert "partitioner=murmur2_random" in why
