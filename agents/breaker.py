"""Whether what comes in is bad for one cause, a bad deploy of a producer or of ours, and not a bad record now and then.

`agents.profiles` asks after each fold, before anything of it is written; a batch that trips the breaker is held
(`agents.holds`). Single bad records become dead letters and cost nobody anything. When nearly all are bad, that would
empty the input into the dead letter topic, and a customer's touchpoints would have to be put back by hand, in disorder.
"""

from collections.abc import Mapping, Sequence

import msgspec

from agents.batch import Record
from models.dead_letter import REDRIVES


class BreakerLimits(msgspec.Struct, frozen=True):
    """When a partition of an input topic is held; the settings `breaker_*` give the numbers and their reasons."""

    run: int = 1000
    """So many bad records in a row."""
    window: int = 10_000
    """Or, of so many newest records,"""
    share: float = 0.5
    """at least this share bad, above 0 and at most 1. Fewer records than the window never trip by it."""
    retry_s: float = 60.0
    """Seconds from one try of a held batch to the next."""


class Breaker:
    """What was read of one topic partition since it was opened: good or bad, newest last."""

    def __init__(self, limits: BreakerLimits, applied: int) -> None:
        """`applied`: the highest offset that an earlier owner has dealt with; up to it nothing counts, good or bad."""
        self._limits, self._applied = limits, applied
        self._newest = b""
        """A byte for each of the newest records, 1 for a bad one; at most `window` or `run` of them."""

    def trips(self, records: Sequence[Record], bad: Mapping[int, str]) -> str | None:
        """Why these records must be held, in words; None, and they are counted, if they may pass.

        Args:
            records: a whole batch, ascending by offset.
            bad: offset -> reason of those that would become dead letters.

        A bad record that was a dead letter before and was sent back does not count: somebody wanted it tried.
        """
        limits = self._limits
        fresh = self._outcomes(records, bad)
        known = self._newest + fresh
        if b"\1" * limits.run in known[-(len(fresh) + limits.run - 1) :]:
            return f"{limits.run} records in a row are bad"
        if self._share_reached(known, len(fresh)):
            return f"{limits.share:.0%} of the newest {limits.window} records are bad"
        self._newest = known[-max(limits.window, limits.run) :]
        return None

    def _outcomes(self, records: Sequence[Record], bad: Mapping[int, str]) -> bytes:
        applied = self._applied
        if records[0].offset <= applied:
            records = [record for record in records if record.offset > applied]
        if not bad:
            return bytes(len(records))
        return bytes(
            [
                record.offset in bad
                for record in records
                if record.offset not in bad or not any(name == REDRIVES for name, _ in record.headers)
            ]
        )

    def _share_reached(self, known: bytes, fresh: int) -> bool:
        """Whether any window that ends with a fresh record has the share."""
        window = self._limits.window
        least = self._limits.share * window
        if len(known) < window or known.count(1) < least:  # the usual case, without a look at each record
            return False
        first = max(len(known) - fresh + 1, window)
        bad = known[first - window : first].count(1)
        for end in range(first, len(known)):
            if bad >= least:
                return True
            bad += known[end] - known[end - window]
        return fresh > 0 and bad >= least
