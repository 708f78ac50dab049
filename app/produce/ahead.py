"""Reads a file ahead of the sending, in a thread; `app.produce.send` takes what is there.

So a pipe that says nothing for a while holds up neither the records that it gave before nor a Ctrl-C.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")

_MOST: Final = 4000
"""Items read and not yet taken."""


class ReadAhead(Generic[Item]):
    """The items of an iterable, taken as lists; the iterable is read in a thread of its own."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Must be made inside a running loop; reading begins at once."""
        self._items = items
        self._found: deque[Item] = deque()
        self._error: BaseException | None = None
        self._done = False
        self._stopped = False
        self._room = threading.Condition()
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        threading.Thread(target=self._read, name="read-ahead", daemon=True).start()

    async def take(self, within_s: float) -> list[Item] | None:
        """What has been read since; empty at the end, and once stopped; None if nothing comes within the time.

        Raises what reading raises, once everything before it is taken.
        """
        while True:
            with self._room:
                taken = list(self._found)
                self._found.clear()
                self._room.notify()
                done = self._done
                self._news.clear()
            if self._stopped:
                return []
            if taken:
                return taken
            if done:
                if self._error is not None:
                    raise self._error
                return []
            try:
                await asyncio.wait_for(self._news.wait(), within_s)
            except TimeoutError:
                return None

    def stop(self) -> None:
        """Read no further. The thread ends by itself, or with the process while it waits for a pipe."""
        with self._room:
            self._stopped = True
            self._room.notify()
        self._news.set()

    def _read(self) -> None:
        try:
            for item in self._items:
                with self._room:
                    while len(self._found) >= _MOST and not self._stopped:
                        self._room.wait()
                    if self._stopped:
                        return
                    self._found.append(item)
                    first = len(self._found) == 1
                if first:
                    self._tell(self._news.set)
        except BaseException as error:  # noqa: BLE001 - raised again where the items are taken
            self._error = error
        self._done = True
        self._tell(self._news.set)

    def _tell(self, what: Callable[[], None]) -> None:
        """Call in the loop's thread; nothing once the loop is closed."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)
