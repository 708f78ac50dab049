"""CloudEvents by the SDK's Kafka serialiser over a broker: touchpoints go in as events, alerts come out as events."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import Producer

from app.catalogue import alerts, dead_letters
from app.partitioner import partition_of
from app.settings import Settings
from tests.integration.librdkafka import committed, read
from tests.integration.names import flags
from tests.integration.workers import ROOT, Workers

FORMAT = JSONFormat()
BEGAN = datetime(2026, 3, 10, 9, tzinfo=UTC)
CUSTOMER = "müşteri-7"


def event(number: int, kind: str, data: Any, **more: Any) -> CloudEvent:
    attributes = {
        "id": f"evt-{number}", "source": "/crm/eu", "type": f"com.acme.touchpoint.{kind}",
        "time": BEGAN + timedelta(days=number), "datacontenttype": "application/json", "partitionkey": CUSTOMER,
    }  # fmt: skip
    return CloudEvent(attributes={**attributes, **more}, data=data)


def test_events_of_the_sdk_become_a_profile_and_an_alert_that_the_sdk_reads(
    settings: Settings, workers: Workers
) -> None:
    low = {"metric": "rating", "value": 1, "min": 1, "max": 5}
    packed = json.dumps({"channel": "email", "text": "It broke again."}).encode()
    records = [
        to_binary(event(1, "survey_answered", {"channel": "survey", "score": low}), FORMAT),
        to_structured(event(2, "complaint", {"channel": "phone", "customer_id": CUSTOMER}), FORMAT),
        to_structured(event(3, "message", packed), FORMAT),
        to_structured(event(2, "complaint", {"channel": "phone"}), FORMAT),
        to_binary(event(4, "dance", {"channel": "web"}), FORMAT),
    ]
    producer = Producer({"bootstrap.servers": settings.broker, "partitioner": "murmur2_random"})
    (topic,) = settings.inputs
    for record in records:
        producer.produce(topic, record.value, record.key, headers=list(record.headers.items()))
    assert producer.flush(30) == 0
    sent = read(settings.broker, topic)
    assert {each.place[1] for each in sent} == {partition_of(CUSTOMER.encode(), settings.partitions)}

    with committed(settings) as group:
        worker = workers.start()
        group.reach({sent[-1].place[:2]: sent[-1].place[2] + 1})
    report = worker.stop()
    assert (report["applied"], report["duplicate"], report["rejected"]) == (3, 1, 1)

    command = [sys.executable, "-m", "app", "profile", CUSTOMER, "--at", "2026-03-13T09:00:00Z", "--json"]
    done = subprocess.run([*command, *flags(settings)], cwd=ROOT, capture_output=True, check=True)
    profile = json.loads(done.stdout)
    assert (profile["customer_id"], profile["touchpoints"], profile["duplicates"]) == (CUSTOMER, 3, 1)
    assert [(each["kind"], each["channel"]) for each in profile["timeline"]] == [
        ("message", "email"), ("complaint", "phone"), ("survey_answered", "survey"),
    ]  # fmt: skip

    (letter,) = read(settings.broker, dead_letters(settings))
    assert (letter.headers["kanarya-reason"], letter.headers["ce_id"]) == (b"unknown_value", b"evt-4")

    published = read(settings.broker, alerts(settings))
    assert published
    for alert in published:
        told = from_binary(KafkaMessage(headers=alert.headers, key=alert.key, value=alert.value or b""), FORMAT)
        data = told.get_data()
        assert isinstance(data, dict)
        assert (told.get_type(), told.get_id()) == ("kanarya.alert.v1", data["id"])
        assert told.get_extension("partitionkey") == data["customer_id"] == CUSTOMER
