"""The embedded broker answers as soon as it is there, takes records and gives them back."""

import importlib.util
import os
import socket
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.dev import broker as module
from app.dev.broker import BrokerError, EmbeddedBroker, broker_binary, cluster_id


async def test_a_record_comes_back_with_key_value_and_headers() -> None:
    async with EmbeddedBroker() as broker:
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
        await admin.start()
        await admin.create_topics([NewTopic("birds", 2, 1)])
        await admin.close()
        producer = AIOKafkaProducer(bootstrap_servers=broker.address)
        await producer.start()
        sent = await producer.send_and_wait("birds", b"\xff value", key=b"key", headers=[("h", b"\x00")])
        await producer.stop()
        consumer = AIOKafkaConsumer("birds", bootstrap_servers=broker.address, auto_offset_reset="earliest")
        await consumer.start()
        record = await consumer.getone()
        await consumer.stop()

    assert (record.key, record.value, list(record.headers)) == (b"key", b"\xff value", [("h", b"\x00")])
    assert (record.partition, record.offset) == (sent.partition, sent.offset)


def test_two_brokers_stand_side_by_side() -> None:
    with EmbeddedBroker() as one, EmbeddedBroker() as other:
        assert one.address != other.address


def test_nothing_listens_any_more_after_the_block() -> None:
    with EmbeddedBroker() as broker:
        host, port = broker.address.split(":")
        assert cluster_id(host, int(port), timeout_s=1.0)

    assert cluster_id(host, int(port), timeout_s=1.0) is None


def test_a_port_taken_in_between_leads_to_another_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first port offered is held by a stranger that accepts connections and never answers like Kafka."""
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = int(stranger.getsockname()[1])
        free = module._free_port()
        offered = iter([taken, free])
        monkeypatch.setattr(module, "_free_port", lambda: next(offered))
        with EmbeddedBroker() as broker:
            assert broker.address == f"127.0.0.1:{free}"


def test_a_missing_extra_is_named_with_its_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(BrokerError, match=r"extra `demo`; run `make install`"):
        broker_binary(tmp_path)


def test_a_binary_that_lost_its_mode_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    copy = broker_binary(tmp_path)

    assert copy == str(tmp_path / "tansu")
    assert (tmp_path / "tansu").stat().st_mode & 0o100
