"""What a worker says of partitions that come and go."""

from typing import Any

import pytest
import structlog

from app.engine.rebalances import Rebalances
from tests.seconds import Seconds


@pytest.fixture
def said() -> Any:
    with structlog.testing.capture_logs() as lines:
        yield lines


def test_a_rebalance_says_what_came_what_went_and_how_long_it_took(said: list[Any]) -> None:
    seconds = Seconds()
    rebalances = Rebalances(seconds)
    rebalances.begin()
    seconds.now += 0.5
    rebalances.end({0, 1, 2, 3}, set(), 1)
    rebalances.begin()
    rebalances.begin()
    seconds.now += 3
    rebalances.end({2, 3, 7}, {1, 0}, 2)

    first = {"partitions": [0, 1, 2, 3], "gained": [0, 1, 2, 3], "lost": [], "took_s": 0.5, "generation": 1}
    second = {"partitions": [2, 3, 7], "gained": [7], "lost": [0, 1], "took_s": 3.0, "generation": 2, "standby": [0, 1]}
    assert [{key: line[key] for key in line if key != "log_level"} for line in said] == [
        {"event": "rebalance_ended", **first},
        {"event": "rebalance_began", "partitions": [0, 1, 2, 3]},
        {"event": "rebalance_ended", **second},
    ]
