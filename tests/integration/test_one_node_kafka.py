"""A Kafka started by hand from `deploy/kafka.properties`, as docs/operations.md tells: a worker has all it needs there.

Only the scripts of Kafka's archive are missing here; they call the same classes. The ports are the test's own.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.apache_kafka import VERSION, _cluster_id, _free_ports, install
from app.dev.broker import cluster_id
from app.dev.children import Children
from app.settings import Settings
from app.topics import apply
from tests.docs.test_pages import ROOT
from tests.integration.names import fresh_settings
from tests.integration.patience import until
from tests.integration.real_kafka import require_own
from tests.integration.workers import Workers

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
PAGE = (ROOT / "docs" / "operations.md").read_text()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Its address; the data lie below the folder in which it was started."""
    require_own("a Kafka with the properties of deploy/")
    port, controller = _free_ports(2)
    told = (ROOT / "deploy" / "kafka.properties").read_text()
    own = told.replace(":9092", f":{port}").replace(":9093", f":{controller}")
    assert own.count(str(port)) == own.count(str(controller)) == 2
    (tmp_path / "kafka.properties").write_text(own)
    java, cluster = ["java", "-cp", f"{install()}/*", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"], _cluster_id()
    form = ["-Xmx128m", "kafka.tools.StorageTool", "format", "-t", cluster, "-c", "kafka.properties"]
    done = subprocess.run([*java, *form], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with Children() as children:
        child = children.start("kafka", [*java, "-Xmx512m", "kafka.Kafka", "kafka.properties"], cwd=tmp_path)

        def answers() -> bool:
            assert child.running, child.last_lines(20)
            return cluster_id("127.0.0.1", port, timeout_s=1.0) == cluster

        until(answers, "the broker's answer")
        assert (tmp_path / "kafka-data" / "meta.properties").exists()
        yield f"127.0.0.1:{port}"


def test_a_worker_runs_and_drains_on_a_kafka_that_was_started_by_hand(address: str) -> None:
    settings = fresh_settings(address)

    assert {each.state for each in on_kafka(settings, apply(settings, catalogue(settings)))} == {"created"}
    with Children() as children:
        workers = Workers(children, settings)
        # A Kafka that was not told otherwise takes no session below 6 s, and those of the other tests are shorter.
        workers.start(session_timeout_s=Settings().session_timeout_s).is_ready().stop()


def test_the_page_names_the_release_that_everything_is_tried_on() -> None:
    assert f"apache/kafka:{VERSION}" in PAGE
    assert f"kafka_2.13-{VERSION}" in PAGE
