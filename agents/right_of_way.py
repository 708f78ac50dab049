"""Who may hold the loop: a batch on its way to its alerts goes before public profiles.

`agents.profiles` enters each batch when it is folded and lets it leave when its alerts are acknowledged; `agents.views`
renders in between, while nothing is on its way. All lanes of a worker share one.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

STUCK_S: Final = 5.0
"""Where something is on its way for so long without a pause, profiles no longer wait: it is a backlog, or a batch that
the broker does not acknowledge, and the other partitions go on."""


class RightOfWay:
    """How many batches, or pieces of one, are between their fold and their alerts' acknowledgement."""

    def __init__(self) -> None:
        self._on_their_way = 0
        self._lifted = False
        self._taken_s = 0.0
        """Since when something is on its way, by the loop's clock."""
        self._free = asyncio.Event()
        self._free.set()

    def enter(self) -> None:
        """A batch is folded."""
        if not self._on_their_way:
            self._taken_s = asyncio.get_running_loop().time()
        self._on_their_way += 1
        if not self._lifted:
            self._free.clear()

    def leave(self, batches: int = 1) -> None:
        """So many batches are through, or dropped."""
        self._on_their_way -= batches
        if not self._on_their_way:
            self._free.set()

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Meanwhile nobody makes way: all lanes are to finish, and a batch that hangs must not stop the others."""
        self._lifted = True
        self._free.set()
        try:
            yield
        finally:
            self._lifted = False
            if self._on_their_way:
                self._free.clear()

    async def wait(self, within_s: float) -> None:
        """Let the loop turn at least once; returns when nothing is on its way or it is stuck, or after `within_s`."""
        await asyncio.sleep(0)
        if self._free.is_set():
            return
        within_s = min(within_s, self._taken_s + STUCK_S - asyncio.get_running_loop().time())
        if within_s > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._free.wait()
