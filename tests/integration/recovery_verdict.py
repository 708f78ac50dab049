"""Whether a worker that starts now would recover what the last owners held, and would even after a compaction."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from app.catalogue import changelog
from app.settings import Settings
from models.codec import META_KEY, decode_meta, decode_profile, is_outbox_key, is_profile_key
from models.epoch_fence import EpochFence
from models.generation import place_of
from models.policy import Policy
from models.public_profile import render
from tests.integration.librdkafka import Read, read
from tests.integration.verdict import built_in_scorer, newest_profiles
from tests.product import facts_only

States = dict[bytes, bytes]


def assert_recovers(settings: Settings, *, by_revision: bool = False) -> None:
    """The changelog gives the states that the public profiles show, no alert is left over, nothing stale is last."""
    shown: dict[str, Any] = {}
    for partition, records in _by_partition(settings).items():
        states = _alive(EpochFence().counting([(each.key or b"", each.value) for each in records]))
        assert states == _alive((each.key or b"", each.value) for each in records), (
            "a compaction would keep a stale one"
        )
        place = place_of(partition, decode_meta(states[META_KEY]))
        assert not [key for key in states if is_outbox_key(key)]
        for key, value in states.items():
            if is_profile_key(key):
                customer_id = key[1:].decode()
                profile = render(decode_profile(customer_id, value), place, Policy(), built_in_scorer().name)
                shown[customer_id] = facts_only(json.loads(profile))
    assert shown == newest_profiles(settings, by_revision=by_revision)


def foreign_records(settings: Settings) -> int:
    """How many records of the changelog do not count."""
    total = 0
    for records in _by_partition(settings).values():
        fence = EpochFence()
        total += sum(not fence.counting([(each.key or b"", each.value)]) for each in records)
    return total


def _by_partition(settings: Settings) -> dict[int, list[Read]]:
    found: defaultdict[int, list[Read]] = defaultdict(list)
    for each in read(settings.broker, changelog(settings)):
        found[each.place[1]].append(each)
    return found


def _alive(items: Iterable[tuple[bytes, bytes | None]]) -> States:
    return {key: value for key, value in dict(items).items() if value is not None}
