"""A real Kafka for the integration tests, from the first source that this machine has.

`KANARYA_TEST_BROKER` (host:port of one that runs), else a container where a Docker engine answers, else a JVM with
jars from Maven Central where Java and Maven exist. `conftest.py` of this folder asks `real_kafka`.
"""

import gc
import os
import socket
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NoReturn

import docker
import pytest
import requests
from docker.errors import DockerException
from testcontainers.core.container import DockerContainer

from app.dev.apache_kafka import VERSION, ApacheKafka, ApacheKafkaError, install, lacking
from app.dev.broker import cluster_id

START_S = 120.0


class NoKafkaError(Exception):
    """No source gives a Kafka here; the message says why each does not."""


def none_found(reason: str) -> NoReturn:
    """End a test that has no real Kafka at all: a failure with CI=true, a skip anywhere else."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs a real Kafka: {reason}")
    pytest.skip(f"no real Kafka: {reason}")


def require_own(what: str) -> None:
    """Skip a test whose Kafka must be a process of its own, started from jars, where only another one is found.

    `what` says which Kafka it needs. Neither a given broker nor a container may be killed, or asks for a login.
    """
    if (missing := lacking()) is None:
        try:
            install()
            return
        except ApacheKafkaError as error:
            missing = str(error)
    if os.environ.get("KANARYA_TEST_BROKER"):
        pytest.skip(f"needs {what}, started from jars: {missing}; KANARYA_TEST_BROKER names one for the other tests")
    if _docker_answers():
        pytest.skip(f"needs {what}, started from jars: {missing}; the other tests have one in a container")
    none_found(f"KANARYA_TEST_BROKER is not set; no Docker engine answers; {missing}")


@contextmanager
def real_kafka() -> Iterator[str]:
    """The address of a real Kafka, for the time of the block. Raises `NoKafkaError`."""
    if given := os.environ.get("KANARYA_TEST_BROKER"):
        yield given
        return
    with ExitStack() as stack:
        try:
            address = stack.enter_context(_container())
        except NoKafkaError as no_container:
            if missing := lacking():
                raise NoKafkaError(f"KANARYA_TEST_BROKER is not set; {no_container}; {missing}") from None
            try:
                address = stack.enter_context(ApacheKafka()).address
            except ApacheKafkaError as error:
                raise NoKafkaError(f"KANARYA_TEST_BROKER is not set; {no_container}; {error}") from None
        yield address


@contextmanager
def _container() -> Iterator[str]:
    if not _docker_answers():
        raise NoKafkaError("no Docker engine answers")
    port = _free_port()
    container = DockerContainer(f"apache/kafka:{VERSION}").with_bind_ports(9092, port)
    for name, value in _environment(port).items():
        container = container.with_env(name, value)
    try:
        container.start()
    except (DockerException, requests.RequestException) as error:
        raise NoKafkaError(f"Docker cannot start apache/kafka:{VERSION} ({type(error).__name__})") from None
    try:
        _wait(port)
        yield f"127.0.0.1:{port}"
    finally:
        container.stop()


def _docker_answers() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the client forgets its socket when nobody answers
        try:
            return bool(docker.from_env(timeout=5).ping())
        except (DockerException, requests.RequestException):
            return False
        finally:
            gc.collect()


def _environment(port: int) -> dict[str, str]:
    """A broker of one process that its clients find at the port of this machine."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
    }


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_S
    while cluster_id("127.0.0.1", port, timeout_s=1.0) is None:
        if time.monotonic() > deadline:
            raise NoKafkaError(f"Kafka in its container does not answer within {START_S:g} s")
        time.sleep(0.1)  # a container sends no event when its broker is ready


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
