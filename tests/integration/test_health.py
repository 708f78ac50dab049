"""The health of worker processes, as a container and an operator look at it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.dev.simulate.faults import spoiled_stream
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.patience import until
from tests.integration.workers import ROOT, Workers, environment


def status(settings: Settings, file: Path) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "app", "worker", "--status", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(settings, health_file=file), capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_a_worker_tells_how_far_it_is_and_a_frozen_one_falls_silent(
    settings: Settings, workers: Workers, feed: Feed, seed: int, tmp_path: Path
) -> None:
    file = tmp_path / "health"
    feed.send(settings.inputs[0], spoiled_stream(seed, 500, 1_767_225_600_000))
    with committed(settings) as group:
        worker = workers.start(health_file=file, session_timeout_s=30.0)  # it is frozen, and keeps its partitions
        group.reach(feed.ends)

    def caught_up() -> dict[str, Any] | None:
        code, told = status(settings, file)
        lags = [topic["lag"] for each in told["partitions"] for topic in each["topics"]]
        return told if code == 0 and lags == [0] * settings.partitions else None

    told = until(caught_up, "a healthy status without lag") or {}
    ends = {
        (topic["topic"], each["partition"]): topic["end"] for each in told["partitions"] for topic in each["topics"]
    }
    assert {place: end for place, end in ends.items() if end} == feed.ends
    assert told["books"]["applied"] > 0
    assert {each["state"] for each in told["partitions"]} == {"open"}

    before_s = file.stat().st_mtime
    until(lambda: file.stat().st_mtime > before_s, "the file is touched")
    worker.child.signal(signal.SIGSTOP)
    frozen_s = file.stat().st_mtime
    _, told = until(lambda: _stale(settings, file), "a stale status") or (0, {})
    assert file.stat().st_mtime == pytest.approx(frozen_s, abs=1.1)
    assert "gone or held up" in told["faults"][0]
    worker.child.signal(signal.SIGCONT)
    worker.stop()

    assert not file.exists()
    assert status(settings, file)[1]["state"] == "ended"


def _stale(settings: Settings, file: Path) -> tuple[int, dict[str, Any]] | None:
    code, told = status(settings, file)
    return (code, told) if code else None
