"""`make bench`: one broker, each data set on one topic, every system over it in turn, each figure twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from app.core.choice import Core
from benchmarks import kanarya_worker, latency, plain, recovery, stages, stock_faust, stock_recovery
from benchmarks.adapter import Adapter, Case, core_here
from benchmarks.data import DATA_SETS, records
from benchmarks.kafka import Cores, broker, cores, feed, make_topic, stay_with_broker
from benchmarks.kanarya_worker import Worker
from benchmarks.report import DataSetReport, keep, new_report, show

RIVALS: Final[Sequence[Adapter]] = (plain, stock_faust)
_RESULTS: Final = Path(__file__).with_name("results")
_LOAD: Final = 0.5
"""Share of the measured rate at which latency is taken."""

Count = Annotated[int, Parameter(validator=Number(gte=0))]

app = App(name="benchmarks", help="Events a second, processor time, recovery and latency, side by side.")


@dataclass(frozen=True)
class Plan:
    """How long and how often."""

    rounds: int
    seconds: float
    pins: Cores
    cores: Sequence[Core]
    """Which ones are measured; latency, recovery and stock Faust with the last."""


@app.default
def bench(
    *,
    tz: Count = 1_500_000,
    tu: Count = 200_000,
    seed: int = 7,
    rounds: Annotated[int, Parameter(validator=Number(gte=1))] = 2,
    seconds: Annotated[float, Parameter(validator=Number(gt=latency.WARM_S))] = 35.0,
    core: Literal["compiled", "pure", "both"] | None = None,
    out: Path = _RESULTS,
) -> None:
    """Run the benchmark, print the figures and keep them.

    Args:
        tz: Touchpoints of zipf(1.1) over 200,000 customers; 0 leaves this data set out.
        tu: Touchpoints of customers that do not repeat within a million; 0 leaves it out.
        seed: Of the data.
        rounds: How often each figure is taken.
        seconds: Length of a period at half load. The first 8 s are left out; put-off profiles go out after 22.
        core: What is measured, the compiled core or the pure one; by default the one that `kanarya` runs here.
        out: Folder for the figures as JSON.
    """
    chosen: Core = core if core in {"compiled", "pure"} else core_here()
    plan = Plan(rounds, seconds, cores(), ("pure", "compiled") if core == "both" else (chosen,))
    print(f"core: {', '.join(plan.cores)}", flush=True)
    with broker(plan.pins) as (address, name):
        report = new_report(name, seed, plan.pins.pinned)
        for data_set, total in zip(DATA_SETS, (tz, tu), strict=True):
            if total:
                case = Case(address, f"bench.{data_set}", data_set, total, 1, plan.pins.tested, seed, plan.cores[-1])
                report.data_sets.append(_data_set(case, plan))
    show(report)
    print(f"\nkept as {keep(report, out)}")


def _data_set(case: Case, plan: Plan) -> DataSetReport:
    """Everything about one data set."""
    make_topic(case.broker, case.topic)
    size_bytes, took_s = feed(case.broker, case.topic, records(case.data_set, case.seed, case.total))
    print(f"{case.topic}: {case.total:,} touchpoints fed in {took_s:.0f} s", flush=True)
    stay_with_broker(plan.pins)
    done = DataSetReport(case.data_set, case.total, size_bytes / case.total)
    labels = [adapter.LABEL for adapter in RIVALS] + [kanarya_worker.label(core) for core in plan.cores]
    done.runs = {label: [] for label in labels}
    for number in range(1, plan.rounds + 1):
        this = replace(case, number=number)
        for adapter in RIVALS:
            done.runs[adapter.LABEL].append(adapter.run(this))
            _say(done, adapter.LABEL)
        done.stock_recoveries.append(stock_recovery.run(this))
        for core in plan.cores[:-1]:
            done.runs[kanarya_worker.label(core)].append(kanarya_worker.run(replace(this, core=core)))
            _say(done, kanarya_worker.label(core))
        with Worker(this) as worker:
            worker.start()
            done.runs[kanarya_worker.label(this.core)].append(worker.catch_up())
            done.worker = worker.drain()
            _say(done, kanarya_worker.label(this.core))
            if number == plan.rounds:
                _go_on(worker, done, plan)
    for core in plan.cores:
        done.stages += stages.measure(case.data_set, case.seed, case.total, core)
    return done


def _go_on(worker: Worker, done: DataSetReport, plan: Plan) -> None:
    """Restart the last round's worker on its state, then give it half of what it can do."""
    done.kept = recovery.kept(worker)
    recovery.lengthen(worker)
    for _ in range(plan.rounds - 1):
        done.recoveries.append(recovery.restart(worker))
        worker.drain()
    done.recoveries.append(recovery.restart(worker))
    if done.worker["alerts"]:  # a customer met once gives none
        _half_load(worker, done, plan)
    worker.drain()


def _half_load(worker: Worker, done: DataSetReport, plan: Plan) -> None:
    rate = round(_LOAD * done.runs[kanarya_worker.label(worker.case.core)][-1].per_second)
    first = worker.case.total
    for _ in range(plan.rounds):
        done.latencies.append(latency.measure(worker, rate, plan.seconds, first))
        first += round(rate * plan.seconds)


def _say(done: DataSetReport, label: str) -> None:
    run = done.runs[label][-1]
    print(f"{done.name}: {label}: {run.per_second:,.0f}/s, {run.cpu_us:.1f} us of CPU an event", flush=True)


if __name__ == "__main__":
    app()
