"""What the faults that change the stream feed: each record is good or bad as its role says, and the seed repeats it."""

import dataclasses
from collections import Counter

import pytest

from app.dev.simulate.record import Record
from app.partitioner import partition_of
from app.verify.faults import registry
from app.verify.faults.hot_key import HOT
from app.verify.faults.poison import FLOODED, flood_ends
from app.verify.faults.soak import ROUNDS, slope
from app.verify.generate import generate
from app.verify.plan import Schedule, plan
from app.verify.rig import PARTITIONS
from models.envelope import decode
from models.touchpoint import Rejected

END_MS = 1_795_651_200_000
CHANGED = [name for name, fault in registry().items() if fault.stream is not None]


def scheduled(name: str, events: int = 4000) -> Schedule:
    return plan(name, 7, dataclasses.replace(registry()[name].short, events=events))


def fed(name: str, schedule: Schedule) -> list[Record]:
    fault = registry()[name]
    assert fault.stream is not None
    return fault.stream(schedule, generate(schedule, fault.mix, END_MS))


@pytest.mark.parametrize("name", CHANGED)
def test_each_record_is_as_good_or_bad_as_it_says(name: str) -> None:
    schedule = scheduled(name)
    records = fed(name, schedule)

    for record in records:
        told = decode(record.key, record.value, list(record.headers), END_MS)
        assert (told.reason if isinstance(told, Rejected) else "") == (record.identity if record.role == "bad" else "")
    assert len(records) >= schedule.size.events
    assert records == fed(name, schedule)


@pytest.mark.parametrize("name", CHANGED)
def test_no_touchpoint_but_a_retry_comes_twice(name: str) -> None:
    told = Counter((each.customer_id, each.identity) for each in fed(name, scheduled(name)) if each.role == "good")

    assert [each for each, count in told.items() if count > 1] == []


def test_the_flood_is_half_of_all_and_of_one_partition() -> None:
    schedule = scheduled("poison-held")
    records = fed("poison-held", schedule)
    flood = records[schedule.impact : flood_ends(schedule)]
    bad = [each for each in flood if each.role == "bad"]

    assert len(bad) / len(flood) == pytest.approx(0.5, abs=0.05)
    assert sum(partition_of(each.key or b"", PARTITIONS) == FLOODED for each in bad) / len(bad) > 0.9
    others = records[: schedule.impact] + records[flood_ends(schedule) :]
    assert sum(each.role == "bad" for each in others) / len(others) == pytest.approx(0.01, abs=0.01)


def test_half_of_the_impact_phase_is_the_hot_customer_s() -> None:
    schedule = scheduled("hot-key")
    records = fed("hot-key", schedule)
    hot = [each.customer_id == HOT for each in records]

    assert sum(hot[schedule.impact : schedule.recovery]) * 2 == schedule.recovery - schedule.impact
    assert not any(hot[: schedule.impact] + hot[schedule.recovery :])


def test_a_soak_has_few_customers_who_come_again_and_again() -> None:
    records = fed("soak", scheduled("soak"))

    counts = Counter(each.customer_id for each in records if each.role == "good")
    assert {count % ROUNDS for count in counts.values()} == {0}


def test_a_slope_is_what_grows_by_one() -> None:
    assert slope([0, 1, 2, 3], [5, 7, 9, 11]) == pytest.approx(2)
    assert slope([0, 1, 2, 3], [5, 5, 5, 5]) == 0
    assert slope([1], [5]) == 0
