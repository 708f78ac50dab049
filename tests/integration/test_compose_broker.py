"""The broker of the compose file: Kafka's own image script reads its environment, and a Kafka starts from that.

Only the image around it is missing here, and the ports and the folder for the data are the test's own.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.apache_kafka import _free_ports, install
from app.dev.broker import cluster_id
from app.dev.children import Children
from app.settings import Settings, load
from app.topics import apply
from tests.deploy.files import DEPLOY, services
from tests.integration.patience import until
from tests.integration.real_kafka import require_own

TOLD: dict[str, str] = services()["kafka"]["environment"]
LOGGING = "Configuration: {Properties: {}, Loggers: {Root: {level: ERROR}, Logger: []}}\n"


def environment(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """The compose file's, with the listeners on free ports of this machine and the data in `folder`."""
    inside, host, controller = (f"127.0.0.1:{ports[name]}" for name in ("INSIDE", "HOST", "CONTROLLER"))
    own = {
        "KAFKA_LISTENERS": f"INSIDE://{inside},HOST://{host},CONTROLLER://{controller}",
        "KAFKA_ADVERTISED_LISTENERS": f"INSIDE://{inside},HOST://{host}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": f"{TOLD['KAFKA_NODE_ID']}@{controller}",
        "KAFKA_LOG_DIRS": str(folder / "data"),
    }
    assert own.keys() <= TOLD.keys()
    return TOLD | own


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Kafka started as its image starts it: format the storage, render the properties, run."""
    require_own("a Kafka with the environment of the compose file")
    java = ["java", "-cp", f"{install()}/*", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    folder = tmp_path_factory.mktemp("kafka")
    ports = dict(zip(("INSIDE", "HOST", "CONTROLLER"), _free_ports(3), strict=True))
    env = {"PATH": os.environ["PATH"]} | environment(folder, ports)
    default, mounted, final = (folder / name for name in ("default", "mounted", "final"))
    for each in (default, mounted, final):
        each.mkdir()
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        (default / name).write_text(LOGGING)
    (default / "server.properties").write_text("")
    folders = [("default", default), ("mounted", mounted), ("final", final)]
    options = [word for name, each in folders for word in (f"--{name}-configs-dir", str(each))]
    setup = [*java, "-Xmx128m", "kafka.docker.KafkaDockerWrapper", "setup", *options]
    done = subprocess.run(setup, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with Children() as children:
        start = [*java, *TOLD["KAFKA_HEAP_OPTS"].split(), "kafka.Kafka", str(final / "server.properties")]
        child = children.start("kafka", start, env=env)

        def answers() -> bool:
            assert child.running, child.last_lines(20)
            told: str | None = cluster_id("127.0.0.1", ports["INSIDE"], timeout_s=1.0)
            return told == TOLD["CLUSTER_ID"]

        until(answers, "the broker's answer")
        yield f"127.0.0.1:{ports['INSIDE']}"


@pytest.fixture
def settings(address: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the compose file, at this broker."""
    monkeypatch.setenv("KANARYA_BROKER", address)
    monkeypatch.setenv("KANARYA_CONFIG", str(DEPLOY / "kanarya.toml"))
    return load().settings


async def configs(settings: Settings, topic: str) -> dict[str, str]:
    """A topic's settings as the broker has them in force."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {entry[0]: entry[1] for entry in answer.resources[0][4]}
    finally:
        await admin.close()


async def create_plain(settings: Settings, topic: str) -> None:
    """A topic that says nothing of itself."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


@pytest.mark.kafka
@pytest.mark.slow
def test_the_topics_service_bounds_every_topic_that_kafka_deletes_from(settings: Settings) -> None:
    specs = catalogue(settings)
    assert {each.state for each in on_kafka(settings, apply(settings, specs))} == {"created"}

    for spec in specs:
        found = on_kafka(settings, configs(settings, spec.name))
        assert found["cleanup.policy"] == spec.configs["cleanup.policy"]
        if found["cleanup.policy"] == "delete":
            assert found["retention.bytes"] == str(settings.retention_bytes)
            assert found["retention.ms"] == spec.configs["retention.ms"]
        assert found["segment.bytes"] == TOLD["KAFKA_LOG_SEGMENT_BYTES"]


@pytest.mark.kafka
@pytest.mark.slow
def test_a_topic_of_somebody_else_is_caught_by_the_broker_s_net(settings: Settings) -> None:
    on_kafka(settings, create_plain(settings, "elsewhere"))
    found = until(lambda: on_kafka(settings, configs(settings, "elsewhere")), "the topic's settings")

    assert (found["cleanup.policy"], found["retention.bytes"], found["retention.ms"], found["segment.bytes"]) == (
        "delete", TOLD["KAFKA_LOG_RETENTION_BYTES"], TOLD["KAFKA_LOG_RETENTION_MS"], TOLD["KAFKA_LOG_SEGMENT_BYTES"],
    )  # fmt: skip
