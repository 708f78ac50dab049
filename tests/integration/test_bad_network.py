"""A Kafka behind a bad network: its clients stay behind the proxy, whatever addresses Kafka's answers name."""

from random import Random

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.verify.distant import DistantKafka
from app.verify.proxy import Impairment
from tests.integration.real_kafka import require_own

pytestmark = pytest.mark.kafka


async def test_a_client_stays_behind_the_proxy_and_outlives_torn_connections() -> None:
    require_own("a Kafka behind a proxy")
    with DistantKafka() as kafka:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
        await admin.start()
        try:
            await admin.create_topics([NewTopic("torn", 1, 1)])
        finally:
            await admin.close()
        producer = AIOKafkaProducer(bootstrap_servers=kafka.proxy.address, enable_idempotence=True)
        await producer.start()
        try:
            kafka.proxy.impair(Impairment(latency_ms=5, jitter_ms=2, reset_share=0.1), Random(7))
            sent = [await producer.send_and_wait("torn", b"%d" % number) for number in range(100)]
            brokers = producer.client.cluster.brokers()
        finally:
            await producer.stop()

        assert {f"{broker.host}:{broker.port}" for broker in brokers} == {kafka.proxy.address}
        assert [each.offset for each in sent] == list(range(100))
        assert kafka.proxy.resets > 0
