"""Worker processes as an operator starts, kills and stops them; what they say is read from their log."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from app.dev.children import Child, Children
from app.settings import Settings
from tests.integration.patience import LONG_S, until

ROOT: Final = Path(__file__).parents[2]
WORKER: Final = ("-m", "app", "worker")
SMALL: Final = {"fetch_bytes": 16_384, "profile_delay_s": 0.2}
"""So that a short stream takes many batches, and a worker that is stopped has some in its hands; commits come soon."""
SESSION_S: Final = 6.0 if os.environ.get("KANARYA_TEST_BROKER") else 3.0
"""How long a killed worker holds its partitions; a broker of someone else's takes no less than 6 s as it comes."""
STOP_S: Final = 10.0
"""A worker that is told to stop has ended by then."""


def environment(settings: Settings, **more: object) -> dict[str, str]:
    """Variables that give a process these settings, and `more` of them."""
    told = {name: getattr(settings, name) for name in settings.model_fields_set} | more
    named = {f"KANARYA_{name.upper()}": _written(value) for name, value in told.items()}
    return {**os.environ, **named, "PYTHONUNBUFFERED": "1"}


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)


class Worker:
    """One worker process."""

    def __init__(self, child: Child, report: Path) -> None:
        self.child = child
        self._report = report

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Its log lines of one event so far."""
        written = self.child.log.read_text(errors="replace").splitlines()
        told = [json.loads(line) for line in written if line.startswith("{") and line.endswith("}")]
        return [line for line in told if line["event"] == event]

    def says(self, event: str, times: int = 1, within_s: float = LONG_S) -> list[dict[str, Any]]:
        """Wait for log lines of an event."""

        def said() -> list[dict[str, Any]] | None:
            lines = self.lines(event)
            if len(lines) < times:
                assert self.child.running, f"the worker ended with {self.child.code}: {self.child.last_lines(20)}"
                return None
            return lines

        return until(said, f"{event} in the log of {self.child.name}", within_s) or []

    def is_ready(self) -> "Worker":
        """Return once it owns its partitions."""
        self.says("worker_ready")
        return self

    def kill(self) -> None:
        """SIGKILL, as a machine that dies."""
        self.child.signal(signal.SIGKILL)
        assert self.child.wait(STOP_S) == -signal.SIGKILL

    def ended(self, within_s: float = LONG_S) -> tuple[int | None, str]:
        """Exit code and the reason it gives, of a worker that stops by itself."""
        code = self.child.wait(within_s)
        assert not self.child.running, f"still runs: {self.child.last_lines(20)}"
        stopped = self.lines("worker_stopped")
        return code, stopped[-1]["why"] if stopped else ""

    def stop(self) -> dict[str, Any]:
        """SIGTERM; it drains and ends with exit code 0 within ten seconds. Returns its report."""
        asked_s = time.monotonic()
        self.child.signal(signal.SIGTERM)
        code = self.child.wait(STOP_S)
        took_s = time.monotonic() - asked_s
        assert code == 0, f"exit code {code} after {took_s:.1f} s: {self.child.last_lines(20)}"
        report: dict[str, Any] = json.loads(self._report.read_bytes())
        assert report["pid"] == self.child.pid
        return report


class Workers:
    """Starts workers with the same settings; the `Children` they belong to ends them."""

    def __init__(self, children: Children, settings: Settings) -> None:
        self._children = children
        self._settings = settings
        self.started: list[Worker] = []

    def start(self, *arguments: str, **more: object) -> Worker:
        """A new worker process: `kanarya worker`, or Python with other arguments; `more` are settings of its own."""
        name = f"worker-{len(self.started) + 1}"
        report = self._children.folder / f"{name}.json"
        own = {"log_format": "json", "report_path": report, "session_timeout_s": SESSION_S}
        env = environment(self._settings, **{**SMALL, **own, **more})
        child = self._children.start(name, [sys.executable, *(arguments or WORKER)], env=env, cwd=ROOT)
        worker = Worker(child, report)
        self.started.append(worker)
        return worker
