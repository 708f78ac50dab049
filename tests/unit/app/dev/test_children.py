"""Whatever a command starts ends with it: each test looks at real processes and a real folder."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from app.dev.children import ChildError, Children

SLEEPER = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]

COMMAND = """
import json, signal, sys
from app.dev.broker import start_broker
from app.dev.children import Children
with Children() as children:
    broker, address = start_broker(children)
    sleeper = children.start("worker", {sleeper!r})
    print(json.dumps({{"pids": [children.watcher_pid, broker.pid, sleeper.pid], "folder": str(children.folder)}}))
    sys.stdout.flush()
    signal.pause()
"""


def gone(pids: list[int], timeout_s: float = 20.0) -> bool:
    """Wait until none of these processes is left (an orphan's zombie counts as gone: its reaper is another)."""
    left = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
        except psutil.NoSuchProcess:
            continue
    _, alive = psutil.wait_procs(left, timeout=timeout_s)
    return all(_is_zombie(each) for each in alive)


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_is_left_when_the_command_dies_by_a_signal(how: signal.Signals) -> None:
    """Broker, worker and watcher are gone and so is the folder, although the command did not clean up."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(sleeper=SLEEPER)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as command:
        assert command.stdout is not None
        told = json.loads(command.stdout.readline())
        assert all(psutil.pid_exists(pid) for pid in told["pids"])
        assert Path(told["folder"]).is_dir()

        os.killpg(command.pid, how)
        command.wait(20)

        assert gone(told["pids"])
        assert not Path(told["folder"]).exists()


def test_leaving_the_block_ends_the_processes_and_removes_the_folder() -> None:
    with Children() as children:
        child = children.start("sleeper", SLEEPER)
        assert child.running
        assert psutil.pid_exists(child.pid)

    assert gone([child.pid, children.watcher_pid])
    assert not children.folder.exists()


def test_an_end_is_told_with_its_code_and_its_last_words() -> None:
    with Children() as children:
        child = children.start("short", [sys.executable, "-c", "print('one'); print('two'); raise SystemExit(7)"])

        assert child.wait(20) == 7
        assert child.last_lines(1) == "two"


def test_a_signal_reaches_the_child_and_its_name_may_be_used_again() -> None:
    with Children() as children:
        first = children.start("worker", SLEEPER)
        first.signal(signal.SIGKILL)
        assert first.wait(20) == -signal.SIGKILL

        second = children.start("worker", SLEEPER)
        assert second.running
        assert second.pid != first.pid


def test_environment_and_folder_are_the_ones_asked_for(tmp_path: Path) -> None:
    code = "import os; print(os.environ['BIRD'], os.getcwd())"
    with Children() as children:
        child = children.start("env", [sys.executable, "-c", code], env={"BIRD": "canary"}, cwd=tmp_path)

        assert child.wait(20) == 0
        assert child.last_lines() == f"canary {tmp_path}"


def test_a_program_that_does_not_exist_is_named() -> None:
    with Children() as children, pytest.raises(ChildError, match=r"cannot start ghost: .*no-such-program"):
        children.start("ghost", ["no-such-program"])


def test_children_end_even_when_the_watcher_itself_is_killed() -> None:
    with Children() as children:
        child = children.start("sleeper", SLEEPER)
        psutil.Process(children.watcher_pid).kill()

    assert gone([child.pid])
    assert not children.folder.exists()
