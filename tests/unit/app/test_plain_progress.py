"""Lines about long work, for whoever reads a log instead of a terminal."""

import os
import subprocess
import sys

import pytest

from app.cli.verify_progress import Progress
from app.plain_progress import PlainProgress
from tests.seconds import Seconds


def test_a_phase_is_told_once_and_then_each_quarter_of_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = Seconds()
    progress = PlainProgress(seconds)
    for fed in range(80):
        progress.update("steady", f"{fed} fed")
        seconds.now += 0.5
    progress.update("impact")

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "kanarya: steady, 0 fed, 0 s",
        "kanarya: steady, 30 fed, 15 s",
        "kanarya: steady, 60 fed, 30 s",
        "kanarya: impact, 40 s",
    ]


def test_verify_tells_fault_phase_and_records(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.show("sigkill", "steady", 0, 12_100)
        progress.show("sigkill", "impact", 2400, 12_100)
        progress.show("sigterm", "impact", 2400, 12_100)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "kanarya: sigkill: steady, 0 of 12,100, 0 s",
        "kanarya: sigkill: impact, 2,400 of 12,100, 0 s",
        "kanarya: sigterm: impact, 2,400 of 12,100, 0 s",
    ]


def test_a_reader_who_has_gone_does_not_stop_the_work() -> None:
    read, write = os.pipe()
    os.close(read)
    words = "from app.plain_progress import PlainProgress; PlainProgress().update('phase'); print('done')"
    done = subprocess.run([sys.executable, "-c", words], stdout=subprocess.PIPE, stderr=write, text=True, check=False)
    os.close(write)

    assert done.stdout == "done\n"
