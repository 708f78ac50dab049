"""Waiting for what sends no event, a broker's state or another process's log: asked again until a deadline."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

LONG_S: Final = 60.0
"""Longer than a dead member's session and the rebalance behind it, on a machine that does other things too."""
_LOOK_AGAIN_S: Final = 0.03

T = TypeVar("T")


def until(answer: Callable[[], T], what: str, within_s: float = LONG_S) -> T:
    """The first true answer; fails the test with `what` when there is none in time."""
    deadline_s = time.monotonic() + within_s
    while not (told := answer()):
        assert time.monotonic() < deadline_s, f"not within {within_s:g} s: {what}; last answer: {told!r}"
        time.sleep(_LOOK_AGAIN_S)
    return told
