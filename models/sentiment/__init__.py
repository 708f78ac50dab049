"""Sentiment: what the customer's words say about the customer's feeling.

The batch's texts go through `Scorer.score_many` once; reading order: `scored` (what comes out), `rules` (who scores
what), `english` (the rules), `lexicon` (their tables), `language`. The data lie in `data/`, their origin in NOTICE;
docs/sentiment.md says what this can and cannot do.
"""

from models.sentiment.lexicon import SIGNALS, LexiconError
from models.sentiment.rules import RuleScorer, built_in
from models.sentiment.scored import Scored, Scorer

__all__ = ["SIGNALS", "LexiconError", "RuleScorer", "Scored", "Scorer", "built_in"]
