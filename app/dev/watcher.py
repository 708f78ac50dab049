"""The process that ends what a command started, however that command ends.

`app.dev.children` runs this file by its path and holds both ends of its pipes. The watcher makes one folder, starts
every process asked for as its own child, and tells of each end. Once its standard input closes (the command closed
it, or died in any way, SIGKILL included) it kills what still runs, removes the folder and exits. It stands in a
session of its own, so that neither Ctrl-C nor a closed terminal reaches it or its children before the command.

Only the standard library is imported, so that it stands within some 20 ms without the packages of the environment.

Lines of JSON in:   {"do": "start", "name", "argv", "env", "cwd", "log"}   env null: the watcher's own
                    {"do": "signal", "name", "signal"}
Lines of JSON out:  {"event": "ready", "folder"} first, then {"event": "started", "name", "pid"},
                    {"event": "failed", "name", "error"}, {"event": "ended", "name", "code"}   code -9: by signal 9
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_writing = threading.Lock()


def tell(**told: object) -> None:
    """Write one event; nobody reads after the command's death, which is no error here."""
    with _writing, contextlib.suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), json.dumps(told).encode() + b"\n")


def start(order: dict[str, Any], running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Start one process, its output appended to a log in the folder, and a thread that tells of its end."""
    name = str(order["name"])
    try:
        with Path(order["log"]).open("ab") as log:
            process = subprocess.Popen(
                order["argv"],
                env=order["env"],
                cwd=order["cwd"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        tell(event="failed", name=name, error=str(error))
        return
    running[name] = process
    tell(event="started", name=name, pid=process.pid)
    threading.Thread(target=lambda: tell(event="ended", name=name, code=process.wait()), daemon=True).start()


def end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Kill every process that still runs with all of its group, and wait until each is gone."""
    for process in running.values():
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    for process in running.values():
        process.wait()


def close_input(_number: int, _frame: FrameType | None) -> None:
    """On SIGTERM: let the next read see the end of input, so that no step is cut in the middle."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())


def main() -> None:
    """Obey until standard input closes or SIGTERM comes, then leave nothing behind."""
    signal.signal(signal.SIGTERM, close_input)
    folder = Path(tempfile.mkdtemp(prefix="kanarya-"))
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        tell(event="ready", folder=str(folder))
        for line in sys.stdin.buffer:
            if not line.endswith(b"\n"):
                break  # The command died while it wrote.
            order = json.loads(line)
            if order["do"] == "start":
                start(order, running)
            elif order["name"] in running:
                running[order["name"]].send_signal(order["signal"])
    finally:
        end(running)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
