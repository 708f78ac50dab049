"""A recovery that stands still says so, with its place, and not every second."""

from typing import Any

import pytest
import structlog
from faust.types import TP

from app.engine.standstill import Standstill
from tests.seconds import Seconds

STUCK, MOVING = TP("log", 2), TP("log", 1)


@pytest.fixture
def said() -> Any:
    with structlog.testing.capture_logs() as lines:
        yield lines


def watch(standstill: Standstill, seconds: Seconds, for_s: int, *, waiting: bool = False) -> None:
    """Look every second; one partition gets on and the other does not."""
    for _ in range(for_s):
        seconds.now += 1
        standstill.look({STUCK: (70, 100), MOVING: (round(seconds.now), 9999)}, waiting=waiting)


def test_a_partition_that_stands_still_is_named_with_its_place_and_its_end(said: Any) -> None:
    seconds = Seconds()
    watch(Standstill(seconds), seconds, 17)

    (line,) = said
    assert (line["event"], line["log_level"]) == ("recovery_stands_still", "warning")
    place = {"topic": "log", "partition": 2, "position": 70, "end": 100, "still_s": 15}
    assert {key: line[key] for key in place} == place


def test_it_is_said_again_ever_less_often(said: Any) -> None:
    seconds = Seconds()
    watch(Standstill(seconds), seconds, 200)

    assert [line["still_s"] for line in said] == [15, 30, 60, 120]


def test_a_broker_that_is_away_is_no_standstill_and_its_time_does_not_count(said: Any) -> None:
    seconds = Seconds()
    standstill = Standstill(seconds)
    watch(standstill, seconds, 100, waiting=True)
    watch(standstill, seconds, 14)

    assert said == []


def test_a_partition_that_gets_on_or_is_done_begins_anew(said: Any) -> None:
    seconds = Seconds()
    standstill = Standstill(seconds)
    watch(standstill, seconds, 14)
    standstill.look({STUCK: (71, 100)}, waiting=False)
    seconds.now += 10
    standstill.look({}, waiting=False)
    seconds.now += 10
    standstill.look({STUCK: (71, 100)}, waiting=False)
    seconds.now += 10
    standstill.look({STUCK: (71, 100)}, waiting=False)

    assert said == []
