"""The schedule and the touchpoints of a run follow from its seed."""

import itertools
from collections import Counter, defaultdict

import pytest

from app.verify.faults import registry
from app.verify.generate import Mix, generate, witnesses
from app.verify.plan import Size, plan

END_MS = 1_790_000_000_000
SIZE = Size(events=3000, per_second=1000, hits=5)


def test_the_same_seed_strikes_over_the_same_records() -> None:
    one, other = plan("sigkill", 7, SIZE), plan("sigkill", 7, SIZE)

    assert one == other
    assert generate(one, Mix(), END_MS) == generate(other, Mix(), END_MS)
    assert one.rng("x").random() == other.rng("x").random()


def test_another_seed_and_another_fault_strike_elsewhere() -> None:
    places = {plan(fault, seed, SIZE).hits for fault in ("sigkill", "sigterm") for seed in (7, 8)}

    assert len(places) == 4


@pytest.mark.parametrize("seed", range(50))
def test_hits_lie_in_the_impact_phase_and_keep_their_distance(seed: int) -> None:
    schedule = plan("sigkill", seed, SIZE)
    places = [schedule.impact, *schedule.hits, schedule.recovery]

    assert places == sorted(places)
    assert schedule.hits[-1] < schedule.recovery < SIZE.events
    assert all(later - earlier >= 360 for earlier, later in itertools.pairwise(schedule.hits))


@pytest.mark.parametrize("fault", registry().values(), ids=registry())
@pytest.mark.parametrize("size", ["short", "long"])
def test_every_fault_has_room_for_its_hits(fault: object, size: str) -> None:
    wanted = getattr(fault, size)
    hits = plan("x", 1, wanted).hits

    assert len(set(hits)) == wanted.hits


def test_ids_are_dense_and_the_mix_is_what_was_asked_for() -> None:
    records = generate(plan("disorder", 7, SIZE), Mix(retries=0.05, bad=0.01, disordered=0.1, late=0.02), END_MS)
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for record in records:
        if record.role == "good":
            numbers[record.customer_id].add(int(record.identity.rpartition("/")[2]))

    assert Counter(record.role for record in records) == {"good": 2820, "retry": 150, "bad": 30}
    assert all(found == set(range(len(found))) for found in numbers.values())
    moved = sum(later.at_ms < earlier.at_ms for earlier, later in itertools.pairwise(records) if later.at_ms)
    assert moved > 100


def test_each_customer_has_one_witness() -> None:
    records = generate(plan("steady", 7, SIZE), Mix(), END_MS)
    seen = witnesses(records, END_MS)

    assert {record.customer_id for record in seen} == {record.customer_id for record in records} - {""}
    assert len(seen) == len({record.key for record in seen})
