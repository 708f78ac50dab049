"""Lets a signal wake a loop that waits: `app.cli.failure` runs in it what Ctrl-C must end at once.

`asyncio.run` takes Ctrl-C with a handler in Python. A signal that comes in the moment before the loop goes to wait for
the network only leaves a note for the interpreter, and a broker that says nothing would keep that note unread until a
time-out. With a byte written for each signal there is something to wake up for.
"""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

_MORE_THAN_COMES = 4096


@contextmanager
def woken_by_signals() -> Iterator[None]:
    """Within it the running loop wakes at each signal that Python handles. In the main thread only."""
    loop = asyncio.get_running_loop()
    ear, mouth = socket.socketpair()
    with ear, mouth:
        ear.setblocking(False)
        mouth.setblocking(False)
        loop.add_reader(ear, ear.recv, _MORE_THAN_COMES)
        before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(ear)
