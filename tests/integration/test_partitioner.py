"""Producers that place keys otherwise would split customers; the worker notices and stops."""

from collections.abc import Callable

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed
from tests.integration.workers import Workers


def test_librdkafka_s_own_partitioner_stops_the_worker(
    settings: Settings, workers: Workers, simulated: Callable[[int], list[Record]]
) -> None:
    """It places by CRC32; two batches of the worker's are enough to see it."""
    Feed(settings.broker, partitioner="consistent_random").send(settings.inputs[0], simulated(400))
    code, why = workers.start().ended()

    assert code == 1
    assert why.startswith(f"{settings.inputs[0]}[")
    assert "wrong_partitioner" in why
    assert "partitioner=murmur2_random" in why
