"""The image of deploy/Dockerfile, built once, and containers of it that run as the compose file runs them.

Needs Linux and a Docker engine that has the base image or can fetch it; skipped with the reason elsewhere. Containers
share this machine's network, so that a broker on its loopback can be reached.
"""

import gc
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import docker
import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound

from tests.deploy.files import DEPLOY, ROOT, dockerfile, ours, seconds

IMAGE: Final = "kanarya:test"
_PROBE_NS: Final = 1_000_000_000
"""Between two health checks; the image's own 30 s are for machines with other work."""


class Container:
    """One container of the image."""

    def __init__(self, container: Any) -> None:
        self._container = container

    @property
    def log(self) -> str:
        """All that it wrote so far."""
        written: bytes = self._container.logs()
        return written.decode()

    @property
    def state(self) -> dict[str, Any]:
        """Docker's words on it: `Status`, `ExitCode`, `Health`, `OOMKilled`."""
        self._container.reload()
        told: dict[str, Any] = self._container.attrs["State"]
        return told

    @property
    def user_ids(self) -> set[str]:
        """Users that its processes run as."""
        told = self._container.top(ps_args="-eo uid,pid")
        return {row[0] for row in told["Processes"]}

    def asked(self, *command: str) -> tuple[int, str]:
        """Exit code and output of a command run beside its process."""
        done = self._container.exec_run(list(command))
        return int(done.exit_code), done.output.decode()

    def ended(self, within_s: float = 60.0) -> int:
        """Wait until it ends by itself; its exit code."""
        return int(self._container.wait(timeout=within_s)["StatusCode"])

    def stop(self, grace_s: float) -> tuple[int, float]:
        """SIGTERM, and SIGKILL after `grace_s`; exit code and seconds."""
        asked_s = time.monotonic()
        self._container.stop(timeout=int(grace_s))
        return self.ended(), time.monotonic() - asked_s


@contextmanager
def engine() -> Iterator[Any]:
    """A client of the Docker engine; skips the test where none answers."""
    if sys.platform != "linux":
        pytest.skip("a container reaches the broker of this test over the host's network: Linux only")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the client forgets its socket when nobody answers
        try:
            client = docker.from_env(timeout=280)
            client.ping()
        except (DockerException, requests.RequestException):
            client = None
        finally:
            gc.collect()
    if client is None:
        pytest.skip("no Docker engine answers")
    try:
        yield client
    finally:
        client.close()


def build(client: Any) -> None:
    """Build the image; skips the test where its base is not to be had. Raises `BuildError` with what went wrong."""
    base = dockerfile()[0].rest.partition(" ")[0]
    try:
        client.images.get(base)
    except ImageNotFound:
        try:
            client.images.pull(base)
        except APIError as error:
            pytest.skip(f"Docker has no {base} and cannot fetch it ({error.response.status_code})")
    where = str((DEPLOY / "Dockerfile").relative_to(ROOT))
    client.images.build(path=str(ROOT), dockerfile=where, tag=IMAGE, network_mode="host", forcerm=True)


@contextmanager
def running(client: Any, service: str, *command: str, **variables: str) -> Iterator[Container]:
    """A container as the compose file starts this service, with another command and other settings."""
    told = ours()[service]
    volumes = [volume.split(":") for volume in told["volumes"]]
    limits = told.get("deploy", {}).get("resources", {}).get("limits", {})
    container = client.containers.run(
        IMAGE,
        list(command),
        detach=True,
        network_mode="host",
        environment=told["environment"] | variables,
        volumes={str((DEPLOY / here).resolve()): {"bind": inside, "mode": mode} for here, inside, mode in volumes},
        init=told["init"],
        read_only=told["read_only"],
        tmpfs=dict(each.split(":") for each in told["tmpfs"]),
        cap_drop=told["cap_drop"],
        security_opt=told["security_opt"],
        mem_limit=limits.get("memory"),
        pids_limit=limits.get("pids"),
        healthcheck={"interval": _PROBE_NS},
    )
    try:
        yield Container(container)
    finally:
        container.remove(force=True, v=True)


def grace_s(service: str) -> float:
    """How long the compose file lets a service end."""
    return seconds(ours()[service]["stop_grace_period"])
