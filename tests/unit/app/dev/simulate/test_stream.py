"""The simulated stream is a function of its arguments, and tells what it promises."""

from collections import Counter, defaultdict
from itertools import pairwise

import orjson
import pytest

from app.dev.simulate.stream import SPAN_MS, stream
from models.touchpoint import CHANNELS, KIND_CODE

END_MS = 1_790_000_000_000


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others() -> None:
    assert stream(7, 500, END_MS) == stream(7, 500, END_MS)
    assert stream(7, 500, END_MS) != stream(8, 500, END_MS)


@pytest.mark.parametrize("count", [0, 1, 2, 30, 1000])
def test_there_are_exactly_as_many_records_as_asked_for(count: int) -> None:
    assert len(stream(7, count, END_MS)) == count


def test_records_come_in_time_order_and_end_before_the_end() -> None:
    times = [record.at_ms for record in stream(7, 3000, END_MS)]

    assert times == sorted(times)
    assert times[-1] < END_MS
    assert sorted(times)[len(times) // 20] >= END_MS - SPAN_MS  # only the customers who came back are older


def test_every_record_is_a_touchpoint_of_the_contract_under_its_customers_key() -> None:
    for record in stream(7, 3000, END_MS):
        assert record.value is not None
        touchpoint = orjson.loads(record.value)
        assert record.key == touchpoint["customer_id"].encode() == record.customer_id.encode()
        assert touchpoint["channel"] in CHANNELS
        assert touchpoint["kind"] in KIND_CODE or "." in touchpoint["kind"]


def test_identities_are_unique() -> None:
    records = stream(7, 5000, END_MS)

    assert len({record.identity for record in records}) == len(records)


def test_a_longer_stream_has_more_customers_and_one_of_them_is_hot() -> None:
    counts = Counter(record.customer_id for record in stream(7, 20_000, END_MS))

    assert 500 < len(counts) < 2000
    (hottest, most), (_, second) = counts.most_common(2)
    assert hottest == "cus-7-hot"
    assert most == 600
    assert second < most


def test_every_story_is_in_a_stream() -> None:
    """Looked for in the touchpoints themselves: what a person would call angry on three channels, bursty, silent."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    complained: dict[str, set[str]] = defaultdict(set)
    times: dict[str, list[int]] = defaultdict(list)
    for record in stream(7, 20_000, END_MS):
        touchpoint = orjson.loads(record.value or b"")
        kinds[record.customer_id][touchpoint["kind"]] += 1
        times[record.customer_id].append(record.at_ms)
        if touchpoint.get("case_id") and touchpoint["kind"] in ("complaint", "call", "message"):
            complained[record.customer_id].add(touchpoint["channel"])

    assert sum(len(channels) >= 3 for channels in complained.values()) > 20  # angry on three channels
    assert any(each["complaint"] == 1 and each["case_resolved"] == 1 for each in kinds.values())  # angry once
    assert any(each["complaint"] and each["case_resolved"] and each["order_placed"] >= 2 for each in kinds.values())
    assert any(each["device_error"] >= 8 for each in kinds.values())  # bursty
    silent = [each for each in times.values() if len(each) <= 2 and END_MS - each[-1] > 40 * 86_400_000]
    assert len(silent) > 5
    gaps = [later - earlier for each in times.values() for earlier, later in pairwise(each)]
    assert any(gap > 180 * 86_400_000 for gap in gaps)  # came back
