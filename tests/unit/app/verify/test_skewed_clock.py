"""Another clock for a process: the date is another one, what measures a duration is not."""

import os
import subprocess
import sys
import time

import pytest

from app.verify import skewed_clock
from app.verify.fault import Fault, lacks
from app.verify.faults import registry

TELL = "import time; print(time.time(), time.monotonic())"


@pytest.mark.skipif(skewed_clock.library() is None, reason=f"no libfaketime: {skewed_clock.MEND}")
@pytest.mark.parametrize("ahead_s", [3600, -3600])
def test_a_process_sees_the_date_ahead_or_behind_and_a_true_monotonic_clock(ahead_s: int) -> None:
    env = os.environ | skewed_clock.environ(ahead_s)
    before_s, began_s = time.time(), time.monotonic()
    told = subprocess.run([sys.executable, "-c", TELL], env=env, capture_output=True, text=True, check=True)
    at_s, monotonic_s = map(float, told.stdout.split())

    assert before_s - 1 <= at_s - ahead_s <= time.time() + 1
    assert began_s <= monotonic_s <= time.monotonic()


def test_without_the_library_the_fault_is_left_out_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    skew: Fault = registry()["skew"]
    monkeypatch.setattr(skewed_clock, "library", lambda: None)

    assert "libfaketime" in (lacks(skew, "kafka") or "")
    assert lacks(registry()["steady"], "kafka") is None
