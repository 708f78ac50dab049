"""How busy the worker is: whether it has time to spare for what can wait.

`app.topology` makes one for all lanes; `agents.views` asks it before public profiles are rendered.
"""

from collections.abc import Callable
from typing import Final

_WINDOW_S: Final = 0.5
"""A share is measured over at least so long."""
_HIGH: Final = 0.85
"""Of one core, which is all that Python threads have together. Beyond it waits grow fast."""
_LOW: Final = 0.55
"""A worker that put off what can wait is busy until its share is below this one: what it puts off is a third of its
work."""


class Load:
    """A worker's share of a core's time, looked at when asked."""

    def __init__(self, monotonic_s: Callable[[], float], used_s: Callable[[], float]) -> None:
        """`used_s`: processor time that the process has used."""
        self._monotonic_s, self._used_s = monotonic_s, used_s
        self._since_s, self._used_before_s = monotonic_s(), used_s()
        self._is_high = False

    def is_high(self) -> bool:
        """Whether the worker needed most of the time since the last look."""
        now_s = self._monotonic_s()
        past_s = now_s - self._since_s
        if past_s >= _WINDOW_S:
            used_s = self._used_s()
            self._is_high = (used_s - self._used_before_s) / past_s >= (_LOW if self._is_high else _HIGH)
            self._since_s, self._used_before_s = now_s, used_s
        return self._is_high
