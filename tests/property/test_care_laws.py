"""Channels, effort, wishes, consents and other names: the same whatever the order, and no larger however many."""

import json
import random
import sys
from collections import Counter
from statistics import mean
from types import FrameType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models import public_profile
from models.alert_record import Place
from models.codec import decode_profile, encode_profile
from models.envelope import decode
from models.identifiers import KINDS_MOST
from models.profile import new_profile, observe
from models.state import Profile
from models.touchpoint import Touchpoint
from tests.care_stream import care_stream
from tests.happenings import DAY
from tests.product import EPOCH, POLICY, Worker, forget, run
from tests.property.test_against_oracle import assert_same
from tests.property.test_laws import IN_LOG_ORDER
from tests.streams import SEEDS

PLACE = Place(0, ("kanarya.touchpoints",))
CARE = ("channel_use", "preferred_channels", "effort", "preferences", "interests", "consents", "ids", "windows")


def touchpoints(records: list[dict[str, Any]]) -> list[Touchpoint]:
    told = []
    for record in records:
        touchpoint = decode(record["key"], record["value"], record["headers"], record["timestamp_ms"])
        assert isinstance(touchpoint, Touchpoint), touchpoint
        touchpoint.offset = record["offset"]
        told.append(touchpoint)
    return told


def observed(records: list[dict[str, Any]]) -> Profile:
    profile = new_profile("c")
    for touchpoint in touchpoints(records):
        observe(profile, touchpoint, POLICY)
    forget(profile, IN_LOG_ORDER)
    return profile


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS, events=st.integers(2, 150), shuffle=SEEDS)
def test_any_order_gives_the_same_bytes_and_the_same_view(seed: int, events: int, shuffle: int) -> None:
    records = care_stream(seed, events)
    told, mixed = observed(records), observed(random.Random(shuffle).sample(records, events))
    shown, shown_mixed = (public_profile.view(one, PLACE, POLICY, "none") for one in (told, mixed))
    assert shown_mixed == shown
    assert encode_profile(mixed, EPOCH) == encode_profile(told, EPOCH)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 120), cuts=st.sets(st.integers(1, 119)), back=st.integers(1, 120))
def test_any_split_and_any_replay_gives_the_same_bytes(seed: int, events: int, cuts: set[int], back: int) -> None:
    records = care_stream(seed, events)
    whole, parts = run(records), run(records, cuts)
    assert parts.states == whole.states
    assert parts.alerts == whole.alerts
    assert parts.feed(records[-back:], cuts).states == whole.states


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, events=st.integers(1, 150), step_ms=st.sampled_from([60_000, 7_200_000, 3 * DAY]))
def test_profiles_are_what_the_oracle_says(seed: int, events: int, step_ms: int) -> None:
    assert_same(care_stream(seed, events, step_ms))


def test_the_stream_meets_every_part() -> None:
    met: Counter[str] = Counter()
    for seed in range(60):
        (shown,) = run(care_stream(seed, 30 + 10 * seed)).shown().values()
        met.update(f"{one['purpose']} {one['source']}" for one in shown["preferred_channels"])
        met.update(part["part"] for part in shown["effort"]["parts"])
        met.update(f"interest {one['source']} {one['about']} {one['on_wish_list']}" for one in shown["interests"])
        met.update(f"granted {one['granted']}" for one in shown["consents"])
        met.update(f"id {one['normalized']}" for of in shown["ids"].values() for one in of)
        met.update(f"full {name}" for name in ("preferences", "consents") if len(shown[name]) >= 16)
        met.update(name for name in ("wait", "effort") if name in shown["windows"])
    purposes, abouts = ("info", "purchase", "dispute"), ("product True", "product False", "issue True", "issue False")
    assert set(met) >= {f"{purpose} {source}" for purpose in purposes for source in ("stated", "observed")}
    assert set(met) >= {"repeats", "switches", "transfers", "reopens", "long_waits", "hard", "limit"}
    assert set(met) >= {f"interest {source} {about}" for source in ("stated", "observed") for about in abouts}
    assert set(met) >= {"interest stated None False", "granted True", "granted False", "full preferences"}
    assert set(met) >= {"id True", "id False", "id None", "full consents", "wait", "effort"}


def test_twenty_thousand_touchpoints_leave_a_small_state_and_cost_no_more_at_the_end() -> None:
    """Costs are counted in calls, which no other load on the machine changes; no loop goes over a long list."""
    seed, block = 23, 1000
    print("seed", seed)
    told = touchpoints(care_stream(seed, 20 * block, 60_000))
    live, sizes, calls = new_profile("c"), [], []
    for start in range(0, len(told), block):
        calls.append(calls_of(live, told[start : start + block]))
        state = encode_profile(live, EPOCH)
        sizes.append(len(state))
        live = decode_profile("c", state)
        assert live.statements is not None
        assert len(live.uses) <= 2 + 3 * 3 * 14
        assert max(len(live.statements.preferences), len(live.statements.consents)) <= POLICY.kept.statements
        assert len(live.statements.identifiers) <= KINDS_MOST * POLICY.kept.identifiers
        assert len(live.facts) <= 14 * POLICY.kept.facts + POLICY.kept.timeline
    print("bytes", sizes, "calls", calls)
    for measured in (sizes, calls):
        assert mean(measured[10:]) < 1.05 * mean(measured[2:10])
    assert max(sizes) < 16_000
    shown = public_profile.render(live, PLACE, POLICY, "none")
    assert {name: bool(json.loads(shown)[name]) for name in CARE} == dict.fromkeys(CARE, True)


def calls_of(profile: Profile, told: list[Touchpoint]) -> int:
    """Functions called, of Python and of C, as the profile takes them in."""
    calls = 0

    def count(_frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        for touchpoint in told:
            observe(profile, touchpoint, POLICY)
    finally:
        sys.setprofile(None)
    return calls


def test_a_worker_that_comes_back_to_the_same_records_shows_the_same() -> None:
    records = care_stream(5, 300)
    assert Worker().feed(records, range(1, 300)).shown() == run(records).shown()
