"""Every input topic and the changelog hold the same partition numbers on a worker, or it stops."""

import pytest
from faust.types import TP

from agents.ports import Stop
from app.settings import Settings
from app.topology import build
from models.policy import Policy
from models.sentiment import built_in

SETTINGS = Settings(input_topics=("calls", "mails"), group="blue", partitions=4)
CHANGELOG = "blue-profiles-changelog"


def assigned(calls: set[int], mails: set[int], changelog: set[int]) -> set[TP]:
    numbers = {"calls": calls, "mails": mails, CHANGELOG: changelog}
    return {TP(topic, number) for topic, held in numbers.items() for number in held}


async def test_the_same_numbers_everywhere_are_taken() -> None:
    build(SETTINGS, Policy(), built_in()).app.check_assignment(assigned({1, 2}, {1, 2}, {1, 2}))


@pytest.mark.parametrize(
    ("parted", "place"),
    [
        (assigned({1, 2}, {1, 3}, {1, 2}), "mails[2]"),
        (assigned({1, 2, 3}, {1, 2}, {1, 2}), "calls[3]"),
        (assigned({1, 2}, {1, 2}, {1}), "calls[2]"),
    ],
)
async def test_a_customer_parted_from_its_state_stops_the_worker_with_the_place_and_the_mend(
    parted: set[TP], place: str
) -> None:
    with pytest.raises(Stop) as raised:
        build(SETTINGS, Policy(), built_in()).app.check_assignment(parted)

    assert str(raised.value).startswith(f"{place}: ")
    assert "kanarya topics check" in str(raised.value)
    assert "another member of group blue reads other topics" in str(raised.value)
    assert "KANARYA_GROUP of its own" in str(raised.value)
