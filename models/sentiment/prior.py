"""The learned part of Korean: how far the runs of characters in a text lean towards good or bad.

`models.sentiment.korean` asks `Prior.leaning` for each text of whose words the lexicon knows too little. The table is
trained by benchmarks/korean_prior.py; docs/korean-prior.md is its model card.
"""

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Final

import ahocorasick_rs

SCALE: Final = 12.0
"""The table holds whole twelfths."""


def spaced(text: str) -> str:
    """Write a text as the prior reads it: lower case, one space between words and at both ends."""
    return in_blanks(text.lower())


def in_blanks(text: str) -> str:
    """Write a text that has no capitals as `spaced` does."""
    if "  " in text or "\n" in text or "\t" in text:
        text = " ".join(text.split())
    return f" {text.strip()} "


def finder(grams: Sequence[str]) -> Callable[[str], list[str]]:
    """Take a text apart: from the left the longest n-gram that stands there, none overlapping."""
    longest = ahocorasick_rs.MatchKind.LeftmostLongest
    # It gives back the very strings it keeps, whose hashes are known: quicker than to count where each match stands.
    automaton = ahocorasick_rs.AhoCorasick(grams, matchkind=longest, store_patterns=True)
    find: Callable[[str], list[str]] = automaton.find_matches_as_strings
    return find


class Prior:
    """A logistic model without intercept over the n-grams of a text; no state, may be shared."""

    def __init__(self, table: str) -> None:
        """Take the contents of `data/prior_ko.tsv`.

        Raises:
            ValueError: a weight is not a whole number.
        """
        weights: dict[str, int] = {}
        for line in table.splitlines():
            if not line.startswith("# "):
                weight, *some = line.split("\t")
                weights |= dict.fromkeys([gram.replace("_", " ") for gram in some], int(weight))
        self._weight: Final = weights.__getitem__
        self._find: Final = finder(list(weights))

    def leaning(self, text: str) -> float:
        """Give how far a text leans, in the unit of the lexicon's weights, -20..20; 0 when nothing is known.

        `text` is as `spaced` writes it. The weights are whole numbers: their sum does not depend on an order, and a
        root is exact everywhere.
        """
        found = self._find(text)
        if not found:
            return 0.0
        total = sum(map(self._weight, found))
        return total / (SCALE * sqrt(len(found)))
