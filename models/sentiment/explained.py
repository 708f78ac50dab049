"""How a score came about, and what the rules of one language promise.

`models.sentiment.rules.RuleScorer` asks a `LanguageScorer` for each text of its language: `score` on the path of the
stream, `explain` for `kanarya sentiment`. Both walk the same rules; `explain` also writes down what it met. No logic
here.
"""

from typing import Protocol

import msgspec

from models.sentiment.scored import Scored


class Hit(msgspec.Struct, frozen=True):
    """One term that was found, and what became of its weight."""

    term: str
    """As it stands in the lexicon, or the sign itself."""
    weight: float
    """What the lexicon says, -4..4."""
    counted: float
    """What it added to the sum, after everything that acted on it; 0 when it only raised a signal."""
    why: tuple[str, ...]
    """What acted on it, in words: `negated`, `boosted`, `weakened`, `after "but"`, `irony` ...; empty for nothing."""
    tag: str
    """The signal it raised, or empty."""


class Explained(msgspec.Struct, frozen=True):
    """A score with everything that led to it."""

    scored: Scored
    """Equal to what `score` gives for the same text."""
    found: tuple[Hit, ...]
    """In order of appearance; also those that were read and then set aside."""


class LanguageScorer(Protocol):
    """The rules of one language over its compiled tables; holds no state, may be shared."""

    def score(self, text: str) -> Scored:
        """Score one text of any length and content; never raises, equal texts give equal results everywhere."""

    def explain(self, text: str) -> Explained:
        """Score it and say why; slower."""
