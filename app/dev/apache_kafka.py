"""A real Apache Kafka of one process, for the integration tests and the benchmark; never for production.

Needs Java 17 or newer and Maven: the jars come from Maven Central, pinned, into `.kafka/` of the checkout, once.
Broker and controller run in one JVM on free loopback ports, with their data in a folder that goes with them.
"""

import base64
import contextlib
import fcntl
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.dev.broker import cluster_id
from app.dev.children import Child, Children

VERSION: Final = "4.3.1"
_SLF4J: Final = "1.7.36"
_DEPENDENCY_PLUGIN: Final = "3.6.1"
_HOST: Final = "127.0.0.1"
_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_ATTEMPTS: Final = 3
"""Another process may take a free port before Kafka does."""
_LOOK_AGAIN_S: Final = 0.05
_INSTALL_S: Final = 600

_POM: Final = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>kanarya</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>{_SLF4J}</version></dependency>
</dependencies></project>
"""

_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners={listeners},CONTROLLER://{host}:{controller_port}
advertised.listeners={advertised}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map={protocols},CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.login.plain.sasl.jaas.config={jaas} user_{user}="{password}";
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
"""
_LISTENERS: Final = {"PLAINTEXT": "PLAINTEXT", "LOGIN": "SASL_PLAINTEXT"}
_JAAS: Final = "org.apache.kafka.common.security.plain.PlainLoginModule required"
LOGIN: Final = ("canary", "song")
"""User and password at `login_address`."""


class ApacheKafkaError(RuntimeError):
    """Apache Kafka cannot be installed or does not start; the message says why."""


def lacking() -> str | None:
    """What this machine lacks to run it, None when nothing."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            return f"no {program} on the PATH"
    return None


def install(home: Path = _CHECKOUT / ".kafka") -> Path:
    """The folder with the jars, fetched at the first call; several processes may call at once.

    Raises `ApacheKafkaError`.
    """
    folder = home / VERSION
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "lib").is_dir():
            folder.mkdir(exist_ok=True)
            (folder / "pom.xml").write_text(_POM)
            shutil.rmtree(folder / "fetched", ignore_errors=True)
            plugin = f"org.apache.maven.plugins:maven-dependency-plugin:{_DEPENDENCY_PLUGIN}:copy-dependencies"
            command = ["mvn", "-q", "-B", "-f", str(folder / "pom.xml"), plugin, "-DincludeScope=runtime"]
            _run([*command, f"-DoutputDirectory={folder / 'fetched'}"], "Maven cannot fetch Kafka's jars")
            (folder / "fetched").rename(folder / "lib")
    return folder / "lib"


class ApacheKafka:
    """A broker of its own, for `with`: `address` is `127.0.0.1:PORT` while inside.

    At `login_address` it wants the user and the password of `LOGIN`, by `sasl_plaintext` and `PLAIN`.

    Args:
        pin: a command to start Java under, such as `["taskset", "-c", "0"]`.
        heap_mb: size of the JVM's heap.
        properties: of the broker, over those that are set here.
        listeners: more of them, name -> security protocol; `addresses` tells where they are.
        advertised: listener -> `host:port` that its clients are told, in place of where it is.
        users: user -> password, known to every listener that takes SCRAM-SHA-512.
    """

    address: str
    login_address: str
    addresses: Mapping[str, str]

    def __init__(
        self,
        *,
        pin: Sequence[str] = (),
        heap_mb: int = 512,
        properties: Mapping[str, str] | None = None,
        listeners: Mapping[str, str] | None = None,
        advertised: Mapping[str, str] | None = None,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self._pin = list(pin)
        self._advertised = advertised or {}
        self._heap_mb = heap_mb
        self._listeners = _LISTENERS | dict(listeners or {})
        self._users = users or {}
        self._own = "".join(f"{name}={value}\n" for name, value in (properties or {}).items())

    def __enter__(self) -> Self:
        jars = install()
        self._children = Children().__enter__()
        try:
            self.child, self.address = self._start(jars, self._children)
        except BaseException:
            self._children.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._children.close()

    def restart(self, *, wait_s: float = 60.0) -> None:
        """Start it again after its process has ended, on the same ports and data; returns once it answers.

        Raises `ApacheKafkaError`.
        """
        self.child = self._children.start("kafka", self._command)
        port = int(self.address.rpartition(":")[2])
        if not _answers(self.child, port, self._cluster, time.monotonic() + wait_s):
            raise ApacheKafkaError(f"Kafka does not answer again within {wait_s:g} s: {self.child.last_lines()}")

    def _start(self, jars: Path, children: Children, *, wait_s: float = 60.0) -> tuple[Child, str]:
        java = ["java", "-cp", f"{jars}/*", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        heap = [f"-Xms{self._heap_mb}m", f"-Xmx{self._heap_mb}m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"]
        deadline = time.monotonic() + wait_s
        said = ""
        for attempt in range(_ATTEMPTS):
            controller_port, *ports = _free_ports(1 + len(self._listeners))
            addresses = {name: f"{_HOST}:{port}" for name, port in zip(self._listeners, ports, strict=True)}
            cluster = _cluster_id()
            properties = children.folder / f"server-{attempt}.properties"
            data = children.folder / f"data-{attempt}"
            properties.write_text(self._properties(addresses, controller_port, data))
            form = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties), *self._scram()]
            _run([*java, "-Xmx128m", *form], "Kafka cannot format its storage")
            self._command = [*self._pin, *java, *heap, "kafka.Kafka", str(properties)]
            child = children.start("kafka", self._command)
            if _answers(child, ports[0], cluster, deadline):
                self._cluster, self.addresses, self.login_address = cluster, addresses, addresses["LOGIN"]
                return child, addresses["PLAINTEXT"]
            said = child.last_lines()
            if child.running:
                raise ApacheKafkaError(f"Kafka does not answer within {wait_s:g} s: {said}")
        raise ApacheKafkaError(f"Kafka ended {_ATTEMPTS} times at its start: {said}")

    def _properties(self, addresses: Mapping[str, str], controller_port: int, data: Path) -> str:
        told = _PROPERTIES.format(
            host=_HOST,
            data=data,
            controller_port=controller_port,
            listeners=_urls(addresses),
            advertised=_urls({**addresses, **self._advertised}),
            protocols=",".join(f"{name}:{protocol}" for name, protocol in self._listeners.items()),
            jaas=_JAAS,
            user=LOGIN[0],
            password=LOGIN[1],
        )
        return told + self._own  # of a property that stands twice, Java takes the last

    def _scram(self) -> list[str]:
        told = [f"SCRAM-SHA-512=[name={user},password={password}]" for user, password in self._users.items()]
        return [word for each in told for word in ("--add-scram", each)]


def _urls(addresses: Mapping[str, str]) -> str:
    return ",".join(f"{name}://{address}" for name, address in addresses.items())


def _answers(child: Child, port: int, cluster: str, deadline: float) -> bool:
    """Ask until it answers (True), or has ended or the deadline has passed (False)."""
    while time.monotonic() < deadline and child.running:
        if cluster_id(_HOST, port, timeout_s=1.0) == cluster:
            return True
        child.wait(_LOOK_AGAIN_S)
    return False


def _cluster_id() -> str:
    """Kafka's ids are 16 bytes in URL-safe base64; a zero byte first keeps one from beginning like an option."""
    return base64.urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")


def _free_ports(count: int) -> list[int]:
    """Different ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((_HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _run(command: list[str], fault: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
    except subprocess.TimeoutExpired:
        raise ApacheKafkaError(f"{fault}: no end after {_INSTALL_S} s") from None
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-10:])
        raise ApacheKafkaError(f"{fault}: {said}")
