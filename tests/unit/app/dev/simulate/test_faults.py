"""Every fault stays within what the product promises to cope with, and the manifest knows what must come out."""

from collections import Counter, defaultdict
from random import Random
from typing import get_args

from app.dev.simulate.bad import bad_record
from app.dev.simulate.faults import RETRY_WITHIN, spoiled_stream
from app.dev.simulate.manifest import Manifest
from app.dev.simulate.record import Record
from models.envelope import decode
from models.touchpoint import Reason, Rejected, Touchpoint

END_MS = 1_790_000_000_000
DAY_MS = 86_400_000


def decoded(record: Record) -> Touchpoint | Rejected:
    result: Touchpoint | Rejected = decode(record.key, record.value, record.headers, END_MS)
    return result


def test_the_shares_are_as_stated_and_add_up_to_the_count() -> None:
    records = spoiled_stream(7, 20_000, END_MS)

    assert Counter(record.role for record in records) == {"good": 19_700, "retry": 200, "bad": 100}


def test_a_spoiled_stream_is_a_function_of_its_arguments() -> None:
    assert spoiled_stream(7, 2000, END_MS) == spoiled_stream(7, 2000, END_MS)
    assert spoiled_stream(7, 2000, END_MS) != spoiled_stream(8, 2000, END_MS)


def test_two_percent_are_older_than_something_their_customer_did_before() -> None:
    newest: dict[str, int] = {}
    late = 0
    for record in spoiled_stream(7, 20_000, END_MS):
        if record.role == "good":
            late += record.at_ms < newest.get(record.customer_id, 0)
            newest[record.customer_id] = max(record.at_ms, newest.get(record.customer_id, 0))

    assert 0.015 < late / 20_000 < 0.025


def test_a_retry_repeats_its_record_within_the_reach_of_the_guard() -> None:
    """Fewer than 32 touchpoints of its customer in between, and at most 24 h of the customer's own clock."""
    before: dict[str, list[tuple[str, bytes | None, int]]] = defaultdict(list)
    as_of_ms: dict[str, int] = defaultdict(int)
    apart = Counter[int]()
    for record in spoiled_stream(7, 20_000, END_MS):
        if record.role == "bad":
            continue
        past = before[record.customer_id]
        if record.role == "retry":
            places = [place for place, (identity, _, _) in enumerate(past) if identity == record.identity]
            _, value, then_ms = past[places[-1]]
            assert value == record.value
            assert len(past) - 1 - places[-1] < RETRY_WITHIN
            assert as_of_ms[record.customer_id] - then_ms <= DAY_MS
            apart[len(past) - 1 - places[-1]] += 1
            continue
        as_of_ms[record.customer_id] = max(as_of_ms[record.customer_id], record.at_ms)
        past.append((record.identity, record.value, as_of_ms[record.customer_id]))

    assert max(apart) >= 12  # the hot customer's retries come late
    assert apart[0] > 0


def test_every_good_record_is_accepted_and_every_bad_one_refused_for_the_reason_it_knows() -> None:
    for record in spoiled_stream(7, 20_000, END_MS):
        result = decoded(record)
        if record.role != "bad":
            assert isinstance(result, Touchpoint), (result, record.value)
            assert (result.customer_id, result.at_ms) == (record.customer_id, record.at_ms)
            assert f"{result.source}/{result.id}" == record.identity


def test_every_kind_of_bad_record_is_refused_for_the_reason_it_knows() -> None:
    reasons = set()
    for number in range(40):
        record = bad_record(Random(7), number, "cus-1", END_MS)
        result = decoded(record)
        assert isinstance(result, Rejected), (number, record)
        assert result.reason == record.identity, (number, record, result)
        reasons.add(result.reason)

    assert reasons == set(get_args(Reason)) - {
        "past_retention",
        "handler_error",
    }  # these two are not the record's fault


def test_the_manifest_counts_what_must_come_out() -> None:
    records = spoiled_stream(7, 20_000, END_MS)
    manifest = Manifest.of(records)
    exact = dict(Counter(record.customer_id for record in records if record.role == "good"))

    assert (manifest.produced, manifest.bad, manifest.duplicates) == (20_000, 100, 200)
    assert manifest.touchpoints == exact
    assert manifest.lost(exact) == manifest.counted_twice(exact) == 0


def test_the_manifest_tells_lost_from_counted_twice_without_setting_one_off_against_the_other() -> None:
    manifest = Manifest(touchpoints={"a": 3, "b": 2, "c": 1})

    assert manifest.lost({"a": 1, "b": 5, "d": 4}) == 3
    assert manifest.counted_twice({"a": 1, "b": 5, "d": 4}) == 7
