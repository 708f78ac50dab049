"""One fault after the other, each from empty topics to a result: `kanarya verify` calls `verify`."""

import asyncio
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final
from uuid import uuid4

from aiokafka.errors import KafkaError

from app.dev.apache_kafka import ApacheKafkaError
from app.dev.children import ChildError
from app.settings import Settings
from app.verify.broker import Broker, Kind, opened
from app.verify.fault import Fault
from app.verify.generate import generate, witnesses
from app.verify.outcome import read_outcome
from app.verify.plan import Schedule, SetName, Size, plan
from app.verify.recovery import latencies, measure, quantile
from app.verify.result import Result
from app.verify.rig import Rig
from app.verify.verdict import judge
from app.verify.worker import RefusedError, VerifyError, said

DAY_MS: Final = 86_400_000
_WITNESS_PER_SECOND: Final = 20_000
_CANNOT_GO_ON: Final = (VerifyError, KafkaError, ChildError, ApacheKafkaError)

Show = Callable[[str, str, int, int], None]
"""Fault, phase, records fed, records in all."""


@dataclass(frozen=True)
class Choice:
    """What to run."""

    faults: Sequence[Fault]
    set: SetName
    seed: int
    kind: Kind
    given: Settings | None = None
    """How to reach the user's cluster."""
    events: int | None = None
    """In place of the set's number."""
    per_second: int | None = None
    out: Path | None = None
    """Where the workers' logs are left."""

    def size(self, fault: Fault) -> Size:
        """Of a run of this fault."""
        size = fault.short if self.set == "short" else fault.long
        return Size(self.events or size.events, self.per_second or size.per_second, size.hits)


async def verify(choice: Choice, show: Show, on_result: Callable[[Result], None]) -> list[Result]:
    """Run each fault; a run that cannot go on is a result too. Raises what keeps a broker from starting."""
    results = []
    async with AsyncExitStack() as stack:
        shared: Broker | None = None
        for fault in choice.faults:
            own = "own_broker" in fault.needs
            if not own and shared is None:
                shared = await stack.enter_async_context(opened(choice.kind, choice.given))
            result = await _one(choice, fault, None if own else shared, show)
            results.append(result)
            on_result(result)
    return results


async def _one(choice: Choice, fault: Fault, shared: Broker | None, show: Show) -> Result:
    began_s = time.monotonic()
    schedule = plan(fault.name, choice.seed, choice.size(fault))
    size = schedule.size
    result = Result(fault.name, fault.rows, choice.seed, "", choice.set, size.events, size.per_second)
    try:
        async with AsyncExitStack() as stack:
            broker = shared
            if broker is None:
                broker = await stack.enter_async_context(opened(choice.kind, choice.given, fault.kafka))
            result.broker = broker.version
            rig = await stack.enter_async_context(Rig(broker, uuid4().hex[:10], fault.settings))
            if choice.out is not None:
                stack.callback(_keep_logs, rig, choice.out / "logs" / fault.name)
            await _play(rig, fault, schedule, result, show)
    except RefusedError:
        raise
    except _CANNOT_GO_ON as error:
        result.faults.append(str(error) or type(error).__name__)
    except ExceptionGroup as group:
        expected, others = group.split(_CANNOT_GO_ON)
        if expected is None or others is not None:
            raise
        result.faults += [str(error) or type(error).__name__ for error in expected.exceptions]
    result.took_s = time.monotonic() - began_s
    return result


async def _play(rig: Rig, fault: Fault, schedule: Schedule, result: Result, show: Show) -> None:
    """The phases, and then the comparison."""
    now_ms = time.time_ns() // 1_000_000
    end_ms = now_ms - now_ms % DAY_MS  # the whole day: the same seed tells the same stories until midnight
    records = generate(schedule, fault.mix, end_ms)
    records = records if fault.stream is None else fault.stream(schedule, records)
    last = witnesses(records, end_ms)
    count = len(records) + len(last)

    async def tell() -> None:
        while True:
            fed = rig.feed.fed
            phase = "steady" if fed < schedule.impact else "impact" if fed < schedule.recovery else "recovery"
            show(fault.name, phase, fed, count)
            rig.check()
            await asyncio.sleep(0.25)  # what a person looks at is refreshed, nothing waits for it

    show(fault.name, "starting", 0, count)
    for _ in range(fault.workers):
        await rig.start_worker()
    for worker in rig.workers:
        await worker.ready()
    async with asyncio.TaskGroup() as tasks:
        telling = tasks.create_task(tell())
        gates = (*schedule.hits, schedule.recovery)
        feeding = tasks.create_task(rig.feed.run(records, schedule.size.per_second, gates))
        await rig.reached(schedule.impact)
        impact_s = time.monotonic()
        await fault.strike(rig, schedule)
        if fault.exact:
            await rig.reached(len(records))
            await feeding
            await rig.caught_up()
        feeding.cancel()
        telling.cancel()
    measure(rig.hits, rig.watch.applied, rig.feed.acked)
    result.hits, result.figures = rig.hits, rig.figures
    _steady(result, rig, impact_s)
    if not fault.exact:
        return
    show(fault.name, "witness", rig.feed.fed, count)
    await _drain(rig)
    await (await rig.start_worker()).ready()
    await rig.feed.run(last, _WITNESS_PER_SECOND)
    await rig.caught_up()
    await _drain(rig)
    result.workers = len(rig.started)
    show(fault.name, "comparing", rig.feed.fed, count)
    outcome = await read_outcome(rig.settings)
    result.deliveries = outcome.deliveries
    verdict = await asyncio.to_thread(judge, outcome, rig.feed.records, rig.settings.inputs[0])
    result.verdict = verdict
    result.faults += verdict.faults()
    if fault.expect.alerts and not verdict.alerts:
        result.faults.append("the stream led to no alert and proves little: take more --events")
    result.slow = _slow(result, fault)
    result.faults += fault.judge(rig, verdict) if fault.judge is not None else []


def _keep_logs(rig: Rig, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for worker in rig.started:
        shutil.copyfile(worker.child.log, folder / worker.child.log.name)


async def _drain(rig: Rig) -> None:
    """Stop every worker; each must finish what it has begun."""
    for worker in rig.workers:
        stopped = await worker.stop()
        if stopped.code != 0 or stopped.report is None:
            raise VerifyError(said(f"did not drain (code {stopped.code}, {stopped.took_s:.1f} s)", worker))


def _steady(result: Result, rig: Rig, until_s: float) -> None:
    """How quick it is before the fault strikes: in all of a run that no fault strikes, or until just before the hit."""
    until_s = min(until_s, rig.hits[0].began_s) - 1 if rig.hits else inf
    found = latencies(rig.watch.applied, rig.feed.acked, until_s)
    result.applied_p50_s, result.applied_p99_s = quantile(found, 0.5), quantile(found, 0.99)
    alerts = [
        seen_s - acked_s
        for seen_s, partition, offset in rig.watch.alerts.values()
        if (acked_s := rig.feed.acked[partition].get(offset, inf)) < until_s
    ]
    result.alert_p99_s = quantile(sorted(alerts), 0.99)


def _slow(result: Result, fault: Fault) -> list[str]:
    """Which bounds of the fault were exceeded."""
    expect = fault.expect
    told = (
        ("the first newly applied record after a hit", result.slowest("applied_s"), expect.applied_within_s),
        ("catching up after a hit", result.slowest("caught_up_s"), expect.caught_up_within_s),
        ("the slowest record", result.slowest("waited_s"), expect.waited_within_s),
        ("p99 to a durable state", result.applied_p99_s, expect.applied_p99_s),
        ("a stop", result.figures.get("stopped_s"), expect.stopped_within_s),
    )
    return [
        f"{what} took {took_s:.1f} s, at most {most_s:g} s expected"
        for what, took_s, most_s in told
        if took_s is not None and most_s is not None and took_s > most_s
    ]
