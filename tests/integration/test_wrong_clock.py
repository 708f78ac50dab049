"""A worker whose clock is further ahead of the broker's than the broker allows."""

from collections.abc import Callable

import pytest

from app.catalogue import changelog, dead_letters, profiles
from app.dev.simulate.record import Record
from app.settings import Settings
from app.verify import skewed_clock
from tests.integration.librdkafka import Feed, read
from tests.integration.workers import Workers

TOO_FAR_S = 3605
"""Kafka 4 takes what is up to an hour ahead; workers within it are the matter of `kanarya verify --fault skew`."""
SOON_S = 30


@pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
@pytest.mark.skipif(skewed_clock.library() is None, reason=f"no libfaketime: {skewed_clock.MEND}")
def test_a_worker_more_than_an_hour_ahead_stops_before_it_wrote_a_state_and_names_its_clock(
    settings: Settings,
    workers: Workers,
    feed: Feed,
    simulated: Callable[[int], list[Record]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed.send(settings.inputs[0], simulated(500))
    for name, value in skewed_clock.environ(TOO_FAR_S).items():
        monkeypatch.setenv(name, value)
    ahead = workers.start()
    monkeypatch.undo()
    code, why = ahead.ended(SOON_S)

    assert code == 1
    assert "this machine's clock is too far ahead of the broker's" in why
    assert "kanarya doctor" in why
    assert "never retrieved" not in ahead.child.log.read_text()
    written = (changelog(settings), profiles(settings), dead_letters(settings))
    assert [each for topic in written for each in read(settings.broker, topic)] == []
