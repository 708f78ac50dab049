"""Where a run takes place: the embedded broker, a real Kafka of one process, or the user's own cluster.

`run` opens one for all faults, and one more for each fault that needs to kill it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from app.dev.apache_kafka import VERSION, ApacheKafka
from app.dev.broker import EmbeddedBroker
from app.dev.children import Child
from app.settings import Settings
from app.verify.distant import DistantKafka
from app.verify.worker import VerifyError

Kind = Literal["embedded", "kafka", "given"]
_CONNECTION: Final = ("broker", "security", "sasl_", "ssl_", "replication", "request_bytes", "compression")
"""Names of settings, or their beginnings, that say how to reach a cluster; all others are the rig's."""


@dataclass
class Broker:
    """A running broker."""

    kind: Kind
    version: str
    """For the result."""
    connection: Mapping[str, Any]
    """Settings with which it is reached."""
    process: EmbeddedBroker | ApacheKafka | None = None
    for_workers: Mapping[str, Any] = field(default_factory=dict)
    """Settings over these, with which the workers alone reach it."""

    @property
    def child(self) -> Child:
        """Its process, to be signalled. Raises `VerifyError` where it is not ours."""
        if self.process is None:
            raise VerifyError("the user's cluster is not ours to harm")
        return self.process.child

    async def restart(self) -> None:
        """Start it again after its end, on the same port and data; returns once it answers. A real Kafka only."""
        if not isinstance(self.process, ApacheKafka):
            raise VerifyError("only a real Kafka of our own can be started again: run with --kafka")
        await asyncio.to_thread(self.process.restart)


@asynccontextmanager
async def opened(
    kind: Kind, given: Settings | None, kafka: Callable[[], ApacheKafka] = ApacheKafka
) -> AsyncIterator[Broker]:
    """A broker for the time of the block; `given` says how to reach the user's, `kafka` makes one of our own."""
    if kind == "given":
        assert given is not None, "the user's cluster comes with settings"
        yield Broker(kind, "given", connection_of(given))
        return
    process = EmbeddedBroker() if kind == "embedded" else kafka()
    await asyncio.to_thread(process.__enter__)
    try:
        version = "embedded" if kind == "embedded" else f"Apache Kafka {VERSION}"
        connection = {"broker": process.address, "security": "plaintext", "replication": 1}
        for_workers = {"broker": process.proxy.address} if isinstance(process, DistantKafka) else {}
        yield Broker(kind, version, connection, process, for_workers)
    finally:
        await asyncio.to_thread(process.__exit__, None, None, None)


def connection_of(settings: Settings) -> dict[str, Any]:
    """The settings that reach the cluster and log in, of those that were set."""
    named = [name for name in settings.model_fields_set if name.startswith(_CONNECTION)]
    return {name: getattr(settings, name) for name in named}
