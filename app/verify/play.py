"""The phases of one run, from a rig without workers to the comparison: `run` calls `play`."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from typing import Final

from app.dev.simulate.record import Record
from app.verify.comparison import compare
from app.verify.fault import Fault
from app.verify.generate import generate, witnesses
from app.verify.outcome import read_outcome
from app.verify.plan import Schedule
from app.verify.recovery import latencies, measure, quantile
from app.verify.result import Result
from app.verify.rig import Rig
from app.verify.worker import VerifyError, said

DAY_MS: Final = 86_400_000
_WITNESS_PER_SECOND: Final = 20_000

Show = Callable[[str, str, int, int], None]
"""Fault, phase, records fed, records in all; while it compares, steps of the reference."""


async def play(rig: Rig, fault: Fault, schedule: Schedule, result: Result, show: Show) -> None:
    """Fill in the result. Raises `VerifyError` and the broker's `KafkaError` where the run cannot go on."""
    now_ms = time.time_ns() // 1_000_000
    end_ms = now_ms - now_ms % DAY_MS  # the whole day: the same seed tells the same stories until midnight
    records = generate(schedule, fault.mix, end_ms)
    records = records if fault.stream is None else fault.stream(schedule, records)
    last = witnesses(records, end_ms)

    def tell(phase: str) -> None:
        show(fault.name, phase, rig.feed.fed, len(records) + len(last))

    tell("starting")
    for _ in range(fault.workers):
        await rig.start_worker()
    for worker in rig.workers:
        await worker.ready()
    impact_s = await _under_fault(rig, fault, schedule, records, tell)
    measure(rig.hits, rig.watch.applied, rig.feed.acked)
    result.hits, result.figures = rig.hits, rig.figures
    _steady(result, rig, impact_s)
    result.slow = _slow(result, fault)
    if fault.exact:
        tell("witness")
        await _drain(rig)
        await (await rig.start_worker()).ready()
        await rig.feed.run(last, _WITNESS_PER_SECOND)
        await rig.caught_up()
        await _drain(rig)
        tell("reading")
        await _compare(rig, fault, result, show)
    result.workers = len(rig.started)


async def _under_fault(
    rig: Rig, fault: Fault, schedule: Schedule, records: Sequence[Record], tell: Callable[[str], None]
) -> float:
    """The phases steady, impact and recovery; `time.monotonic()` of the first's end."""

    async def watch() -> None:
        while True:
            fed = rig.feed.fed
            tell("steady" if fed < schedule.impact else "impact" if fed < schedule.recovery else "recovery")
            rig.check()
            await asyncio.sleep(0.25)  # what a person looks at is refreshed, nothing waits for it

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(watch())
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
        watching.cancel()
    return impact_s


async def _compare(rig: Rig, fault: Fault, result: Result, show: Show) -> None:
    outcome = await read_outcome(rig.settings)
    result.deliveries = outcome.deliveries
    result.verdict = await compare(
        outcome, rig.feed.records, rig.settings.inputs[0], partial(show, fault.name, "comparing")
    )
    result.faults += result.verdict.faults()
    if fault.expect.alerts and not result.verdict.alerts:
        result.faults.append("the stream led to no alert and proves little: take more --events")
    result.faults += fault.judge(rig, result.verdict) if fault.judge is not None else []


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
    slow = [
        f"{what} took {took_s:.1f} s, at most {most_s:g} s expected"
        for what, took_s, most_s in told
        if took_s is not None and most_s is not None and took_s > most_s
    ]
    figures = [(name, result.figures[name], most) for name, most in expect.figures.items()]
    return slow + [f"{name} is {found}, at most {most:g} expected" for name, found, most in figures if found > most]
