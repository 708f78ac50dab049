"""The basic tier: German, French, Spanish, Portuguese, Italian, each by one small hand-made list.

`models.sentiment.rules.RuleScorer` calls `BasicScorer.score` for a text in one of them. Accents and case do not
matter; a term of five letters and more is the beginning of words, a shorter one a whole word, the longest wins. One of
a language's negators up to three words before a term turns it; a booster strengthens it. No grammar beyond that:
docs/sentiment.md says how far it goes.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Final

import ahocorasick_rs

from models.sentiment.explained import Explained, LanguageScorer
from models.sentiment.lexicon import Lexicon
from models.sentiment.scored import Scored
from models.sentiment.signs import EMPHASIS, emoji_of, exclaims_of, is_irony
from models.sentiment.trace import Trace

_PLAIN: Final = {
    **dict.fromkeys("àáâãäå", "a"), **dict.fromkeys("èéêë", "e"), **dict.fromkeys("ìíîï", "i"), "ç": "c", "ñ": "n",
    **dict.fromkeys("òóôõö", "o"), **dict.fromkeys("ùúûü", "u"), "ß": "ss", "œ": "oe", "æ": "ae",
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), " "),  # halves of characters, which a broken producer may send
    **dict.fromkeys(".,!?;:()\"'’“”«»¿¡…/\n\t-", " "),
}  # fmt: skip
_FOLD: Final = str.maketrans(_PLAIN)
_WHOLE_CHARS: Final = 5
"""A term with fewer letters is a whole word."""
_REACH_WORDS: Final = 3
_REACH_CHARS: Final = 40
_TURN: Final = -0.74
_BOOST: Final = 0.293

NEGATORS: Final = {
    "de": frozenset(
        ["nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "ohne", "weder", "kaum"]
    ),
    "fr": frozenset({"pas", "jamais", "aucun", "aucune", "sans", "ni", "guere"}),
    "es": frozenset({"no", "nunca", "jamas", "sin", "ni", "ningun", "ninguna", "tampoco"}),
    "pt": frozenset({"nao", "nunca", "jamais", "sem", "nem", "nenhum", "nenhuma"}),
    "it": frozenset({"non", "mai", "senza", "ne", "nessun", "nessuna"}),
}
BOOSTERS: Final = {
    "de": frozenset({"sehr", "so", "wirklich", "total", "absolut", "extrem", "besonders", "echt"}),
    "fr": frozenset({"tres", "vraiment", "tellement", "trop", "extremement", "absolument", "si"}),
    "es": frozenset({"muy", "tan", "realmente", "super", "totalmente", "demasiado", "bastante"}),
    "pt": frozenset({"muito", "muita", "tao", "realmente", "super", "totalmente", "demais", "bastante"}),
    "it": frozenset({"molto", "tanto", "davvero", "veramente", "super", "totalmente", "troppo", "assai"}),
}


class BasicScorer:
    """The rules over one language's list; see `models.sentiment.explained.LanguageScorer`."""

    def __init__(self, language: str, lexicon: Lexicon, emoji: Mapping[str, float]) -> None:
        """Compile the list."""
        self._language: Final = language
        self._emoji: Final = emoji
        self._terms: Final = list(lexicon.items())
        self._negators, self._boosters = NEGATORS[language], BOOSTERS[language]
        self._find: Final = ahocorasick_rs.AhoCorasick(
            [_pattern(key) for key in lexicon], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        ).find_matches_as_indexes

    def score(self, text: str) -> Scored:
        """Score one text."""
        return self._read(text, None)

    def explain(self, text: str) -> Explained:
        """Score one text and say why."""
        trace = Trace()
        return Explained(self._read(text, trace), trace.hits())

    def _read(self, text: str, trace: Trace | None) -> Scored:
        signs, worst, hits = emoji_of(text, self._emoji, trace)
        of_signs = 0 if trace is None else len(trace)
        plain = _spaced(text)
        z = 0.0
        signals: dict[str, None] = {}
        taken = 0  # what stands before this place belongs to a matched phrase
        for place, start, end in self._find(plain):
            key, term = self._terms[place]
            before = plain[max(taken, start - _REACH_CHARS) : start]
            weight, why, turned = self._in_context(term.weight, before, term.turns)
            if " " in key:
                taken = end
            tag = "" if turned else term.tag
            if tag:
                signals[tag] = None
            if weight:
                hits += 1
                z += weight
            if trace is not None and not term.silent:
                trace.add(key, term.weight, weight, why, tag)
        if is_irony(worst, signs, z):
            z = signs
            if trace is not None:
                trace.change(0.0, "irony: the sign says the opposite", since=of_signs)
        else:
            z += signs
        if z and (emphasis := EMPHASIS * exclaims_of(text)):
            z += emphasis if z > 0.0 else -emphasis
            if trace is not None:
                trace.add("!", EMPHASIS, emphasis if z > 0.0 else -emphasis, ("emphasis",))
        return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, self._language, tuple(signals))

    def _in_context(self, weight: float, before: str, acts: bool) -> tuple[float, list[str], bool]:
        """Let the words before a term act on its weight; gives it, why, and whether it was turned."""
        why: list[str] = []
        turned = False
        for word in before.split()[-_REACH_WORDS:] if acts and weight else ():
            if word in self._negators:
                turned = not turned
                why.append(f'negated by "{word}"')
            elif word in self._boosters:
                weight += _BOOST if weight > 0 else -_BOOST
                why.append(f'boosted by "{word}"')
        return weight * _TURN if turned else weight, why, turned


def folded(text: str) -> str:
    """Lower case without accents, punctuation as blanks."""
    return text.lower().translate(_FOLD)


def _spaced(text: str) -> str:
    """Words with two blanks between and around them, so that a whole word leaves one to the word after it."""
    return "  ".join(["", *folded(text).split(), ""])


def _pattern(term: str) -> str:
    plain = _spaced(term)[1:-2]
    return plain + " " if len(plain) - 1 < _WHOLE_CHARS else plain


def build(language: str) -> Callable[[Lexicon, Mapping[str, float], Mapping[str, bytes]], LanguageScorer]:
    """Give the builder of one language, as `models.sentiment.shipped` wants it."""

    def built(lexicon: Lexicon, emoji: Mapping[str, float], others: Mapping[str, bytes]) -> LanguageScorer:
        del others
        return BasicScorer(language, lexicon, emoji)

    return built
