"""Passwords and tokens that change in their files under a running worker, which comes back with the new ones."""

import json
import time
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.children import Children
from app.reading.state import read_state
from app.topics import apply
from tests.integration import certificates
from tests.integration.patience import until
from tests.integration.real_kafka import require_own
from tests.integration.secured_kafka import by_a_file, secured_kafka, settings_of, token
from tests.integration.workers import Workers

pytestmark = pytest.mark.kafka


def test_a_password_that_is_rotated_in_its_file_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    """The broker drops connections often here; the old password is refused until the file holds the new one."""
    require_own("a Kafka with users")
    if missing := certificates.lacking():
        pytest.skip(missing)
    with secured_kafka(tmp_path, properties={"connections.max.reauth.ms": "3000"}) as kafka, Children() as children:
        told = by_a_file(kafka)
        settings = settings_of(told)
        on_kafka(settings, apply(settings, catalogue(settings)))
        worker = Workers(children, settings).start()
        worker.is_ready()
        admin = AdminClient({"bootstrap.servers": kafka.plain})
        scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        change = UserScramCredentialUpsertion("canary", scram, b"new song")
        for done in admin.alter_user_scram_credentials([change]).values():
            done.result(10)
        worker.says("broker_away")
        told["sasl_password_file"].write_text("new song\n")
        worker.says("broker_back")
        producer = Producer({"bootstrap.servers": kafka.plain, "partitioner": "murmur2_random"})
        touch = {"id": "1", "customer_id": "c", "time": 1_767_225_600_000, "channel": "web", "kind": "visit"}
        producer.produce(settings.inputs[0], json.dumps(touch).encode(), b"c")
        assert producer.flush(10) == 0
        plain = settings.model_copy(update={"broker": kafka.plain, "security": "plaintext"})
        until(lambda: on_kafka(plain, read_state(plain, "c")), "the touchpoint is applied")
        report = worker.stop()

    assert report["applied"] == 1


def test_a_token_that_is_renewed_in_its_file_outlives_the_broker_s_patience(tmp_path: Path) -> None:
    """The broker drops a connection when its token ends; the worker comes back with the next one."""
    require_own("a Kafka with tokens")
    if missing := certificates.lacking():
        pytest.skip(missing)
    with secured_kafka(tmp_path, properties={"connections.max.reauth.ms": "3000"}) as kafka, Children() as children:
        told = kafka.by_token(8.0)
        settings = settings_of(told)
        plain = settings.model_copy(update={"broker": kafka.plain, "security": "plaintext"})
        on_kafka(plain, apply(plain, catalogue(plain)))
        worker = Workers(children, settings).start()
        worker.is_ready()
        started_s = time.monotonic()
        producer = Producer({"bootstrap.servers": kafka.plain, "partitioner": "murmur2_random"})
        sent = 0
        while time.monotonic() - started_s < 14:
            told["sasl_token_file"].write_text(token("canary", 8.0))
            touch = {"id": str(sent), "customer_id": "c", "time": 1_767_225_600_000, "channel": "web", "kind": "visit"}
            producer.produce(settings.inputs[0], json.dumps(touch).encode(), b"c")
            assert producer.flush(10) == 0
            sent += 1
            assert worker.child.wait(0.5) is None, worker.child.last_lines()
        report = worker.stop()

    assert report["applied"] == sent
