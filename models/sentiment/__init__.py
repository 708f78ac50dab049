"""Sentiment: what the customer's words say about the customer's feeling.

The batch's texts go through `Scorer.score_many` once; reading order: `scored` (what comes out), `rules` (who scores
what), `language`, `english` and its siblings (the rules of a language), `lexicon` (the format of the data), `shipped`
(which data make up what). The data lie in `data/`, their origin in NOTICE; docs/sentiment.md says what this can and
cannot do.
"""

from models.sentiment.explained import Explained, Hit, LanguageScorer
from models.sentiment.lexicon import SIGNALS, LexiconError
from models.sentiment.rules import RuleScorer
from models.sentiment.scored import Scored, Scorer
from models.sentiment.shipped import built_in

__all__ = [
    "SIGNALS", "Explained", "Hit", "LanguageScorer", "LexiconError", "RuleScorer", "Scored", "Scorer", "built_in",
]  # fmt: skip
