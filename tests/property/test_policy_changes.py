"""A policy may change under stored states: whatever number it changes to, they are read, shown and folded on."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from models import alert, public_profile
from models.alert_record import Place
from models.codec import decode_profile, encode_profile
from models.envelope import decode
from models.episode import Step
from models.policy import Policy
from models.policy_mapping import from_mapping
from models.policy_mistakes import PolicyError
from models.profile import new_profile, observe
from models.risk import assess
from models.state import Episode
from models.touchpoint import Touchpoint
from tests.care_stream import care_stream
from tests.product import EPOCH
from tests.streams import stream

TOPIC = "kanarya.touchpoints"
PLACE = Place(0, (TOPIC,))
KEPT, MORE = 240, 6
"""Touchpoints before the change, and after it."""
YEARS_MS = timedelta(days=3650) // timedelta(milliseconds=1)
SEGMENTS = [{"name": "busy", "when": [{"field": "contacts", "is": ">", "value": 3}]}]


@cache
def customers() -> tuple[tuple[bytes, tuple[Touchpoint, ...]], ...]:
    """State bytes under the shipped policy with segments, and what comes next, of customers with all that is kept."""
    before = from_mapping({"segments": SEGMENTS})
    made = []
    for seed in (3, 17, 40):
        records = care_stream(seed, (KEPT + MORE) // 2) if seed % 2 else []
        records += stream(seed, KEPT + MORE - len(records), customers=1)
        random.Random(seed).shuffle(records)
        told = []
        for offset, record in enumerate(records):
            touchpoint = decode(record["key"], record["value"], record["headers"], record["timestamp_ms"])
            assert isinstance(touchpoint, Touchpoint), touchpoint
            touchpoint.offset = offset
            touchpoint.feeling_milli = offset * 37 % 1000 - 700 if offset % 3 else None
            told.append(touchpoint)
        profile = new_profile("c")
        for touchpoint in told[:KEPT]:
            observe(profile, touchpoint, before)
        made.append((encode_profile(profile, EPOCH), tuple(told[KEPT:])))
    return tuple(made)


def numbers(section: type = Policy, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], types.Type]]:
    """(path, type) of each number of the policy."""
    (info,) = types.multi_type_info([section])
    assert isinstance(info, types.StructType)
    for field in info.fields:
        if isinstance(field.type, types.StructType):
            yield from numbers(field.type.cls, (*path, field.name))
        elif isinstance(inner(field.type), types.IntType | types.FloatType):
            yield (*path, field.name), field.type


def inner(kind: types.Type) -> types.Type:
    """A number's type, or that of the numbers of a list."""
    while isinstance(kind, types.Metadata | types.VarTupleType):
        kind = kind.type if isinstance(kind, types.Metadata) else kind.item_type
    return kind


def some(kind: types.Type, how: str, rng: random.Random) -> Any:
    """The lowest or highest allowed value, or a random one."""
    number = inner(kind)
    assert isinstance(number, types.IntType | types.FloatType)
    whole = isinstance(number, types.IntType)
    low = number.ge if number.ge is not None else number.gt
    high = number.le
    assert low is not None, "every number of a policy has its bounds"
    assert high is not None, "every number of a policy has its bounds"
    if number.ge is None:
        low += 1 if whole else 1e-9
    value = {"low": low, "high": high}.get(how)
    if value is None:
        value = rng.randint(int(low), int(high)) if whole else rng.uniform(low, high)
    value = int(value) if whole else float(value)
    return value if number is kind else [value]


def tables(how: str, rng: random.Random) -> Iterator[dict[str, Any]]:
    """A policy file for each number that is changed alone; and, where the order of levels allows it, all of them."""
    for path, kind in numbers():
        yield {path[0]: {path[1]: some(kind, how, rng)}}
    every: dict[str, dict[str, Any]] = {}
    for path, kind in numbers():
        if path[0] != "levels":
            every.setdefault(path[0], {})[path[1]] = some(kind, how, rng)
    every["answers"] |= {"satisfied": 0.9, "dissatisfied": 0.1}
    every["sentiment_fall"] |= {"short_half_life_days": 1, "long_half_life_days": 3650}
    yield every


def exercise(state: bytes, more: tuple[Touchpoint, ...], policy: Policy) -> None:
    """Show the state under a policy, now and years later; tell an alert; fold on, encode, and show it again."""
    profile = decode_profile("c", state)
    for touchpoint in (None, *more):
        if touchpoint is not None:
            observe(profile, msgspec.structs.replace(touchpoint), policy)
            profile = decode_profile("c", encode_profile(profile, EPOCH))
        for at_ms in (profile.as_of_ms, profile.as_of_ms + YEARS_MS) if touchpoint in (None, more[-1]) else ():
            shown = json.loads(msgspec.json.encode(public_profile.view(profile, PLACE, policy, "none", at_ms)))
            uses = [use for by_channel in shown["channel_use"].values() for use in by_channel.values()]
            assert all(0 <= use["recent"] <= use["n"] for use in uses), policy.channels
            assert all(0 <= one["confidence"] <= 1 and one["channel"] for one in shown["preferred_channels"])
            felt = shown["relationship"]["sentiment"]
            assert -1 <= felt["recent"] <= 1
            assert -1 <= felt["baseline"] <= 1
    risk = assess(profile, profile.as_of_ms, policy)
    episode = profile.episode or Episode(0, 0, True, 1, 1, 1, profile.as_of_ms, 0, profile.as_of_ms, 0)
    alert.to_json(alert.render(profile, Step("opened", risk, more[-1], episode), PLACE, policy, "none"))


@pytest.mark.parametrize("how", ["low", "high", "random"])
def test_whatever_number_of_the_policy_changes_stored_states_are_shown_and_folded_on(how: str) -> None:
    seed = random.SystemRandom().getrandbits(32)
    print("seed", seed)
    changed = 0
    for table in tables(how, random.Random(seed)):
        try:
            policy = from_mapping(table)
        except PolicyError:  # levels out of order: not allowed
            continue
        changed += 1
        for state, more in customers():
            exercise(state, more, policy)
    assert changed > 50


@pytest.mark.parametrize("days", [1, 1.5, 60, 120, 180, 3650])
def test_another_half_life_of_channels_keeps_the_counts_and_begins_what_is_recent_anew(days: float) -> None:
    policy = from_mapping({"channels": {"half_life_days": days}})
    for state, more in customers():
        profile = decode_profile("c", state)
        before = public_profile.view(profile, PLACE, Policy(), "none")["channel_use"]
        after = public_profile.view(profile, PLACE, policy, "none")["channel_use"]
        assert counts(after) == counts(before) != {}
        assert {use["recent"] for by_channel in after.values() for use in by_channel.values()} == {0}
        new = msgspec.structs.replace(more[0], kind="message", actor="customer", direction="inbound", preference=None)
        new.at_ms = profile.as_of_ms
        observe(profile, new, policy)
        after = public_profile.view(profile, PLACE, policy, "none")["channel_use"]
        assert sum(use["recent"] for by_channel in after.values() for use in by_channel.values()) == 1
        assert sum(counts(after).values()) == sum(counts(before).values()) + 1


def counts(used: Any) -> dict[tuple[str, str], int]:
    return {(purpose, channel): use["n"] for purpose, of in used.items() for channel, use in of.items()}
