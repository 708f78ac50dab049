"""Which source offsets may be committed: never past a batch that is not done.

`app.engine.consumer` notes each delivered batch here and commits what `committable` tells; the agent's
`Delivery.done` marks a batch through its ticket.
"""

from collections import deque
from collections.abc import Iterable

from faust.types import TP


class Ticket:
    """One delivered batch; a ticket of before a rebalance or seek has no effect any more."""

    __slots__ = ("done", "forgotten", "last_offset", "tp")

    def __init__(self, tp: TP, last_offset: int) -> None:
        self.tp = tp
        self.last_offset = last_offset
        self.done = False
        self.forgotten = False
        """Its partition was revoked, or is read again, since it was delivered."""


class Frontier:
    """The delivered batches of each partition in order, and how far all before are done."""

    def __init__(self) -> None:
        self._open: dict[TP, deque[Ticket]] = {}
        self._ready: dict[TP, int] = {}

    def deliver(self, tp: TP, last_offset: int) -> Ticket:
        """Note a batch that ends at `last_offset`; batches of a partition come in offset order."""
        ticket = Ticket(tp, last_offset)
        self._open.setdefault(tp, deque()).append(ticket)
        return ticket

    def done(self, ticket: Ticket) -> None:
        """Everything that follows from the batch is durable; batches may be done in any order."""
        ticket.done = True
        waiting = self._open.get(ticket.tp)
        while waiting and waiting[0].done:
            self._ready[ticket.tp] = waiting.popleft().last_offset + 1

    def holds(self, tp: TP) -> bool:
        """Whether batches of the partition are not yet done, or not yet committed."""
        return bool(self._open.get(tp)) or tp in self._ready

    def committable(self) -> dict[TP, int]:
        """Next offset to read of each partition that has moved since the last commit."""
        return dict(self._ready)

    def committed(self, offsets: dict[TP, int]) -> None:
        """These were accepted by the broker."""
        for tp, offset in offsets.items():
            if self._ready.get(tp) == offset:
                del self._ready[tp]

    def forget(self, tps: Iterable[TP]) -> None:
        """Drop partitions: they are revoked, or read again from the committed offset."""
        for tp in tps:
            for ticket in self._open.pop(tp, ()):
                ticket.forgotten = True
            self._ready.pop(tp, None)
