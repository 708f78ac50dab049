"""What every system under test is given and gives back, and how one that runs by itself is started.

`plain` and `stock_faust` are programs: `measure` starts them alone on their core and reads their one line of JSON.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.core.choice import Core, fitting
from benchmarks.data import DataSet

_LONGEST_S: Final = 300


def core_here() -> Core:
    """The core that `kanarya` runs here."""
    return "compiled" if fitting() else "pure"


@dataclass(frozen=True)
class Case:
    """One run of one system."""

    broker: str
    topic: str
    data_set: DataSet
    total: int
    """Records on the topic."""
    number: int
    """Which repetition, from 1."""
    pin: list[str]
    """Command to start the system under."""
    seed: int
    core: Core = field(default_factory=core_here)
    """Which one whatever folds runs on."""

    @property
    def name(self) -> str:
        """Tells its groups and topics from those of other runs."""
        return f"{self.data_set}{self.number}{self.core}"

    def command(self, module: str, *words: str) -> list[str]:
        """Starts a module of this project on its core, pinned."""
        return [*self.pin, sys.executable, "-m", "benchmarks.on_core", self.core, module, *words]


@dataclass(frozen=True)
class Figures:
    """What one run came to."""

    events: int
    wall_s: float
    cpu_s: float
    """Of the process under test, all threads, over the same time."""

    @property
    def per_second(self) -> float:
        """Events a second."""
        return self.events / self.wall_s

    @property
    def cpu_us(self) -> float:
        """Processor microseconds an event."""
        return 1e6 * self.cpu_s / self.events


class Adapter(Protocol):
    """The three names that each system under test shows."""

    LABEL: str

    def most_events(self, total: int) -> int:
        """How many of a topic's records it reads, so that a slow system ends in time."""

    def run(self, case: Case) -> Figures:
        """Start it, let it work, end it."""


def measure(module: str, case: Case, events: int) -> Figures:
    """Run `python -m benchmarks.MODULE BROKER TOPIC NAME EVENTS` and take its figures."""
    command = case.command(f"benchmarks.{module}", case.broker, case.topic, case.name, str(events))
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=_LONGEST_S, check=True)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


class Watch:
    """Wall and processor time of this process between the first and the last event."""

    def __init__(self) -> None:
        self._wall_s = time.monotonic()
        self._cpu_s = time.process_time()

    def report(self, events: int) -> None:
        """Print the figures for `measure`."""
        wall_s, cpu_s = time.monotonic() - self._wall_s, time.process_time() - self._cpu_s
        print(json.dumps({"events": events, "wall_s": wall_s, "cpu_s": cpu_s}), flush=True)
