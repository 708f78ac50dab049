"""Whether what came out of the workers is what had to come out, by the records as they lie on the topics.

Counts are compared with the simulator's manifest, profiles and alerts with the oracle, which sees the input topics
only. `assert_exact` is the end of every test that stops, kills or moves workers.
"""

import json
from functools import cache
from typing import Any

from app.catalogue import alerts, dead_letters, profiles
from app.dev.simulate.manifest import Manifest
from app.settings import Settings
from app.verify.reference.replay import Outcome, replay
from app.verify.reference.touchpoints import feeling, signals
from models.sentiment import built_in
from tests.integration.librdkafka import Feed, Place, Read, read
from tests.product import facts_only


def assert_exact(settings: Settings, feed: Feed, *, by_revision: bool = False) -> None:
    """Nothing lost, nothing counted twice, each bad record one dead letter, and all that the oracle says.

    The workers must have stopped, all that was fed committed. `by_revision`: as `newest_profiles`.
    """
    shown = newest_profiles(settings, by_revision=by_revision)
    manifest = Manifest.of(feed.records)
    counted = {customer_id: profile["touchpoints"] for customer_id, profile in shown.items()}
    assert (manifest.lost(counted), manifest.counted_twice(counted)) == (0, 0)
    assert sum(profile["duplicates"] for profile in shown.values()) == manifest.duplicates
    assert _dead_letters(settings) == {
        place: record.identity for place, (_, record) in feed.sent.items() if record.role == "bad"
    }
    oracle = _oracle(settings, feed)
    assert shown == oracle.profiles
    assert published(settings) == {alert["id"]: alert for alert in oracle.alerts}
    assert oracle.alerts, "a stream without alerts proves little"


def newest_profiles(settings: Settings, *, by_revision: bool = False) -> dict[str, dict[str, Any]]:
    """Customer -> public profile, no prose: the last one, or as readers must choose, that of the highest revision."""
    newest: dict[str, dict[str, Any]] = {}
    for each in read(settings.broker, profiles(settings)):
        customer_id, profile = (each.key or b"").decode(), json.loads(each.value or b"null")
        if not by_revision or profile["revision"] >= newest.get(customer_id, profile)["revision"]:
            newest[customer_id] = profile
    return {customer_id: facts_only(profile) for customer_id, profile in newest.items()}


def published(settings: Settings) -> dict[str, dict[str, Any]]:
    """Alert id -> alert, without prose; each id has one payload, byte for byte, on the partition of its customer."""
    payloads: dict[str, bytes] = {}
    for each in read(settings.broker, alerts(settings)):
        alert = json.loads(each.value or b"null")
        assert payloads.setdefault(alert["id"], each.value or b"") == each.value
        assert (each.key, each.headers["ce_id"]) == (alert["customer_id"].encode(), alert["id"].encode())
        assert alert["trigger"]["partition"] == each.place[1]
    return {id_: facts_only(json.loads(payload)) for id_, payload in payloads.items()}


def _dead_letters(settings: Settings) -> dict[Place, str]:
    """Where each rejected record lies -> why; a letter sent twice is one."""
    letters = {}
    for each in read(settings.broker, dead_letters(settings)):
        told = {name: each.headers[f"__streams.errors.{name}"].decode() for name in ("topic", "partition", "offset")}
        place = told["topic"], int(told["partition"]), int(told["offset"])
        letters[place] = each.headers["kanarya-reason"].decode()
    return letters


def _oracle(settings: Settings, feed: Feed) -> Outcome:
    """The oracle over the input topics, in offset order, one `send` after the other."""
    lying = [each for topic in feed.topics for each in read(settings.broker, topic)]
    assert {each.place: (each.key, each.value) for each in lying} == {
        place: (record.key, record.value) for place, (_, record) in feed.sent.items()
    }
    good = [each for each in lying if feed.sent[each.place][1].role != "bad"]
    good.sort(key=lambda each: (feed.sent[each.place][0], each.place))
    return replay(map(_as_oracle, good), _feeling, _signals, final_only=True)


def _as_oracle(each: Read) -> dict[str, Any]:
    topic, partition, offset = each.place
    return {
        "topic": topic, "partition": partition, "offset": offset, "key": each.key, "value": each.value,
        "headers": each.headers, "timestamp_ms": each.timestamp_ms,
    }  # fmt: skip


def _feeling(touch: dict[str, Any]) -> int | None:
    def score(text: str) -> int | None:
        scored = _scored(touch["language"], text)
        return scored.score_milli if scored.hits else None

    return feeling(touch, score)


def _signals(touch: dict[str, Any]) -> Any:
    return signals(touch, lambda text: _scored(touch["language"], text).signals)


@cache
def _scored(language: str | None, text: str) -> Any:
    (scored,) = built_in_scorer().score_many([text], [language])
    return scored


@cache
def built_in_scorer() -> Any:
    """The scorer that ships; its own tests are elsewhere, here it gives the oracle its numbers."""
    return built_in()
