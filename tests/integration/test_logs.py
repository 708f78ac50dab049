"""What a worker's log tells, at its most talkative, and of whom it never tells."""

import json
from collections import Counter

import pytest

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.workers import Workers

CUSTOMER = "cus-yasemin"
TEXT = "a very private text"

pytestmark = pytest.mark.kafka


def rating(number: int) -> Record:
    score = {"metric": "csat", "value": 1}
    body = {"id": f"r-{number}", "time": f"2026-03-0{number}T10:00:00Z", "channel": "survey", "kind": "survey_answered"}
    value = json.dumps(body | {"score": score, "text": TEXT}).encode()
    return Record(CUSTOMER.encode(), value, (), "good", CUSTOMER, str(number), 0)


def test_neither_a_customer_nor_a_text_is_told_at_any_level(settings: Settings, workers: Workers, feed: Feed) -> None:
    """With alerts, profiles, states and a dead letter on their way through all producers."""
    feed.send(
        settings.inputs[0], [rating(1), rating(2), Record(CUSTOMER.encode(), TEXT.encode(), (), "bad", "", "", 0)]
    )
    worker = workers.start(log_level="debug")
    with committed(settings) as group:
        group.reach(feed.ends)
    report = worker.stop()

    assert (report["alerts"], report["rejected"]) == (1, 1)
    log = worker.child.log.read_text()
    assert len(log.splitlines()) > 100, "debug lines of the libraries are there"
    assert CUSTOMER not in log
    assert TEXT not in log


def test_a_worker_s_life_is_told_in_few_lines(settings: Settings, workers: Workers, feed: Feed) -> None:
    feed.send(settings.inputs[0], [rating(1)])
    worker = workers.start()
    with committed(settings) as group:
        group.reach(feed.ends)
    worker.stop()

    lines = [json.loads(line) for line in worker.child.log.read_text().splitlines()]
    told = Counter(line["event"] for line in lines if line["event"] != "broker_without_idempotence")
    once = ("rebalance_ended", "recovered", "new_group", "worker_ready", "worker_ended")
    assert told == {"partition_opened": settings.partitions, **dict.fromkeys(once, 1)}
    (ended,) = worker.lines("rebalance_ended")
    assert (ended["gained"], ended["lost"]) == (list(range(settings.partitions)), [])
