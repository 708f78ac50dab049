"""A TCP proxy that makes a network bad: slow, torn, or open in one direction only. It changes no byte.

`distant` puts one in front of a Kafka; the faults of `faults/network.py` tell it what to do. It runs in a thread of its
own, so that a rig that computes does not slow it down.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal

Direction = Literal["requests", "answers"]
"""From the client to the broker, and back."""
_CHUNK_BYTES: Final = 65_536
_UNDER_WAY: Final = 64
"""Chunks of one direction that are on their way; more are left with the sender, as a full window does."""
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: close by RST."""


@dataclass(frozen=True)
class Impairment:
    """What is wrong with every connection."""

    latency_ms: float = 0.0
    """Each way."""
    jitter_ms: float = 0.0
    """Up to so much more or less; nothing overtakes."""
    reset_share: float = 0.0
    """Of the requests: the connection is reset, in half of the cases when the broker has the request already."""


class Proxy:
    """Listens from the beginning, at `address`; serves between `open` and `close`. Methods may be called by any
    thread."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0
        """So far."""
        self.resets = 0
        """Connections that were reset so far."""
        self._impairment, self._rng = Impairment(), Random(0)

    def open(self, target: str) -> None:
        """Pass on to `host:port`; returns once it does."""
        opened = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(target, opened), name="proxy", daemon=True)
        self._thread.start()
        opened.wait()

    def close(self) -> None:
        """Cut every connection and listen no more."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def impair(self, impairment: Impairment, rng: Random) -> None:
        """From the next chunk on; `Impairment()` ends it."""
        self._impairment, self._rng = impairment, rng

    def block(self, direction: Direction) -> None:
        """Keep everything of one direction, ends of connections too; new connections are still accepted."""
        self._loop.call_soon_threadsafe(self._clear[direction].clear)

    def unblock(self, direction: Direction) -> None:
        """Deliver what was kept, in order, and go on."""
        self._loop.call_soon_threadsafe(self._clear[direction].set)

    def _run(self, target: str, opened: threading.Event) -> None:
        asyncio.run(self._serve(target, opened))

    async def _serve(self, target: str, opened: threading.Event) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._clear: dict[Direction, asyncio.Event] = {"requests": asyncio.Event(), "answers": asyncio.Event()}
        for clear in self._clear.values():
            clear.set()
        passing: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            passing.add(task)
            try:
                await self._pass_on(target, reader, writer)
            finally:
                passing.discard(task)

        server = await asyncio.start_server(accept, sock=self._listening)
        opened.set()
        await self._ended.wait()
        server.close()
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    async def _pass_on(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection to its end."""
        self.connections += 1
        host, _, port = target.rpartition(":")
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            _reset(writer)
            return
        ways = (self._way("requests", reader, far_writer), self._way("answers", far_reader, writer))
        try:
            await _all_or_none(*ways)
        except (OSError, _TornError):
            _reset(writer)
            _reset(far_writer)
        finally:
            writer.close()
            far_writer.close()

    async def _way(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Everything of one direction until its sender ends it."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_UNDER_WAY)

        async def take() -> None:
            due_s = 0.0
            while True:
                chunk = await reader.read(_CHUNK_BYTES)
                due_s = max(due_s, self._loop.time() + self._delay_s())
                await under_way.put((due_s, chunk))
                if not chunk:
                    return

        async def give() -> None:
            while True:
                due_s, chunk = await under_way.get()
                await asyncio.sleep(due_s - self._loop.time())
                await self._clear[direction].wait()
                if not chunk:
                    writer.write_eof()
                    return
                torn = direction == "requests" and self._rng.random() < self._impairment.reset_share
                if not torn or self._rng.random() < 0.5:
                    writer.write(chunk)
                    await writer.drain()
                if torn:
                    self.resets += 1
                    raise _TornError

        await _all_or_none(take(), give())

    def _delay_s(self) -> float:
        """Of the next chunk."""
        told = self._impairment
        return max(0.0, told.latency_ms + self._rng.uniform(-told.jitter_ms, told.jitter_ms)) / 1000


class _TornError(Exception):
    """The connection is to be reset."""


async def _all_or_none(*doing: Coroutine[Any, Any, None]) -> None:
    """Await all; the first failure, raised as it is, ends the others."""
    tasks = [asyncio.create_task(each) for each in doing]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close by RST, which drops what is under way."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
