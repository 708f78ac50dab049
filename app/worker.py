"""The worker process: from settings to an exit code. `kanarya worker` calls `run`.

It waits for the broker, refuses topics that do not fit, runs the topology until a signal or a failure, drains, and
writes down what it did. Exit codes: 0 ended because it was asked to, 1 stopped by an error (one sentence says where
and why). A worker that was asked but could not finish in time says so (`drain_cut`, `stop_cut`, and `drained=false` in
`worker_ended`) and leaves no report; the state is exact, and the next worker reads the rest again.
"""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from aiokafka.errors import KafkaConnectionError, KafkaError

from agents.ports import Stop
from app.catalogue import catalogue
from app.core.choice import is_stale, running
from app.engine.application import BatchApp
from app.engine.preflight import id_of, look
from app.health.pulse import Pulse
from app.kafka import client_options, sentence
from app.login.knock import knock
from app.login.secret import LoginError
from app.policy_file import read_policy
from app.scorer import read_scorer
from app.settings import Settings, SettingsError
from app.topology import Topology, build

_BACK_OFF_S: Final = (0.25, 5.0)
"""First and longest pause between tries to reach the broker."""
_FIRST_LOOK: Final = f"the first look at the topics, with pauses up to {_BACK_OFF_S[1]:g} s"
_SWITCH_S: Final = 0.0005
"""How long a thread holds the interpreter when another wants it; with 5 ms the fetching thread starves."""
_COLLECT: Final = (100_000, 50, 100)
"""A batch makes many objects and few cycles: with Python's own thresholds a quarter of the time goes into looking."""
_STOP_SHARE: Final = 0.9
"""Of the drain time for the app's stop; the rest is for ending the process."""
_LIBRARIES: Final = ("aiokafka", "faust", "mode")

log = structlog.get_logger()


def run(settings: Settings) -> int:
    """Run a worker until SIGTERM, SIGINT or an error; returns the exit code. Raises `SettingsError`."""
    sys.setswitchinterval(_SWITCH_S)
    _quiet_libraries(settings)
    policy, scorer = read_policy(settings.policy), read_scorer(settings)
    if running() == "pure" and is_stale():
        log.warning("compiled_core_stale", mend="make compile")
    try:
        topology = build(settings, policy, scorer)
    except LoginError as error:
        raise SettingsError([str(error.args[0])]) from error
    gc.freeze()
    gc.set_threshold(*_COLLECT)
    pulse = Pulse(settings, topology.books, topology.books_of, topology.look, lambda: topology.app.patience.is_away)
    with asyncio.Runner() as runner:
        code, clean = runner.run(_work(settings, topology, pulse))
        if not clean:
            logging.shutdown()
            os._exit(code)  # a library's task or thread hangs on a broker that is away, and the loop would wait for it
    return code


def _quiet_libraries(settings: Settings) -> None:
    """What stops a worker, and that the broker is away, is said in one sentence here; they say it in thousands."""
    if settings.log_level != "debug":
        for name in _LIBRARIES:
            logging.getLogger(name).setLevel(logging.CRITICAL)


async def _work(settings: Settings, topology: Topology, pulse: Pulse) -> tuple[int, bool]:
    """Exit code, and whether everything ended in time."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    beating = asyncio.create_task(pulse.run())
    try:
        if not await _broker_ready(settings, topology.app, asked, pulse):
            pulse.end(None)
            return 0, True
        return await _serve(settings, topology, asked, pulse)
    except (Stop, KafkaError) as error:
        pulse.end(_why(error, settings))
        log.error("worker_stopped", why=_why(error, settings))
        return 1, True
    finally:
        topology.store.close()
        beating.cancel()


async def _serve(settings: Settings, topology: Topology, asked: asyncio.Event, pulse: Pulse) -> tuple[int, bool]:
    app = topology.app
    pulse.enter("joining")
    app.failed = asyncio.get_running_loop().create_future()
    started = time.monotonic()
    starting = asyncio.create_task(app.start())
    asking = asyncio.create_task(asked.wait())
    waiting: list[asyncio.Future[Any]] = [starting, asking, app.failed]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if starting.done() and starting.exception() is None:
        log.info("worker_ready", after_s=round(time.monotonic() - started, 2), core=running())
        await asyncio.wait(waiting[1:], return_when=asyncio.FIRST_COMPLETED)
    error = app.failed.result() if app.failed.done() else starting.exception() if starting.done() else None
    if error is not None:
        app.fail(error if isinstance(error, Exception) else RuntimeError(repr(error)))
        log.error("worker_stopped", why=_why(error, settings))
    asking.cancel()
    pulse.enter("draining")
    clean = await _stop(app, settings.drain_s * _STOP_SHARE)
    if app.failed.done() and error is None:
        error = app.failed.result()
        log.error("worker_stopped", why=_why(error, settings))
    pulse.end(None if error is None else _why(error, settings))
    _report(topology, settings, drained=error is None and clean and app.drained)
    return (0 if error is None else 1), clean


async def _stop(app: Any, within_s: float) -> bool:
    stopping = asyncio.create_task(app.stop())
    await asyncio.wait({stopping}, timeout=within_s)
    if not stopping.done():  # nor is it cancelled: Faust's services go on over that, as if they had ended
        log.warning("stop_cut", within_s=within_s, then="what was not committed is read again by the next worker")
        return False
    stopping.result()
    return True


async def _broker_ready(settings: Settings, app: BatchApp, asked: asyncio.Event, pulse: Pulse) -> bool:
    """Wait for the broker with growing pauses, and look at it; False when asked to stop meanwhile."""
    pause_s, longest_s = _BACK_OFF_S
    asking = asyncio.create_task(asked.wait())
    while not asking.done():
        looking = asyncio.create_task(_look(settings, app))
        await asyncio.wait({looking, asking}, return_when=asyncio.FIRST_COMPLETED)  # a broker may never answer
        if not looking.done():
            looking.cancel()
            await asyncio.wait({looking})
            return False
        try:
            app.idempotent = looking.result()
            app.patience.connected(settings.broker)
            break
        except KafkaConnectionError as error:
            app.patience.missed(settings.broker, retried=_FIRST_LOOK, why=sentence(error, settings))
            pulse.enter("waiting_for_broker", sentence(error, settings))
        await asyncio.wait({asking}, timeout=pause_s)
        pause_s = min(longest_s, pause_s * 2)
    if asking.done():
        return False
    asking.cancel()
    if not app.idempotent:
        log.warning("broker_without_idempotence", then="a retried send may write an alert twice; its id tells")
    return True


async def _look(settings: Settings, app: BatchApp) -> bool:
    """Whether the broker, which lets this worker in and holds its topics, gives idempotent sessions."""
    options = client_options(settings, "worker")
    await knock(settings, options)
    idempotent = await look(options, catalogue(settings))
    if settings.store == "disk":
        app.changelog_id = await id_of(options, app.changelog)
    return idempotent


def _why(error: BaseException, settings: Settings) -> str:
    """One plain sentence; of an error that we do not know no word of its own, as that may hold a value."""
    if isinstance(error, BaseExceptionGroup):
        return _why(error.exceptions[0], settings)
    if isinstance(error, KafkaError) and not isinstance(error, Stop):
        return sentence(error, settings)
    if isinstance(error, Stop):
        return str(error)
    log.debug("worker_error", exc_info=error)
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    place = f" in {Path(last.filename).name}, line {last.lineno}" if last is not None else ""
    return f"{type(error).__name__}{place}: this is a fault of ours; KANARYA_LOG_LEVEL=debug shows all of it"


def _report(topology: Topology, settings: Settings, *, drained: bool) -> None:
    """What this worker did, for the log and, if it drained, for the file that `report_path` names."""
    books: dict[str, Any] = msgspec.to_builtins(topology.books)
    log.info("worker_ended", drained=drained, **books)
    if drained and settings.report_path is not None:
        text = json.dumps({"group": settings.group, "pid": os.getpid(), **books}) + "\n"
        settings.report_path.write_text(text, encoding="utf-8")
