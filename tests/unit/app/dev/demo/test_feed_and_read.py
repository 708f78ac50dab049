"""What is fed is acknowledged, seen by the tail and read back by the reader, over a real embedded broker."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.dev.broker import EmbeddedBroker
from app.dev.demo.feed import Feeder
from app.dev.demo.follow import Follower
from app.dev.demo.reader import read_outcome
from app.dev.demo.tail import Tail
from app.dev.demo.view.scene import Scene
from app.dev.simulate.faults import spoiled_stream
from app.dev.simulate.record import Record
from app.partitioner import is_placed
from tests.scenes import profile as shown

PARTITIONS = 3


@pytest.fixture
async def broker() -> AsyncIterator[str]:
    async with EmbeddedBroker() as embedded:
        admin = AIOKafkaAdminClient(bootstrap_servers=embedded.address)
        await admin.start()
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in ("in", "alerts", "profiles", "dlt")])
        await admin.close()
        yield embedded.address


@pytest.fixture
async def producer(broker: str) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=broker, linger_ms=5)
    await client.start()
    yield client
    await client.stop()


async def test_every_record_fed_is_acknowledged_once_and_placed_by_murmur2(producer: AIOKafkaProducer) -> None:
    records = spoiled_stream(7, 2000, 1_790_000_000_000)
    sent_to_broker: list[Record] = []
    feeder = Feeder(producer, "in", PARTITIONS, sent_to_broker.append)

    await feeder.feed(records[:1500])
    await feeder.feed(records[1500:])

    assert feeder.fed == 2000
    assert sent_to_broker == records
    assert sum(len(acked) for acked in feeder.acked) == 2000
    for partition, end in feeder.ends.items():
        assert sorted(feeder.acked[partition]) == list(range(end))
    sent = await producer.send_and_wait("in", b"", key=records[0].key)
    assert is_placed(records[0].key or b"", sent.partition, PARTITIONS)


async def test_a_pace_is_kept(producer: AIOKafkaProducer) -> None:
    records = spoiled_stream(7, 100, 1_790_000_000_000)
    feeder = Feeder(producer, "in", PARTITIONS)
    loop = asyncio.get_running_loop()
    started_s = loop.time()

    await feeder.feed(records, per_second=200)

    assert 0.4 < loop.time() - started_s < 2


def alert(number: int) -> bytes:
    return json.dumps({"id": f"a{number}", "trigger": {"partition": 0, "offset": number}}).encode()


async def test_the_tail_sees_alerts_old_and_new_keeps_their_bytes_and_counts_a_redelivery_once(
    broker: str, producer: AIOKafkaProducer
) -> None:
    told: list[dict[str, Any]] = []
    await producer.send_and_wait("alerts", alert(0), partition=2)
    async with Tail(broker, "alerts", told.append) as tail:
        for number in [*range(1, 300), 5]:
            await producer.send("alerts", alert(number), partition=number % PARTITIONS)
        await producer.flush()
        await tail.reached_end()

        assert sorted(tail.values) == sorted([*map(alert, range(300)), alert(5)])
        assert len(tail.seen) == len(told) == 300
        assert tail.seen["a7"][1] == {"partition": 0, "offset": 7}


async def test_a_tail_that_cannot_read_says_so_instead_of_waiting(broker: str, producer: AIOKafkaProducer) -> None:
    async with Tail(broker, "alerts") as tail:
        await producer.send_and_wait("alerts", b"no alert", partition=0)

        with pytest.raises(json.JSONDecodeError):
            await tail.reached_end()


async def test_the_reader_takes_the_newest_profile_and_counts_a_dead_letter_once(
    broker: str, producer: AIOKafkaProducer
) -> None:
    def profile(touchpoints: int, duplicates: int) -> bytes:
        return json.dumps({"touchpoints": touchpoints, "duplicates": duplicates}).encode()

    for key, value in ((b"a", profile(1, 0)), (b"b", profile(9, 9)), (b"a", profile(4, 2)), (b"b", None)):
        await producer.send_and_wait("profiles", value, key=key, partition=1)
    place = {
        "kafka_dlt-original-topic": b"in",
        "kafka_dlt-original-partition": (2).to_bytes(4, "big"),
        "kafka_dlt-original-offset": (77).to_bytes(8, "big"),
        "kanarya-reason": b"not_json",
        "kanarya-detail": b"value: is not JSON",
    }
    for _ in range(2):
        await producer.send_and_wait("dlt", b"{\xff", key=None, partition=2, headers=list(place.items()))

    outcome = await read_outcome(broker, "profiles", "dlt")

    assert outcome.profiles == {"a": profile(4, 2)}
    assert (outcome.touchpoints, outcome.duplicates) == ({"a": 4}, 2)
    assert outcome.rejected == {
        ("in", 2, 77): {
            "topic": "in",
            "partition": 2,
            "offset": 77,
            "reason": "not_json",
            "detail": "value: is not JSON",
            "key": None,
            "value": "{\\xff",
        }
    }


async def test_topics_without_a_record_are_read_to_their_end(broker: str) -> None:
    outcome = await read_outcome(broker, "profiles", "dlt")

    assert (outcome.profiles, outcome.rejected) == ({}, {})


class Watched(Scene):
    """A scene that says when something came in."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()
        self.rejected = Letters(self.changed)

    def profile(self, customer_id: str, profile: Mapping[str, Any], now_s: float) -> None:
        super().profile(customer_id, profile, now_s)
        self.changed.set()


class Letters(set[tuple[str, int, int]]):
    """Places of dead letters; adding one is said."""

    def __init__(self, changed: asyncio.Event) -> None:
        super().__init__()
        self._changed = changed

    def add(self, place: tuple[str, int, int]) -> None:
        super().add(place)
        self._changed.set()


async def test_a_follower_brings_profiles_and_dead_letters_into_the_scene(
    broker: str, producer: AIOKafkaProducer
) -> None:
    scene = Watched()

    async def until(count: int) -> None:
        while scene.applied + scene.duplicates + len(scene.rejected) < count:
            scene.changed.clear()
            await scene.changed.wait()

    before = json.dumps(shown("a", "at_risk", 61, {}, touchpoints=3, duplicates=0, revision=3)).encode()
    await producer.send_and_wait("profiles", before, key=b"a", partition=1)
    async with Follower(broker, "profiles", "dlt", scene):
        await asyncio.wait_for(until(3), 30)
        assert scene.ranked()[0][0] == "a"
        now = json.dumps(shown("a", "ok", 20, {}, touchpoints=7, duplicates=1, revision=8)).encode()
        await producer.send_and_wait("profiles", now, key=b"a", partition=1)
        await producer.send_and_wait("profiles", None, key=b"b", partition=1)
        place = {
            "kafka_dlt-original-topic": b"in",
            "kafka_dlt-original-partition": (2).to_bytes(4, "big"),
            "kafka_dlt-original-offset": (77).to_bytes(8, "big"),
        }
        for _ in range(2):
            await producer.send_and_wait("dlt", b"{", partition=2, headers=list(place.items()))
        await asyncio.wait_for(until(9), 30)

    assert (scene.applied, scene.duplicates, scene.rejected) == (7, 1, {("in", 2, 77)})
    assert scene.ranked() == []


async def test_a_follower_that_cannot_read_says_so(broker: str, producer: AIOKafkaProducer) -> None:
    async with Follower(broker, "profiles", "dlt", Scene()) as follower:
        await producer.send_and_wait("profiles", b"no profile", key=b"a", partition=0)

        with pytest.raises(json.JSONDecodeError):
            await asyncio.wait_for(follower.reading, 30)
