"""Kanarya as its users run it: `python -m app worker`, watched from outside.

Its clock runs from the log line that says a partition is open until the last offset is committed: then every state is
durable, every alert and every public profile published. `recovery` and `latency` go on with the same `Worker`.
"""

import asyncio
import json
import os
import signal
import time
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

import psutil
from confluent_kafka import Consumer

from app.catalogue import catalogue
from app.core.choice import Core
from app.dev.children import Child, Children
from app.settings import Settings
from app.topics import apply
from benchmarks.adapter import Case, Figures
from benchmarks.kafka import PARTITIONS, committed, ends, reader

_LOOK_S: Final = 0.02
_LONGEST_S: Final = 900.0


def label(core: Core) -> str:
    """As the figures name it."""
    return f"Kanarya worker, core={core}"


def run(case: Case) -> Figures:
    """Start a worker of a new group, let it work off the topic, drain it."""
    with Worker(case) as worker:
        worker.start()
        figures = worker.catch_up()
        worker.drain()
    return figures


class Worker:
    """One group's worker, one process at a time."""

    def __init__(self, case: Case, **more: str) -> None:
        """`more`: settings of its own."""
        self.case = case
        overrides = {
            "broker": case.broker, "group": f"bench-{case.name}", "topic_prefix": f"bench.{case.name}.",
            "input_topics": case.topic, "partitions": str(PARTITIONS), "log_format": "json", **more,
        }  # fmt: skip
        self.settings = Settings(**overrides)  # type: ignore[arg-type]  # pydantic reads the texts
        self._overrides = overrides

    def __enter__(self) -> Self:
        faults = [
            each for each in asyncio.run(apply(self.settings, catalogue(self.settings))) if each.state == "refused"
        ]
        if faults:
            raise RuntimeError(f"{faults[0].topic} {faults[0].fault}")
        self._children = Children().__enter__()
        self._group: Consumer = reader(self.case.broker, self.settings.group)
        report = str(self._children.folder / "report.json")
        env = {name: value for name, value in os.environ.items() if not name.startswith("KANARYA_")}
        told = {**self._overrides, "report_path": report}
        self._env = env | {f"KANARYA_{name.upper()}": value for name, value in told.items()}
        self._runs = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._group.close()
        self._children.close()

    def start(self) -> None:
        """Start a process; returns when its partitions are open, that is after the recovery."""
        self._runs += 1
        command = self.case.command("app", "worker")
        self._child: Child = self._children.start(f"worker-{self._runs}", command, env=self._env)
        self._process = psutil.Process(self._child.pid)
        self.opened = self.wait_for("partition_opened")
        self._cpu_s = self._used_s()

    def wait_for(self, event: str) -> dict[str, Any]:
        """The first log line of this process with that event."""
        deadline_s = time.monotonic() + _LONGEST_S
        while time.monotonic() < deadline_s:
            found = next((line for line in self.lines() if line["event"] == event), None)
            if found is not None:
                return found
            if not self._child.running:
                break
            self._child.wait(_LOOK_S)
        raise RuntimeError(f"the worker said no {event}; its last lines:\n{self._child.last_lines()}")

    def lines(self) -> list[dict[str, Any]]:
        """Its log."""
        text = self._child.log.read_text(encoding="utf-8") if self._child.log.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    def catch_up(self) -> Figures:
        """Wait until all of the topic is committed; figures since the partitions were opened."""
        last = ends(self._group, self.case.topic)
        first = committed(self._group, self.case.topic)
        while (now := committed(self._group, self.case.topic)) != last:
            if not self._child.running:
                raise RuntimeError(f"the worker ended at {now} of {last}; its last lines:\n{self._child.last_lines()}")
            self._child.wait(_LOOK_S)
        cpu_s = self._used_s() - self._cpu_s
        wall_s = time.time() - datetime.fromisoformat(self.opened["at"]).timestamp()
        return Figures(sum(last) - sum(first), wall_s, cpu_s)

    def drain(self) -> dict[str, Any]:
        """SIGTERM, and its own report."""
        self._child.signal(signal.SIGTERM)
        if (code := self._child.wait(_LONGEST_S)) != 0:
            raise RuntimeError(f"the worker ended with {code}; its last lines:\n{self._child.last_lines()}")
        report: dict[str, Any] = json.loads((self._children.folder / "report.json").read_bytes())
        return report

    def kill(self) -> None:
        """SIGKILL, as a machine that dies."""
        self._child.signal(signal.SIGKILL)
        self._child.wait(_LONGEST_S)

    @property
    def memory_mb(self) -> float:
        """Resident memory now."""
        return float(self._process.memory_info().rss) / 1e6

    def _used_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


__all__ = ["Worker", "label", "run"]
