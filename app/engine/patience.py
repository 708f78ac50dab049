"""What happens while a broker is away: growing pauses between tries, and two log lines instead of thousands.

aiokafka tries a lost broker anew at once and for ever; `attach` puts a pause at the one place where all its clients
connect. The producers and the consumer thread call it on their clients; `app.worker` tells of the time before these
are started. `broker_away` is said once, `broker_back` with how long it took, and in between a reminder ever less often.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka.client import ConnectionGroup
from aiokafka.errors import KafkaError

_PAUSE_S: Final = (0.1, 2.0)
"""After the first failed try, and at most."""
_REMIND_S: Final = (60.0, 1800.0)
"""After so long the first reminder, then after twice as long each, at most so long."""
_RETRIED: Final = f"fetches, sends and commits, with pauses up to {_PAUSE_S[1]:g} s; nothing is lost"

log = structlog.get_logger()


@dataclass
class _Absence:
    since_s: float
    remind_at_s: float
    gap_s: float


class Patience:
    """Shared by the clients of a worker, which live in two threads."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._away: dict[str, _Absence] = {}
        """By broker."""
        self._connected_s: dict[str, float] = {}
        """When each broker took a connection last."""
        self.renew: Callable[[Any], None] = lambda _: None
        """Gives a client what its secrets' files hold now; a try that failed may have failed by an old one."""

    @property
    def is_away(self) -> bool:
        """Whether a broker takes no connection, and is tried again."""
        return bool(self._away)

    def attach(self, client: Any) -> None:
        """Make an aiokafka client patient; call before its start."""
        connect = client._get_conn
        shortest_s, longest_s = _PAUSE_S
        pause_s = shortest_s

        async def get_conn(node_id: Any, **kwargs: Any) -> Any:
            nonlocal pause_s
            held = client._conns.get((node_id, kwargs.get("group", ConnectionGroup.DEFAULT)))
            began_s = self._monotonic_s()
            connection = await connect(node_id, **kwargs)
            if connection is not None:
                pause_s = shortest_s
                if connection is not held:
                    self.connected(_address(client, node_id))
                return connection
            self.missed(_address(client, node_id), began_s)
            await asyncio.sleep(pause_s)
            with suppress(KafkaError):  # a file that cannot be read now: the old secret is tried again
                self.renew(client)
            pause_s = min(longest_s, pause_s * 2)
            return None

        client._get_conn = get_conn

    def missed(self, broker: str, began_s: float | None = None, *, retried: str = _RETRIED, **more: str) -> None:
        """A try to connect failed.

        Args:
            broker: its address; empty for one that the cluster has forgotten.
            began_s: when the try began; one that a later try overtook says nothing.
            retried: what goes on meanwhile, in words.
            more: keys of the log line.
        """
        now_s = self._monotonic_s()
        with self._lock:
            if not broker or (began_s is not None and self._connected_s.get(broker, -1.0) >= began_s):
                return
            absence = self._away.get(broker)
            if absence is None:
                gap_s, _ = _REMIND_S
                self._away[broker] = _Absence(now_s, now_s + gap_s, gap_s)
            elif now_s < absence.remind_at_s:
                return
            else:
                absence.gap_s = min(2 * absence.gap_s, _REMIND_S[1])
                absence.remind_at_s = now_s + absence.gap_s
        if absence is None:
            log.warning("broker_away", broker=broker, retried=retried, **more)
        else:
            log.warning("broker_still_away", broker=broker, away_s=round(now_s - absence.since_s))

    def connected(self, broker: str) -> None:
        """A broker took a connection."""
        now_s = self._monotonic_s()
        with self._lock:
            self._connected_s[broker] = now_s
            absence = self._away.pop(broker, None)
        if absence is not None:
            log.warning("broker_back", broker=broker, away_s=round(now_s - absence.since_s, 1))


def _address(client: Any, node_id: Any) -> str:
    node = client.cluster.broker_metadata(node_id)
    return f"{node.host}:{node.port}" if node is not None else ""
