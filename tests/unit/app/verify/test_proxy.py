"""The bad network of `kanarya verify`: it delays, holds, tears, and never changes a byte."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from app.verify.proxy import Direction, Impairment, Proxy

SEED = 7
WAIT_S = 10.0


@pytest.fixture
def proxy() -> Proxy:
    return Proxy()


@asynccontextmanager
async def echoing(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection through the open proxy to a server that sends back what it gets, and then ends."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    await asyncio.to_thread(proxy.open, f"{host}:{port}")
    host, _, port = proxy.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.to_thread(proxy.close)
        server.close()


async def test_what_passes_is_not_changed_and_ends_where_it_ended(proxy: Proxy) -> None:
    sent = Random(SEED).randbytes(3_000_000)
    proxy.impair(Impairment(latency_ms=3, jitter_ms=2), Random(SEED))
    async with echoing(proxy) as (reader, writer), asyncio.timeout(WAIT_S):
        writer.write(sent)
        writer.write_eof()

        assert await reader.read(-1) == sent


async def test_every_answer_takes_the_latency_of_both_ways(proxy: Proxy) -> None:
    proxy.impair(Impairment(latency_ms=60, jitter_ms=20), Random(SEED))
    async with echoing(proxy) as (reader, writer), asyncio.timeout(WAIT_S):
        for _ in range(3):
            asked_s = time.monotonic()
            writer.write(b"how late is it?")
            await reader.readexactly(15)

            assert time.monotonic() - asked_s >= 2 * 0.040


async def test_a_torn_connection_is_reset_and_the_next_one_passes(proxy: Proxy) -> None:
    proxy.impair(Impairment(reset_share=1), Random(SEED))
    async with echoing(proxy) as (reader, writer), asyncio.timeout(WAIT_S):
        writer.write(b"lost")
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(64)
        assert proxy.resets == 1

        proxy.impair(Impairment(), Random(SEED))
        host, _, port = proxy.address.rpartition(":")
        next_reader, next_writer = await asyncio.open_connection(host, int(port))
        next_writer.write(b"kept")

        assert await next_reader.readexactly(4) == b"kept"
        assert proxy.connections == 2
        next_writer.close()


async def test_of_torn_requests_some_have_reached_the_server(proxy: Proxy) -> None:
    got = []
    torn = asyncio.Condition()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            got.append(await reader.read(64))
        except ConnectionResetError:
            got.append(b"")
        writer.close()
        async with torn:
            torn.notify_all()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    proxy.impair(Impairment(reset_share=1), Random(SEED))
    await asyncio.to_thread(proxy.open, f"{host}:{port}")
    host, _, port = proxy.address.rpartition(":")
    for turn in range(12):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"perhaps")
        async with asyncio.timeout(WAIT_S), torn:
            while len(got) <= turn:
                await torn.wait()
        writer.close()
    await asyncio.to_thread(proxy.close)
    server.close()

    assert set(got) == {b"", b"perhaps"}


@pytest.mark.parametrize("direction", ["requests", "answers"])
async def test_what_one_direction_holds_arrives_whole_when_it_opens(proxy: Proxy, direction: Direction) -> None:
    async with echoing(proxy) as (reader, writer), asyncio.timeout(WAIT_S):
        writer.write(b"before")
        assert await reader.readexactly(6) == b"before"
        proxy.block(direction)
        writer.write(b"held")
        writer.write(b" and in order")
        reading = asyncio.ensure_future(reader.readexactly(17))
        done, _ = await asyncio.wait([reading], timeout=0.3)

        assert not done
        proxy.unblock(direction)
        assert await reading == b"held and in order"


async def test_a_client_of_a_server_that_is_away_is_reset(proxy: Proxy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        target = f"127.0.0.1:{gone.getsockname()[1]}"
    await asyncio.to_thread(proxy.open, target)
    host, _, port = proxy.address.rpartition(":")

    async def first_byte() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))  # the reset may come as early as here
        try:
            await reader.readexactly(1)
        finally:
            writer.close()

    async with asyncio.timeout(WAIT_S):
        with pytest.raises(ConnectionResetError):
            await first_byte()
    await asyncio.to_thread(proxy.close)
