"""The client examples of docs/producing.md, run as they stand there: each record is applied, on the right partition."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.apache_kafka import VERSION, ApacheKafkaError, install, lacking
from app.dev.children import Children
from app.partitioner import partition_of
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import committed, read
from tests.integration.names import flags, fresh_settings
from tests.integration.workers import Workers

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/producing.md").read_text()
BLOCKS = re.findall(r"```(\w+) client=(\S+)\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = {client: (kind, text) for kind, client, text in BLOCKS}
CUSTOMERS = {
    "aiokafka": ("cus-aio", "call"),
    "confluent-kafka": ("cus-python", "survey_answered"),
    "cloudevents": ("cus-cloud", "complaint"),
    "kafka-console-producer": ("cus-java", "message"),
    "kcat": ("cus-kcat", "help_view"),
}
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"

apache = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
"""The Java client asks for more than the embedded broker answers."""


@pytest.fixture(scope="module")
def topics(broker: str) -> Settings:
    """Topics for all examples together."""
    settings = fresh_settings(broker)
    on_kafka(settings, apply(settings, catalogue(settings)))
    return settings


@pytest.fixture
def console_producer(tmp_path: Path) -> Path:
    """A folder with `kafka-console-producer.sh`, which starts the real one from Maven Central's jars."""
    if missing := lacking():
        pytest.skip(f"kafka-console-producer needs Java and Maven: {missing}")
    try:
        jars = install()
    except ApacheKafkaError as error:
        pytest.skip(f"kafka-console-producer: {error}")
    tools = jars.parent / "tools"
    jar = tools / f"kafka-tools-{VERSION}.jar"
    if not jar.exists():
        artifact = f"-Dartifact=org.apache.kafka:kafka-tools:{VERSION}"
        fetch = ["mvn", "-q", "-B", _PLUGIN, artifact, f"-DoutputDirectory={tools}"]
        if subprocess.run(fetch, capture_output=True, check=False, timeout=240).returncode:
            pytest.skip("kafka-console-producer: Maven cannot fetch kafka-tools")
    script = tmp_path / "kafka-console-producer.sh"
    main = "org.apache.kafka.tools.ConsoleProducer"
    script.write_text(f'#!/bin/sh\nexec java -Xmx128m -cp "{jar}:{jars}/*" {main} "$@"\n')
    script.chmod(0o755)
    return tmp_path


def run(client: str, settings: Settings, folder: Path | None = None) -> None:
    """The example, with the broker and the topic of the test in place of the two names that every reader replaces."""
    kind, text = EXAMPLES[client]
    assert text.count("localhost:9092") == text.count("kanarya.touchpoints") == 1
    text = text.replace("localhost:9092", settings.broker).replace("kanarya.touchpoints", settings.inputs[0])
    command = [sys.executable, "-c", text] if kind == "python" else ["sh", "-e", "-c", text]
    path = os.environ["PATH"] if folder is None else f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_client_of_the_page_is_run_here() -> None:
    assert {*EXAMPLES} == {*CUSTOMERS}


def test_another_partitioner_would_place_the_keys_of_librdkafka_elsewhere() -> None:
    """Else the examples could leave the partitioner out and still pass."""
    keys = [CUSTOMERS[client][0].encode() for client in ("confluent-kafka", "cloudevents", "kcat")]
    assert all(partition_of(key, 4) != crc32(key) % 4 for key in keys)


@apache
@pytest.mark.parametrize("client", ["aiokafka", "confluent-kafka", "cloudevents"])
def test_a_python_client_sends_a_touchpoint(topics: Settings, client: str) -> None:
    run(client, topics)
    assert_applied(topics, client)


@apache
def test_the_console_producer_of_apache_kafka_sends_a_touchpoint(topics: Settings, console_producer: Path) -> None:
    run("kafka-console-producer", topics, console_producer)
    assert_applied(topics, "kafka-console-producer")


@apache
@pytest.mark.skipif(shutil.which("kcat") is None, reason="no kcat on the PATH: apt-get install kcat, brew install kcat")
def test_kcat_sends_a_touchpoint(topics: Settings) -> None:
    run("kcat", topics)
    assert_applied(topics, "kcat")


def assert_applied(settings: Settings, client: str) -> None:
    """Its record is where murmur2 puts it, and a worker has made a profile of it."""
    customer, kind = CUSTOMERS[client]
    key = customer.encode()
    (record,) = [each for each in read(settings.broker, settings.inputs[0]) if each.key == key]
    assert record.place[1] == partition_of(key, settings.partitions)

    with Children() as children, committed(settings) as group:
        worker = Workers(children, settings).start()
        group.reach({record.place[:2]: record.place[2] + 1})
        assert worker.stop()["rejected"] == 0
    command = [sys.executable, "-m", "app", "profile", customer, "--json", *flags(settings)]
    shown: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert (shown["customer_id"], shown["touchpoints"]) == (customer, 1)
    assert [each["kind"] for each in shown["timeline"]] == [kind]
