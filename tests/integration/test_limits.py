"""Loads that are not even: a partition that stands still, a customer with half of the traffic, records as large as
Kafka takes them."""

import json
from collections.abc import Callable

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import assert_exact, newest_profiles
from tests.integration.workers import Workers

RECORDS = 3000
HOT = 900
"""Touchpoints of one customer; the oracle looks at all of them after each."""
STUCK_WORKER = "tests.integration.stuck_worker"
LARGEST = 1_048_588 - 200
"""Bytes of a value that an input topic takes as it comes, beside its key and what Kafka needs."""


def test_a_partition_whose_changelog_hangs_does_not_stop_the_others(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    feed.send(settings.inputs[0], simulated(RECORDS))
    ends = feed.ends
    stuck = min(ends)
    with committed(settings) as group:
        worker = workers.start("-m", STUCK_WORKER, str(stuck[1]), profile_backlog_delay_s=600).is_ready()
        group.reach({place: end for place, end in ends.items() if place != stuck})
        assert group.offsets(feed.topics, settings.partitions).get(stuck, 0) == 0
        worker.kill()

        workers.start().is_ready()
        group.reach(ends)
    workers.started[-1].stop()

    assert_exact(settings, feed)


def test_half_of_the_traffic_on_one_customer_is_exact_and_holds_nobody_up(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = simulated(HOT)
    hot = "busy"  # not one of the others, whose retries would come too late to be known
    mixed = [each for pair in zip(records, map(_of(hot), range(HOT)), strict=True) for each in pair]
    with committed(settings) as group:
        worker = workers.start()
        feed.send(settings.inputs[0], mixed)
        group.reach(feed.ends)
    worker.stop()

    assert newest_profiles(settings)[hot]["touchpoints"] == HOT
    assert_exact(settings, feed)


def _of(customer_id: str) -> Callable[[int], Record]:
    def touchpoint(number: int) -> Record:
        body = {"id": f"hot-{number}", "time": 1_760_000_000_000 + number, "channel": "web", "kind": "page_view"}
        value = json.dumps(body).encode()
        return Record(customer_id.encode(), value, (), "good", customer_id, f"/hot-{number}", body["time"])  # type: ignore[arg-type]

    return touchpoint


def test_a_touchpoint_as_large_as_kafka_takes_it_is_applied(settings: Settings, workers: Workers) -> None:
    """Its text is scored by the beginning, and nothing of it comes into the state."""
    feed = Feed(settings.broker, **{"message.max.bytes": 2_000_000})
    body = {"id": "1", "time": "2026-03-01T10:00:00Z", "channel": "email", "kind": "complaint", "text": ""}
    body["text"] = "terrible " * ((LARGEST - len(json.dumps(body))) // 9)
    value = json.dumps(body).encode()
    assert LARGEST - 9 <= len(value) <= LARGEST
    feed.send(settings.inputs[0], [Record(b"ada", value, (), "good", "ada", "/1", 0)])
    with committed(settings) as group:
        worker = workers.start()
        group.reach(feed.ends)
    report = worker.stop()

    assert (report["applied"], report["rejected"], report["texts_cut"]) == (1, 0, 1)
    profile = newest_profiles(settings)["ada"]
    assert profile["windows"]["negatives"]["7d"]["n"] == 1
    assert len(json.dumps(profile)) < 5000
