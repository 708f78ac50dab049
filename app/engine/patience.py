"""What happens while the broker is away: growing pauses between tries, and two log lines instead of thousands.

aiokafka tries a lost broker anew at once and for ever; `attach` puts a pause at the one place where all its clients
connect. The producers and the consumer thread call it on their clients.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError

_PAUSE_S: Final = (0.1, 2.0)
"""After the first failed try, and at most."""

log = structlog.get_logger()


class Patience:
    """Shared by the clients of a worker, which live in two threads."""

    def __init__(self, broker: str) -> None:
        self._broker = broker
        self._lock = threading.Lock()
        self._away: set[int] = set()
        """Clients that have no connection."""
        self.renew: Callable[[Any], None] = lambda _: None
        """Gives a client what its secrets' files hold now; a try that failed may have failed by an old one."""

    @property
    def is_away(self) -> bool:
        """Whether a client is without its broker, and trying."""
        return bool(self._away)

    def attach(self, client: Any) -> None:
        """Make an aiokafka client patient; call before its start."""
        connect = client._get_conn
        shortest_s, longest_s = _PAUSE_S
        pause_s = shortest_s

        async def get_conn(node_id: Any, **kwargs: Any) -> Any:
            nonlocal pause_s
            connection = await connect(node_id, **kwargs)
            if connection is not None:
                pause_s = shortest_s
                self._note(id(client), away=False)
                return connection
            self._note(id(client), away=True)
            await asyncio.sleep(pause_s)
            with suppress(KafkaError):  # a file that cannot be read now: the old secret is tried again
                self.renew(client)
            pause_s = min(longest_s, pause_s * 2)
            return None

        client._get_conn = get_conn

    def _note(self, client: int, *, away: bool) -> None:
        if away == (client in self._away):
            return
        with self._lock:
            before = bool(self._away)
            (self._away.add if away else self._away.discard)(client)
            now = bool(self._away)
        if now and not before:
            log.warning("broker_away", broker=self._broker, then="trying on; nothing is lost")
        elif before and not now:
            log.warning("broker_back", broker=self._broker)
