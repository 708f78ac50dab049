"""Says when partitions are taken away and handed out anew; `app.engine.application` tells of both.

Faust's protocol is eager: a worker gives all of its partitions back, and gets most of them again.
"""

import time
from collections.abc import Callable, Set
from typing import Final

import structlog

log = structlog.get_logger()


class Rebalances:
    """What a worker holds, by partition number."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._monotonic_s: Final = monotonic_s
        self._held: frozenset[int] = frozenset()
        self._began_s: float | None = None

    def begin(self) -> None:
        """The group has a member more or less, and waits until all have given back what they hold."""
        if self._began_s is not None:
            return  # another one came before this one's end
        self._began_s = self._monotonic_s()
        if self._held:
            log.info("rebalance_began", partitions=sorted(self._held))

    def end(self, partitions: Set[int], standby: Set[int], generation: int) -> None:
        """The group has handed out its partitions.

        Args:
            partitions: this worker's.
            standby: those that it follows for others.
            generation: of the group; it rises with each rebalance.
        """
        now_s = self._monotonic_s()
        began_s = now_s if self._began_s is None else self._began_s
        log.info(
            "rebalance_ended",
            partitions=sorted(partitions),
            gained=sorted(partitions - self._held),
            lost=sorted(self._held - partitions),
            took_s=round(now_s - began_s, 2),
            generation=generation,
            **({"standby": sorted(standby)} if standby else {}),
        )
        self._held, self._began_s = frozenset(partitions), None
