"""What a scorer promises: `Scored` for each text, and the `Scorer` seam.

The worker hands a batch's texts to `Scorer.score_many` in one call; `models.profile.feeling` turns a `Scored` into the
touchpoint's feeling. No logic here.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Scored(msgspec.Struct, frozen=True, gc=False):
    """What one text says about the writer's feeling."""

    score_milli: int
    """-1000 (worst) to 1000 (best); 0 when nothing was found."""
    hits: int
    """How many terms gave the score; 0 means no evidence, which is not the same as neutral."""
    language: str
    """Primary BCP 47 subtag the text was read as: the tag given, else a guess by script; `en` when nothing tells."""
    signals: tuple[str, ...]
    """Tags of the service phrases found, each once, in order of appearance; `models.sentiment.SIGNALS` lists them."""


class Scorer(Protocol):
    """Scores texts; deterministic, so that a replay gives the same numbers."""

    @property
    def name(self) -> str:
        """Name, version and hash of the data, as published in `scorer`; it changes when a score could change."""

    def score_many(self, texts: Sequence[str], languages: Sequence[str | None]) -> Sequence[Scored]:
        """Score each text; `languages` holds a BCP 47 tag or None for each.

        Raises:
            ValueError: the two have different lengths.
        """
