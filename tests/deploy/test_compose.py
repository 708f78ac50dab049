"""The compose file agrees with the product: its broker, topics, settings, commands, ports, and times to stop."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.catalogue import catalogue
from app.cli.commands import _app
from app.dev.apache_kafka import VERSION
from app.settings import Settings, load
from tests.deploy.files import DEPLOY, compose, ours, seconds, services

FILE = DEPLOY / "kanarya.toml"
EACH = pytest.mark.parametrize("name", sorted(ours()))
LEAST_SPARE_S = 5
"""Between the end of a drain and SIGKILL: the process has to end, and a machine may be busy."""


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a worker of the compose file runs with."""
    for name, value in ours()["worker"]["environment"].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KANARYA_CONFIG", str(FILE))
    return load().settings


def mounts(service: dict[str, Any]) -> dict[str, Path]:
    """Path in the container -> path here, of what is mounted read-only."""
    return {
        inside: (DEPLOY / here).resolve()
        for here, inside, mode in (volume.split(":") for volume in service["volumes"])
        if mode == "ro"
    }


@EACH
def test_every_setting_exists_and_the_file_is_where_the_variable_says(name: str, settings: Settings) -> None:
    service = ours()[name]

    assert set(service["environment"]) == {"KANARYA_BROKER", "KANARYA_CONFIG"}
    assert mounts(service)[service["environment"]["KANARYA_CONFIG"]] == FILE.resolve()
    assert all(path.exists() for path in mounts(service).values())
    assert {key: getattr(settings, key) for key in tomllib.loads(FILE.read_text())} == tomllib.loads(FILE.read_text())


@EACH
def test_every_command_is_one_of_the_product(name: str) -> None:
    command = ours()[name]["command"]
    if command != ["--help"]:
        _app().parse_args(command, exit_on_error=False, print_error=False)


@EACH
def test_our_containers_can_write_nothing_and_gain_nothing(name: str) -> None:
    service = ours()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [each.partition(":")[0] for each in service["tmpfs"]] == ["/tmp"]
    assert not {"privileged", "ports", "entrypoint", "user"} & service.keys()


@EACH
def test_nothing_starts_before_what_it_needs(name: str) -> None:
    needs = {each: told["condition"] for each, told in ours()[name]["depends_on"].items()}
    topics = {"topics": "service_completed_successfully"} if name == "worker" else {}

    assert needs == {"kafka": "service_healthy"} | topics
    assert services()["kafka"]["healthcheck"]["test"][0] == "CMD"


def test_a_worker_has_longer_to_stop_than_it_takes_to_drain(settings: Settings) -> None:
    grace_s = seconds(services()["worker"]["stop_grace_period"])

    assert grace_s >= settings.drain_s + LEAST_SPARE_S


def test_workers_come_back_and_what_ends_by_itself_does_not() -> None:
    assert {name: service["restart"] for name, service in services().items()} == {
        "kafka": "unless-stopped", "topics": "no", "worker": "unless-stopped", "kanarya": "no",
    }  # fmt: skip
    assert {"topics", "kanarya"} == {
        name for name, service in ours().items() if service.get("healthcheck", {}).get("disable")
    }


def test_there_is_a_partition_for_each_worker(settings: Settings) -> None:
    assert 2 <= services()["worker"]["deploy"]["replicas"] <= settings.partitions


@EACH
def test_the_image_is_built_from_this_project(name: str) -> None:
    build = ours()[name]["build"]

    assert (DEPLOY / build["context"]).resolve() == DEPLOY.parent
    assert (DEPLOY.parent / build["dockerfile"]).is_file()


def test_the_broker_is_the_one_of_the_tests_and_workers_find_it(settings: Settings) -> None:
    kafka = services()["kafka"]
    told = kafka["environment"]
    advertised = dict(each.split("://") for each in told["KAFKA_ADVERTISED_LISTENERS"].split(","))
    listening = dict(each.split("://") for each in told["KAFKA_LISTENERS"].split(","))

    assert kafka["image"] == f"apache/kafka:{VERSION}"
    assert advertised["INSIDE"] == settings.broker
    assert advertised["HOST"] == Settings.model_fields["broker"].default  # `kanarya` on the machine itself
    assert kafka["ports"] == [f"127.0.0.1:{listening['HOST'][1:]}:{advertised['HOST'].rpartition(':')[2]}"]
    assert kafka["healthcheck"]["test"][-1] == f"localhost{listening['INSIDE']}"
    assert told["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"{told['KAFKA_NODE_ID']}@{listening['CONTROLLER']}"
    assert {each.split(":")[0] for each in told["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")} == set(listening)


def test_every_port_is_bound_to_this_machine_alone() -> None:
    assert all(port.startswith("127.0.0.1:") for each in services().values() for port in each.get("ports", ()))


def test_every_topic_that_kafka_deletes_from_is_bounded_in_bytes_and_time(settings: Settings) -> None:
    told = services()["kafka"]["environment"]
    deleted = [dict(spec.configs) for spec in catalogue(settings) if spec.configs["cleanup.policy"] == "delete"]

    assert len(deleted) == 3
    assert {configs["retention.bytes"] for configs in deleted} == {str(settings.retention_bytes)}
    assert all(int(configs["retention.ms"]) > 0 for configs in deleted)
    assert told["KAFKA_LOG_RETENTION_BYTES"] == str(settings.retention_bytes)
    assert int(told["KAFKA_LOG_RETENTION_MS"]) == min(int(configs["retention.ms"]) for configs in deleted)
    assert int(told["KAFKA_LOG_SEGMENT_BYTES"]) * 4 <= int(told["KAFKA_LOG_RETENTION_BYTES"])


def test_the_file_says_right_how_much_disk_its_bounds_are(settings: Settings) -> None:
    deleted = [spec for spec in catalogue(settings) if spec.configs["cleanup.policy"] == "delete"]
    said = re.search(r"(\d+) topics x (\d+) partitions x (\d+) MiB = (\d+) GiB", FILE.read_text())
    assert said is not None
    assert settings.retention_bytes is not None
    each_mib = settings.retention_bytes >> 20

    assert tuple(map(int, said.groups())) == (
        len(deleted), settings.partitions, each_mib, len(deleted) * settings.partitions * each_mib // 1024,
    )  # fmt: skip


def test_what_the_broker_keeps_lies_in_a_volume() -> None:
    kafka = services()["kafka"]

    assert kafka["volumes"] == [f"kafka-data:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    assert list(compose()["volumes"]) == ["kafka-data"]


def test_every_service_has_bounds_for_its_logs_and_the_long_running_ones_for_memory() -> None:
    for name, service in services().items():
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}
        if service["restart"] != "no":
            assert service["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory"}, name


def test_compose_itself_takes_the_file() -> None:
    if shutil.which("docker") is None:
        pytest.skip("no docker on the PATH")
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no compose here; the schema is checked by `make lint`")
    command = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "--profile", "tools", "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
