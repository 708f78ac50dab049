"""Back-pressure of our own: how much fetched work may wait to be applied.

`app.engine.consumer` asks `has_room` before each fetch; `Delivery.applied` frees room. Batches that are applied
but wait for their public profiles do not count, so a slow view never stops the fold. A partition that has nothing in
flight may always fetch, so that one whose changelog is slow never stops the others.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from faust.types import TP

from app.engine.frontier import Ticket

BYTES: Final = 32 << 20
"""Fetched and unapplied keys and values of the whole worker; one fetch may run over it."""


class Pressure:
    """The delivered and unapplied batches of each partition, with their bytes."""

    def __init__(self, batches: int, limit_bytes: int = BYTES) -> None:
        """`batches`: of the whole worker; one fetch, which may bring one per partition, may run over it.

        Beyond both limits each partition may have one fetch more, if it has nothing in flight.
        """
        self._batches_most = batches
        self._bytes_most = limit_bytes
        self._held: dict[TP, dict[Ticket, int]] = {}
        self._freed = asyncio.Event()
        self.unapplied_batches = 0
        self.unapplied_bytes = 0
        """Keys and values delivered and not yet applied."""

    @property
    def is_high(self) -> bool:
        """Whether the worker has enough in flight: only partitions that have nothing may fetch."""
        return self.unapplied_batches >= self._batches_most or self.unapplied_bytes >= self._bytes_most

    def has_room(self, tp: TP) -> bool:
        """Whether a partition may fetch."""
        return not self.is_high or not self._held.get(tp)

    def delivered(self, ticket: Ticket, size_bytes: int) -> None:
        """A batch was handed to the agent."""
        self._held.setdefault(ticket.tp, {})[ticket] = size_bytes
        self.unapplied_batches += 1
        self.unapplied_bytes += size_bytes

    def applied(self, ticket: Ticket) -> None:
        """A batch was applied; one of before a rebalance counts no more."""
        held = self._held.get(ticket.tp, {})
        if ticket in held:
            self.unapplied_batches -= 1
            self.unapplied_bytes -= held.pop(ticket)
            self._freed.set()

    async def wait_freed(self, timeout_s: float) -> None:
        """Wait until room was made since the last wait, or the time is over."""
        try:
            await asyncio.wait_for(self._freed.wait(), timeout_s)
        except TimeoutError:
            return
        self._freed.clear()

    def forget(self, tps: Iterable[TP]) -> None:
        """Drop partitions whose batches will never be applied."""
        for tp in tps:
            held = self._held.pop(tp, {})
            self.unapplied_batches -= len(held)
            self.unapplied_bytes -= sum(held.values())
        self._freed.set()
