"""The processes a command starts, under a watcher that outlives the command and ends them.

`app.dev.broker` and `app.dev.demo` start their processes here. A `Children` is one watcher process
(`app/dev/watcher.py`), one folder, and the processes in it; leaving the `with` block ends all of them.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_WATCHER = Path(__file__).with_name("watcher.py")


class ChildError(RuntimeError):
    """A process could not be started, or its watcher is gone."""


class Child:
    """One running or ended process."""

    def __init__(self, children: "Children", name: str, log: Path) -> None:
        self.name = name
        self.log = log
        """Its standard output and error."""
        self.pid = 0
        self.code: int | None = None
        """Exit code once ended, -9 when SIGKILL ended it, None while it runs."""
        self.error: str | None = None
        self._children = children
        self._started = threading.Event()
        self._ended = threading.Event()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def signal(self, number: int) -> None:
        """Send a signal; nothing happens if the process has ended."""
        self._children._order({"do": "signal", "name": self.name, "signal": int(number)})

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Block until the process has ended; its exit code, or None when `timeout_s` passed first."""
        self._ended.wait(timeout_s)
        return self.code

    def last_lines(self, count: int = 10) -> str:
        """The end of what it wrote, for an error message."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Children:
    """A context manager: the folder and the processes of one command. Safe to use from several threads."""

    folder: Path

    def __enter__(self) -> Self:
        command = [sys.executable, "-I", "-S", str(_WATCHER)]
        orders_read, orders_write = os.pipe()
        events_read, events_write = os.pipe()
        self._watcher = subprocess.Popen(command, stdin=orders_read, stdout=events_write, start_new_session=True)
        os.close(orders_read)
        os.close(events_write)
        self._orders = os.fdopen(orders_write, "wb")
        self._events = os.fdopen(events_read, "rb")
        first = self._events.readline()
        if not first:
            raise ChildError(f"the watcher process ended at once with code {self._watcher.wait()}")
        self.folder = Path(json.loads(first)["folder"])
        self._named: dict[str, Child] = {}
        self._ordering = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="children", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def watcher_pid(self) -> int:
        """Process id of the watcher."""
        return self._watcher.pid

    def start(
        self, name: str, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Child:
        """Start a process; returns once it runs.

        `env` None is this process's environment, `cwd` None this process's folder. The output is appended to
        `folder/NAME.log`; a name may be used again after its process has ended. Raises `ChildError`.
        """
        child = Child(self, name, self.folder / f"{name}.log")
        self._named[name] = child
        order = {
            "do": "start",
            "name": name,
            "argv": list(argv),
            "env": dict(os.environ if env is None else env),
            "cwd": str(cwd or Path.cwd()),
            "log": str(child.log),
        }
        self._order(order)
        child._started.wait()
        if child.error is not None:
            raise ChildError(f"cannot start {name}: {child.error}")
        return child

    def close(self) -> None:
        """End every process and the watcher, remove the folder. A second call does nothing."""
        if self._orders.closed:
            return
        with contextlib.suppress(BrokenPipeError):
            self._orders.close()
        self._watcher.wait()
        self._reader.join()
        self._events.close()
        if self._watcher.returncode != 0:
            self._sweep()

    def _order(self, order: Mapping[str, object]) -> None:
        try:
            with self._ordering:
                self._orders.write(json.dumps(order).encode() + b"\n")
                self._orders.flush()
        except (BrokenPipeError, ValueError):
            raise ChildError("the watcher process is gone") from None

    def _read(self) -> None:
        for line in self._events:
            self._heard(json.loads(line))
        for child in self._named.values():
            if not child._started.is_set():
                child.error = "the watcher process is gone"
                child._started.set()

    def _heard(self, event: Mapping[str, Any]) -> None:
        child = self._named[event["name"]]
        if event["event"] == "started":
            child.pid = event["pid"]
        elif event["event"] == "failed":
            child.error = event["error"]
            child._ended.set()
        else:
            child.code = event["code"]
            child._ended.set()
        child._started.set()

    def _sweep(self) -> None:
        """Do the watcher's work after its own violent death: only this side still knows its children."""
        for child in self._named.values():
            if child.running and child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
