"""A signal wakes a loop that waits, whenever it comes."""

import asyncio
import os
import signal
import threading
from types import FrameType

from app.cli.woken import woken_by_signals

LONG_S = 30.0


async def test_what_a_handler_leaves_for_the_loop_is_done_at_once() -> None:
    """The handler only leaves a note, as one does that runs just before the loop goes to wait."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def leave_a_note(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon(told.set)  # wakes nobody

    before = signal.signal(signal.SIGUSR1, leave_a_note)
    sender = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
    try:
        with woken_by_signals():
            sender.start()
            async with asyncio.timeout(LONG_S):
                await told.wait()
    finally:
        sender.join()
        signal.signal(signal.SIGUSR1, before)

    assert signal.set_wakeup_fd(-1) == -1, "it is as it was"
