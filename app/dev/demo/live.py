"""The demo without an end: customers at a pace an eye can follow, alerts as they are published, until Ctrl-C.

`kanarya demo` calls `live`. A worker that is killed (by `kill_every_s`, or by a person with `kill -9`) is followed by
another, which goes on exactly where the dead one was.
"""

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Mapping
from typing import Any, Final, Protocol

from app import catalogue
from app.dev.demo.feed import Feeder
from app.dev.demo.follow import Follower
from app.dev.demo.stage import PARTITIONS, Stage, WorkerKilledError
from app.dev.demo.tail import Tail
from app.dev.demo.view.scene import Scene
from app.dev.simulate.faults import spoiled_stream
from app.dev.simulate.record import Record
from app.dev.simulate.stream import SPAN_MS
from app.kafka import producer

PER_SECOND: Final = 75
"""About one alert a second; eight weeks of some thousand customers pass in less than five minutes."""
_LOOK_AGAIN_S: Final = 0.5


class Watcher(Protocol):
    """Who looks: a `Screen` or `Lines`."""

    @property
    def follows_profiles(self) -> bool:
        """Whether it shows what stands in profiles and dead letters."""

    def alert(self, alert: Mapping[str, Any]) -> None:
        """An alert was published."""

    def say(self, text: str) -> None:
        """Something happened to the worker."""

    async def watch(self, scene: Scene) -> None:
        """Show the scene until cancelled; a `ReaderGoneError` when nobody can look any more."""


async def live(seed: int, events: int, watcher: Watcher, *, per_second: float, kill_every_s: float | None) -> None:
    """Feed round after round of new customers, eight weeks up to now each, until cancelled.

    SIGTERM and SIGHUP cancel it too. Raises `DemoError` when the worker ends by itself, `ReaderGoneError` when nobody
    can look any more.

    Args:
        seed: of the first round; each further round has the next.
        events: records of a round.
        watcher: who is shown what happens.
        per_second: records fed a second.
        kill_every_s: SIGKILL the worker after so many seconds of work; None for never.
    """
    _cancel_when_told()
    scene = Scene()

    def on_alert(alert: Mapping[str, Any]) -> None:
        scene.alert(alert)
        watcher.alert(alert)

    watching = asyncio.create_task(watcher.watch(scene))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(_ended, watching)
        stage = await stack.enter_async_context(Stage())
        settings = stage.settings
        client = await stack.enter_async_context(producer(settings, "demo", linger_ms=5))
        tail = await stack.enter_async_context(Tail(settings.broker, catalogue.alerts(settings), on_alert))
        tasks = [watching, tail.reading]
        if watcher.follows_profiles:
            topics = catalogue.profiles(settings), catalogue.dead_letters(settings)
            tasks.append((await stack.enter_async_context(Follower(settings.broker, *topics, scene))).reading)
        feeder = Feeder(client, settings.inputs[0], PARTITIONS, lambda record: scene.sent(record.at_ms))
        for work in (
            _keep_worker(stage, scene, watcher, kill_every_s),
            _feed(feeder, scene, seed, events, per_second),
        ):
            tasks.append(asyncio.create_task(work))
            stack.push_async_callback(_ended, tasks[-1])
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


def _cancel_when_told() -> None:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _keep_worker(stage: Stage, scene: Scene, watcher: Watcher, kill_every_s: float | None) -> None:
    """Start a worker and, whenever it is killed, another. Raises `DemoError` when one ends by itself or stalls."""
    killed_s = None
    while True:
        await stage.start_worker()
        scene.worker_started(stage.worker.pid, time.monotonic())
        try:
            await stage.worker_ready()
            ready_s = time.monotonic()
            scene.worker_ready(ready_s)
            if killed_s is not None:
                watcher.say(f"the worker is back after {ready_s - killed_s:.0f} s")
            async for _ in stage.commits(every_s=_LOOK_AGAIN_S):
                if kill_every_s is not None and time.monotonic() - ready_s >= kill_every_s:
                    await stage.kill_worker()
        except WorkerKilledError:
            killed_s = time.monotonic()
            scene.worker_killed(killed_s)
            watcher.say("the worker was killed; another starts")


async def _feed(feeder: Feeder, scene: Scene, seed: int, events: int, per_second: float) -> None:
    number = 1
    while True:
        end_ms = time.time_ns() // 1_000_000
        records = await _told(seed + number - 1, events, end_ms)
        scene.begin_round(number, end_ms - SPAN_MS)
        await feeder.feed(records, per_second=per_second)
        number += 1


def _told(seed: int, events: int, end_ms: int) -> "asyncio.Future[list[Record]]":
    """The records of a round, made in a thread that nobody waits for when the demo ends meanwhile."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[list[Record]] = loop.create_future()

    def hand_over(records: list[Record]) -> None:
        if not told.cancelled():
            told.set_result(records)

    def tell() -> None:
        records = spoiled_stream(seed, events, end_ms)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(hand_over, records)

    threading.Thread(target=tell, name="stories", daemon=True).start()
    return told
