"""The demo as a user runs it: a command, its output, its exit code, and what it leaves behind (nothing).

It starts its own embedded broker, whatever the rest of the suite runs on.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.film_reviews_check import differences

ROOT = Path(__file__).parents[2]
REVIEWS = os.environ.get("KANARYA_TEST_REVIEWS", "")
"""Where 131,923 real film reviews lie; the file is not part of the project."""

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Temporary files of the demo go where the test can look for them; no setting of the developer's is seen."""
    (tmp_path / "tmp").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KANARYA_")}
    return {**kept, "TMPDIR": str(tmp_path / "tmp"), "PYTHONUNBUFFERED": "1"}


def run(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "demo", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False)


def leftovers(environment: dict[str, str]) -> list[Path]:
    return list(Path(environment["TMPDIR"]).iterdir())


@pytest.fixture
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The demo without an end."""
    command = [sys.executable, "-m", "app", "demo"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        try:
            yield demo
        finally:
            demo.kill()


def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(environment: dict[str, str], tmp_path: Path) -> None:
    """Retries, bad records and disorder included; the figures on standard output agree with the files."""
    out = tmp_path / "out"
    ended = run(environment, "--once", "--json", "--seed", 11, "--events", 12_000, "--out", out)

    summary = json.loads(ended.stdout)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (summary["lost"], summary["counted_twice"], summary["restarts"]) == (0, 0, 1)
    assert (summary["seed"], summary["produced"], summary["rejected"], summary["duplicates"]) == (11, 12_000, 60, 120)
    assert summary["applied"] == 12_000 - 60 - 120
    assert summary == json.loads((out / "summary.json").read_bytes())
    profiles = [json.loads(line) for line in (out / "profiles.jsonl").read_bytes().splitlines()]
    assert sum(profile["touchpoints"] for profile in profiles) == summary["applied"]
    assert len(profiles) == summary["profiles"]
    payloads: dict[str, set[bytes]] = {}
    for line in (out / "alerts.jsonl").read_bytes().splitlines():
        payloads.setdefault(json.loads(line)["id"], set()).add(line)
    assert len(payloads) == summary["alerts"] > 20
    assert all(len(each) == 1 for each in payloads.values())
    assert len((out / "rejected.jsonl").read_bytes().splitlines()) == 60
    assert leftovers(environment) == []


def test_ctrl_c_ends_the_endless_demo_after_its_first_alerts(
    running: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    assert running.stdout is not None
    next(line for line in running.stdout if "opened" in line)
    children = psutil.Process(running.pid).children(recursive=True)

    running.send_signal(signal.SIGINT)
    rest = running.stdout.read()

    assert running.wait(30) == 0
    assert rest.endswith("ended; nothing is left behind\n")
    assert "Traceback" not in rest
    psutil.wait_procs(children, timeout=20)
    assert not any(child.is_running() for child in children)
    assert leftovers(environment) == []


def test_a_killed_demo_leaves_no_process_and_no_file(
    running: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    assert running.stdout is not None
    next(line for line in running.stdout if "opened" in line)
    children = psutil.Process(running.pid).children(recursive=True)
    assert len(children) == 3  # watcher, broker, worker

    running.kill()

    _, alive = psutil.wait_procs(children, timeout=20)
    assert all(child.status() == psutil.STATUS_ZOMBIE for child in alive)
    assert leftovers(environment) == []


@pytest.mark.skipif(
    not REVIEWS,
    reason="needs the Korean film reviews of 2014 as gzipped JSON lines (docs/examples/film_reviews.toml shows one):"
    " name their file in KANARYA_TEST_REVIEWS",
)
def test_real_reviews_are_counted_exactly_and_alerted_as_a_second_opinion_says(
    environment: dict[str, str], tmp_path: Path
) -> None:
    assert Path(REVIEWS).is_file(), f"KANARYA_TEST_REVIEWS={REVIEWS} is no file: mend it, or unset it to skip this"
    ended = run(
        environment,
        *("--once", "--json", "--out", tmp_path / "out"),
        *("--input", REVIEWS, "--map", ROOT / "docs/examples/film_reviews.toml"),
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    summary = json.loads(ended.stdout)
    assert summary["seed"] is None
    assert summary["produced"] == summary["applied"] == 131_923
    assert (summary["lost"], summary["counted_twice"], summary["duplicates"], summary["rejected"]) == (0, 0, 0, 0)
    assert differences(REVIEWS, str(tmp_path / "out/alerts.jsonl")) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--json",), "add --once"),
        (("--once", "--input", "x.jsonl"), "--map"),
        (("--once", "--events", "3"), "100"),
        (("--once", "--input", "no-such-file", "--map", ROOT / "docs/examples/film_reviews.toml"), "no-such-file"),
    ],
)
def test_a_call_that_cannot_be_meant_so_says_why(
    environment: dict[str, str], arguments: tuple[object, ...], said: str
) -> None:
    ended = run(environment, *arguments)

    assert ended.returncode == 2
    assert said in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
