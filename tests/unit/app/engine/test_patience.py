"""What is said while a broker is away, and what is not."""

from typing import Any

import pytest
import structlog

from app.engine.patience import Patience
from tests.seconds import Seconds


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def patience(seconds: Seconds) -> Patience:
    return Patience(seconds)


@pytest.fixture
def said() -> Any:
    with structlog.testing.capture_logs() as lines:
        yield lines


def events(said: list[Any]) -> list[tuple[Any, ...]]:
    return [(line["event"], line["broker"], line.get("away_s")) for line in said]


def test_an_absence_is_two_lines_however_many_tries_it_takes(
    patience: Patience, seconds: Seconds, said: list[Any]
) -> None:
    for _ in range(100):
        patience.missed("a:1")
        seconds.now += 0.25
    patience.connected("a:1")
    patience.connected("a:1")

    assert events(said) == [("broker_away", "a:1", None), ("broker_back", "a:1", 25.0)]
    assert "sends and commits" in said[0]["retried"]


def test_each_broker_of_a_cluster_is_away_for_itself(patience: Patience, seconds: Seconds, said: list[Any]) -> None:
    patience.missed("a:1")
    patience.connected("b:1")
    patience.missed("b:1")
    seconds.now += 2
    patience.connected("a:1")

    assert events(said) == [("broker_away", "a:1", None), ("broker_away", "b:1", None), ("broker_back", "a:1", 2.0)]


def test_a_long_absence_is_recalled_ever_less_often(patience: Patience, seconds: Seconds, said: list[Any]) -> None:
    for _ in range(3 * 3600):
        patience.missed("a:1")
        seconds.now += 1

    reminders = [line["away_s"] for line in said if line["event"] == "broker_still_away"]
    assert reminders[:4] == [60, 180, 420, 900]
    assert len(reminders) < 12


def test_a_try_that_a_later_one_overtook_says_nothing(patience: Patience, seconds: Seconds, said: list[Any]) -> None:
    """A frozen broker lets one client wait while another one connects as soon as it thaws."""
    began_s = seconds()
    seconds.now += 5
    patience.connected("a:1")
    patience.missed("a:1", began_s)

    assert said == []


def test_a_broker_that_the_cluster_has_forgotten_is_not_away(patience: Patience, said: list[Any]) -> None:
    patience.missed("")

    assert said == []
