"""What a run of the benchmark came to: printed for a person, kept as JSON for those who compare.

`__main__` fills a `Report`; every figure of a rate is there as often as it was taken.
"""

import json
import os
import platform
import statistics
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks.adapter import Figures
from benchmarks.latency import Latency
from benchmarks.recovery import Customers, Recovery
from benchmarks.stages import Stage

_PACKAGES: Final = ("faust-streaming", "aiokafka", "msgspec", "orjson", "confluent-kafka", "numpy")


@dataclass
class DataSetReport:
    """One data set."""

    name: str
    events: int
    mean_bytes: float
    runs: dict[str, list[Figures]] = field(default_factory=dict)
    """Label of a system -> its runs."""
    worker: dict[str, Any] = field(default_factory=dict)
    """What Kanarya's last worker counted."""
    recoveries: list[Recovery] = field(default_factory=list)
    stock_recoveries: list[Figures] = field(default_factory=list)
    """Of stock Faust's table; an event is a record of its changelog."""
    kept: Customers | None = None
    latencies: list[Latency] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)


@dataclass
class Report:
    """A whole run."""

    broker: str
    seed: int
    pinned: bool
    machine: dict[str, Any]
    versions: dict[str, str]
    at: str
    data_sets: list[DataSetReport] = field(default_factory=list)


def new_report(broker: str, seed: int, pinned: bool) -> Report:
    """A report without figures."""
    versions = {name: version(name) for name in _PACKAGES}
    return Report(broker, seed, pinned, machine(), versions, datetime.now(UTC).isoformat(timespec="seconds"))


def machine() -> dict[str, Any]:
    """Processor, cores, system, Python and load."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def keep(report: Report, folder: Path) -> Path:
    """Write the report as JSON; the file's path."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{report.at[:19].replace(':', '')}.json"
    path.write_text(json.dumps(as_json(report), indent=1) + "\n", encoding="utf-8")
    return path


def as_json(report: Report) -> dict[str, Any]:
    """The report with its rates and ratios written out."""
    told = asdict(report)
    for each, shown in zip(report.data_sets, told["data_sets"], strict=True):
        shown["runs"] = {
            label: [asdict(run) | {"per_second": round(run.per_second), "cpu_us": round(run.cpu_us, 2)} for run in runs]
            for label, runs in each.runs.items()
        }
        shown["recoveries"] = [
            asdict(run) | {"per_second": round(run.per_second), "mb_per_second": round(run.mb_per_second, 1)}
            for run in each.recoveries
        ]
        shown["stock_recoveries"] = [
            asdict(run) | {"per_second": round(run.per_second)} for run in each.stock_recoveries
        ]
        shown["stages"] = [stage._asdict() for stage in each.stages]
        shown["ratios"] = {label: round(ratio, 2) for label, ratio in ratios(each)}
    return told


def ratios(data_set: DataSetReport) -> Iterable[tuple[str, float]]:
    """Events a second of the last system, Kanarya, over those of each other; means of the runs."""
    means = {label: statistics.fmean([run.per_second for run in runs]) for label, runs in data_set.runs.items()}
    *others, ours = means
    return [(label, means[ours] / means[label]) for label in others]


def show(report: Report) -> None:
    """Print the report."""
    told = report.machine
    where = "on a core of its own, the broker on another" if report.pinned else "sharing all cores with the broker"
    print(f"\n{told['processor']}, {told['cores']} cores, {told['python']}, {report.broker};", end=" ")
    print(f"system under test {where}; seed {report.seed}; load at the start {told['load'][0]}")
    for each in report.data_sets:
        print(f"\n{each.name}: {each.events:,} touchpoints of {each.mean_bytes:.0f} bytes")
        for label, runs in each.runs.items():
            rates = "  ".join(f"{run.per_second:9,.0f}/s {run.cpu_us:6.1f} us" for run in runs)
            print(f"  {label:36} {rates}")
        for label, ratio in ratios(each):
            print(f"  {'ratio to ' + label:36} {ratio:9.2f}")
        _show_worker(each)
    sys.stdout.flush()


def _show_worker(each: DataSetReport) -> None:
    if each.kept is not None:
        print(f"  {'kept':36} {each.kept.customers:,} customers, mean {each.kept.mean_bytes:.0f} bytes,", end=" ")
        print(f"largest {each.kept.largest_bytes:,}")
    for run in each.recoveries:
        print(f"  {'recovery':36} {run.per_second:9,.0f} profiles/s {run.mb_per_second:7.1f} MB/s", end=" ")
        print(f"({run.records:,} in {run.took_s:.2f} s)")
    for stock in each.stock_recoveries:
        print(f"  {'recovery of stock Faust':36} {stock.per_second:9,.0f} profiles/s", end=" ")
        print(f"({stock.events:,} in {stock.wall_s:.2f} s)")
    for latency in each.latencies:
        print(f"  {'event to alert at ' + format(latency.rate, ',') + '/s':36} p50 {latency.p50_ms:.0f} ms", end="  ")
        print(f"p90 {latency.p90_ms:.0f}  p99 {latency.p99_ms:.0f}  most {latency.most_ms:.0f}", end="  ")
        print(f"({latency.samples:,} alerts, {latency.produced / latency.seconds:,.0f}/s produced)")
    for stage in each.stages:
        print(f"  {stage.name:48} {stage.us_each:8.2f} us x {stage.calls:,} = {stage.us_per_event:6.2f} us an event")


__all__ = ["DataSetReport", "Report", "as_json", "keep", "machine", "new_report", "show"]
