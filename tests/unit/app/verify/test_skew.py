"""Wrong clocks of producers: bounded, seeded, and the same for a touchpoint and its retry."""

from random import Random

import orjson

from app.verify.faults.skew import EVENTS_MS, skewed
from app.verify.generate import Mix, generate
from app.verify.plan import Size, plan

SCHEDULE = plan("skew", 7, Size(events=2000, per_second=1000, hits=2))
RECORDS = generate(SCHEDULE, Mix(retries=0.05), 1_795_651_200_000)


def test_clocks_are_wrong_by_five_minutes_at_most_and_the_same_seed_gives_the_same_bytes() -> None:
    told = skewed(SCHEDULE, RECORDS)
    off_ms = [there.at_ms - here.at_ms for here, there in zip(RECORDS, told, strict=True)]

    assert told == skewed(SCHEDULE, RECORDS)
    assert max(map(abs, off_ms)) <= EVENTS_MS
    assert min(off_ms) < -EVENTS_MS / 2
    assert max(off_ms) > EVENTS_MS / 2


def test_a_retry_repeats_what_was_told_first_and_bad_records_stay_as_they_are() -> None:
    told = skewed(SCHEDULE, RECORDS)
    good = {(each.customer_id, each.identity): each.value for each in told if each.role == "good"}
    retries = [each for each in told if each.role == "retry"]

    assert retries
    assert all(each.value == good[each.customer_id, each.identity] for each in retries)
    assert [each for each in told if each.role == "bad"] == [each for each in RECORDS if each.role == "bad"]


def test_only_the_time_changes_and_it_is_written_as_its_source_writes_it() -> None:
    some = Random(7).sample(list(zip(RECORDS, skewed(SCHEDULE, RECORDS), strict=True)), 200)
    for before, after in some:
        if before.role == "bad":
            continue
        here, there = orjson.loads(before.value or b""), orjson.loads(after.value or b"")

        assert type(here.pop("time")) is type(there.pop("time"))
        assert here == there
