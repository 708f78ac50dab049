"""The memory store beside the disk store, with as many customers as asked for: `python -m benchmarks.stores`.

One broker and one changelog; a worker of each store in turn starts on it, works off touchpoints of customers that are
all as likely, is drained, starts again, works off touchpoints of few busy customers, is killed and starts once more.
"""

import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from cyclopts.validators import Number

from app.catalogue import changelog
from benchmarks.adapter import Case, Figures
from benchmarks.kafka import PARTITIONS, broker, cores, feed, make_topic, stay_with_broker
from benchmarks.kanarya_worker import Worker
from benchmarks.report import machine
from benchmarks.store_calls import calls
from benchmarks.store_folds import folds
from benchmarks.store_states import touchpoints, write_changelog

_TOPIC: Final = "bench.stores"
Count = Annotated[int, Parameter(validator=Number(gte=1))]

app = App(name="stores", help="Events a second, memory and start time of a worker, by where its states are.")


@dataclass(frozen=True)
class Start:
    """One start of a worker."""

    what: str
    took_s: float
    """From the start of the process until every partition is open."""
    records: int
    """Of the changelog, that it read for it."""


@dataclass
class StoreReport:
    """What one store came to."""

    store: str
    starts: list[Start] = field(default_factory=list)
    spread: Figures | None = None
    """Over customers that are all as likely."""
    hot: Figures | None = None
    """Over customers by zipf(1.1)."""
    memory_mb: list[float] = field(default_factory=list)
    """Resident: opened, after the spread touchpoints, after the hot ones."""
    disk_mb: float = 0.0


@app.default
def stores(
    *,
    profiles: Count = 300_000,
    events: Count = 150_000,
    memory_bytes: Count = 1 << 28,
    seed: int = 7,
    folder: Path = Path("build/stores"),
    out: Path | None = None,
) -> None:
    """Run it and print the figures.

    Args:
        profiles: Customers in the changelog; five million take some 4 GB of memory and 10 GB of disk.
        events: Touchpoints of each kind.
        memory_bytes: The setting `store_memory_bytes`.
        seed: Of the data.
        folder: Where the disk store is; emptied before and after.
        out: File for the figures as JSON.
    """
    pins = cores()
    told = machine()
    print(f"{told['processor']}, {told['cores']} cores, load {told['load'][0]}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    timed = calls(folder / "calls", seed, min(profiles, 1_000_000), memory_bytes)
    compared = folds(folder / "folds", seed, min(profiles, 1_000_000), memory_bytes)
    for line in (*[each.line() for each in timed], *[each.line() for each in compared]):
        print(line, flush=True)
    reports = []
    with broker(pins) as (address, name):
        make_topic(address, _TOPIC)
        case = Case(address, _TOPIC, "tu", events, 1, pins.tested, seed)
        stay_with_broker(pins)
        for number, store in enumerate(("memory", "disk")):
            with Worker(case, store=store, **_own(store, folder, memory_bytes)) as worker:
                if not number:
                    began_s = time.monotonic()
                    mean = write_changelog(address, changelog(worker.settings), _TOPIC, seed, profiles)
                    print(
                        f"{profiles:,} states, {mean:.0f} bytes each, in {time.monotonic() - began_s:.0f} s", flush=True
                    )
                report = StoreReport(store)
                _run(worker, report, seed + number, events, profiles)
            report.disk_mb = _size_mb(folder / "worker")
            reports.append(report)
            _show(report)
    print(f"{name}, load at the end {os.getloadavg()[0]:.2f}")
    if out is not None:
        kept = {"profiles": profiles, "broker": name, "machine": told, "calls": [asdict(each) for each in timed]}
        kept["folds"] = [asdict(each) for each in compared]
        out.write_text(json.dumps(kept | {"stores": [asdict(each) for each in reports]}, indent=1) + "\n")
    shutil.rmtree(folder, ignore_errors=True)


def _own(store: str, folder: Path, memory_bytes: int) -> dict[str, str]:
    """Settings of a store."""
    if store == "memory":
        return {}
    return {"store_dir": str(folder / "worker"), "store_memory_bytes": str(memory_bytes)}


def _run(worker: Worker, report: StoreReport, seed: int, events: int, profiles: int) -> None:
    case = worker.case
    feed(case.broker, case.topic, touchpoints(seed, 0, events, profiles, hot=False))
    _start(worker, report, "on the changelog alone")
    report.spread = worker.catch_up()
    report.memory_mb.append(worker.memory_mb)
    worker.drain()
    feed(case.broker, case.topic, touchpoints(seed, events, events, profiles, hot=True))
    _start(worker, report, "after a drain")
    report.hot = worker.catch_up()
    report.memory_mb.append(worker.memory_mb)
    worker.kill()
    _start(worker, report, "after a kill")
    worker.drain()


def _start(worker: Worker, report: StoreReport, what: str) -> None:
    began_s = time.time()
    worker.start()
    while len(opened := [line for line in worker.lines() if line["event"] == "partition_opened"]) < PARTITIONS:
        time.sleep(0.02)
    ready_s = max(datetime.fromisoformat(line["at"]).timestamp() for line in opened)
    if not report.memory_mb:
        report.memory_mb.append(worker.memory_mb)
    report.starts.append(Start(what, ready_s - began_s, worker.wait_for("recovered")["records"]))


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _show(report: StoreReport) -> None:
    def line(label: str, words: Iterable[str]) -> None:
        print(f"  {label:28} {'  '.join(words)}", flush=True)

    print(f"{report.store} store")
    for label, run in (("all customers as likely", report.spread), ("customers by zipf(1.1)", report.hot)):
        if run is not None:
            line(label, [f"{run.per_second:,.0f}/s", f"{run.cpu_us:.1f} us of CPU an event"])
    line("resident memory, MB", [f"{each:,.0f}" for each in report.memory_mb])
    for each in report.starts:
        line(f"start {each.what}", [f"{each.took_s:.1f} s", f"{each.records:,} records read"])
    if report.disk_mb:
        line("on disk, MB", [f"{report.disk_mb:,.0f}"])


if __name__ == "__main__":
    app()
