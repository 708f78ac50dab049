"""A real Kafka that the workers reach over a bad network: they are told the address of a proxy in front of it.

Kafka's answers name the address of each broker, so that a proxy which rewrites nothing is left at the first answer. A
listener of its own that advertises the proxy keeps the workers behind it; `rig` reaches the others straight.
"""

from types import TracebackType
from typing import Final, Self

from app.dev.apache_kafka import ApacheKafka
from app.verify.proxy import Proxy

_LISTENER: Final = "DISTANT"


class DistantKafka(ApacheKafka):
    """For `Fault.kafka`; `proxy` is open while inside."""

    def __init__(self) -> None:
        self.proxy = Proxy()
        super().__init__(listeners={_LISTENER: "PLAINTEXT"}, advertised={_LISTENER: self.proxy.address})

    def __enter__(self) -> Self:
        super().__enter__()
        self.proxy.open(self.addresses[_LISTENER])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.proxy.close()
        super().__exit__(kind, error, trace)
