"""The demo as a user runs it: a command, its output, its exit code, and what it leaves behind (nothing).

It starts its own embedded broker, whatever the rest of the suite runs on.
"""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.film_reviews_check import differences
from tests.terminal import ALTERNATE, CURSOR, Terminal

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
    assert ended.returncode == 0, ended.stderr
    progress = re.findall(r"^kanarya: (\w+).*, [\d,]+ of 12,000, .*\d s$", ended.stderr, re.MULTILINE)
    assert len(progress) == len(ended.stderr.splitlines())
    assert list(dict.fromkeys(progress)) == ["starting", "feeding", "the", "comparing"]
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


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[Terminal]:
    """The demo without an end on a terminal, with its first alert on the screen."""
    with Terminal([sys.executable, "-m", "app", "demo"], environment) as opened:
        opened.until(lambda: opened.sees("Kanarya live demo"))
        opened.until(lambda: opened.sees(" opened "))
        yield opened


def test_the_live_view_shows_a_killed_worker_and_the_one_after_it(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    """The worker is killed as the view proposes; nothing of what waits meanwhile is lost from the counts."""
    at_risk = re.compile(r"│ cus-7-\d{5} +(critical|at_risk ) +\d+  N█+")
    terminal.until(lambda: any(map(at_risk.match, terminal.lines)) and terminal.sees("try: kill -9"))
    shown = "\n".join(terminal.lines)
    assert re.search(r"customers' time \w{3} \d{4}-\d\d-\d\d \d\d:\d\d UTC   round 1, day \d+", shown)
    proposed = re.search(r"try: kill -9 (\d+)", shown)
    assert proposed is not None

    os.kill(int(proposed[1]), signal.SIGKILL)
    terminal.until(lambda: terminal.sees("worker killed") or terminal.sees("restarts 1"))
    terminal.until(lambda: terminal.sees("restarts 1") and terminal.sees("back after"))
    terminal.until(lambda: (counted := figures(terminal)) and counted["on the way"] < 200 < counted["applied"])
    assert figures(terminal)["rejected"] > 0

    children = psutil.Process(terminal.process.pid).children(recursive=True)
    terminal.type(b"\x03")
    assert terminal.until(terminal.ended) < 2
    terminal.until(lambda: b"ended; nothing is left behind" in terminal.written)
    assert terminal.process.returncode == 0
    assert terminal.written.count(ALTERNATE[0]) == terminal.written.count(ALTERNATE[1]) == 1
    assert terminal.written.rindex(CURSOR[0]) < terminal.written.rindex(CURSOR[1])
    assert termios.tcgetattr(terminal.slave) == terminal.before
    assert b"Traceback" not in terminal.written
    psutil.wait_procs(children, timeout=20)
    assert leftovers(environment) == []


def figures(terminal: Terminal) -> dict[str, int]:
    """The counts of the second line."""
    told = re.search(r"/s ([\d,]+)   rejected ([\d,]+)   duplicates ([\d,]+)   on the way ([\d,]+)", terminal.lines[1])
    names = ("applied", "rejected", "duplicates", "on the way")
    return dict(zip(names, (int(each.replace(",", "")) for each in told.groups()), strict=True)) if told else {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_live_view_also_on_a_terminal_that_was_stopped(
    environment: dict[str, str], number: signal.Signals
) -> None:
    """Ctrl-S while it starts; the demo goes on without a reader, and gives the terminal back all the same."""
    with Terminal([sys.executable, "-m", "app", "demo"], environment) as terminal:
        terminal.until(lambda: terminal.sees("worker starting"))
        terminal.type(b"\x13")
        terminal.process.send_signal(number)

        assert terminal.until(terminal.ended) < 3
        terminal.until(lambda: b"ended; nothing is left behind" in terminal.written)
        assert ALTERNATE[1] in terminal.written
    assert leftovers(environment) == []


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="only Linux lets a pipe be made this small")
def test_a_full_pipe_does_not_keep_the_demo_from_ending(environment: dict[str, str]) -> None:
    """Lines that nobody reads; the demo goes on feeding and alerting, and obeys SIGINT."""
    out, into = os.pipe()
    fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, 4096)
    command = [sys.executable, "-m", "app", "demo", "--rate", "2000"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=into, stderr=subprocess.PIPE, text=True) as demo:
        try:
            unchanged_s, before = 0.0, -1
            while unchanged_s < 2 or before < 3900:  # some twenty alerts come in a second
                assert demo.poll() is None
                time.sleep(0.1)  # a writer who is held up by a full pipe sends no event
                held = int.from_bytes(fcntl.ioctl(out, termios.FIONREAD, bytes(4)), sys.byteorder)
                unchanged_s, before = unchanged_s + 0.1 if held == before else 0.0, held
            demo.send_signal(signal.SIGINT)
            assert demo.wait(5) == 0
            assert demo.stderr is not None
            assert demo.stderr.read() == ""
        finally:
            demo.kill()
            os.close(out)
            os.close(into)
    assert leftovers(environment) == []


def test_a_reader_who_goes_away_ends_the_demo(running: subprocess.Popen[str], environment: dict[str, str]) -> None:
    assert running.stdout is not None
    next(line for line in running.stdout if "opened" in line)

    running.stdout.close()

    assert running.wait(60) == 0
    assert leftovers(environment) == []


def test_a_worker_killed_on_request_is_told_in_lines(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "app", "demo", "--kill-every", "20", "--rate", "20"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            told = [next(line for line in demo.stdout if "worker" in line) for _ in range(3)]
            assert any("opened" in line for line in demo.stdout)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)

    assert told[1] == "the worker was killed; another starts\n"
    assert re.fullmatch(r"the worker is back after \d+ s\n", told[2])


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
        (("--once", "--plain"), "leave out --once"),
        (("--once", "--kill-every", "30"), "leave out --once"),
        (("--rate", "0"), ">= 1"),
        (("--kill-every", "5"), ">= 20"),
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
