"""A scorer of somebody else's beside the rules: what it must offer, and how its answers are taken.

`app.scorer` finds plug-ins under the entry point group `kanarya.scorers` and guards their time; `taken` turns what one
says into `Scored`. The rules always run first: language, signals and hits stay theirs.
"""

import math
from collections.abc import Sequence
from typing import Protocol

from models.sentiment.scored import Scored


class PlugIn(Protocol):
    """What an entry point's function, called without arguments, has to give.

    For a replay to give the same numbers it has to be deterministic; that is promised for the built-in rules alone.
    """

    name: str
    """Shown in `scorer`."""
    version: str
    """Shown in `scorer`; changes when a score could change."""

    def score_many(
        self, texts: Sequence[str], languages: Sequence[str], ruled: Sequence[Scored]
    ) -> Sequence[float | None]:
        """Score a batch.

        Args:
            texts: what was said.
            languages: the primary subtag each is read as.
            ruled: what the rules found in each.

        Returns:
            For each text -1 (worst) to 1 (best), or None to leave it to the rules.
        """


def taken(ruled: Scored, said: float | None) -> Scored:
    """Put a plug-in's number in the place of the rules': clamped to -1..1, not a number counts as 0."""
    if said is None:
        return ruled
    value = float(said)
    milli = 0 if math.isnan(value) else round(max(-1.0, min(1.0, value)) * 1000)
    return Scored(milli, max(1, ruled.hits), ruled.language, ruled.signals)
