"""The comparison in a thread of its own: it says how far it is, and ends soon when the run is broken off.

`play` calls `compare` once all topics are read; what is compared with what stands in `verdict`.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Final

from app.dev.simulate.record import Record
from app.verify.outcome import Outcome
from app.verify.verdict import Verdict, judge

_SHOW_S: Final = 0.25


class BrokenOffError(Exception):
    """Nobody waits for the verdict any more."""


async def compare(outcome: Outcome, fed: Sequence[Record], topic: str, show: Callable[[int, int], None]) -> Verdict:
    """As `judge`; `show` is told the steps done and those in all, a few times a second.

    Cancelled, it returns once its thread has ended, which takes no more than one step of the reference.
    """
    steps = len(outcome.inputs) + len(outcome.profiles)
    done = 0
    broken_off = threading.Event()

    def step() -> None:
        nonlocal done
        if broken_off.is_set():
            raise BrokenOffError
        done += 1

    judging = asyncio.get_running_loop().run_in_executor(None, judge, outcome, fed, topic, step)
    try:
        while not judging.done():
            show(min(done, steps), steps)
            await asyncio.wait({judging}, timeout=_SHOW_S)
        return judging.result()
    finally:
        broken_off.set()
        await asyncio.wait({judging})
        judging.exception()  # seen: of a run that is broken off nothing else is told
