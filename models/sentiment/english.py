"""The English rules: one text in, one `Scored` out, in one loop over its words.

`models.sentiment.rules.RuleScorer` calls `EnglishScorer.score` for each text tagged as English and `score_or_leave` for
one of ASCII letters that nobody tagged. The arithmetic is VADER's
(Hutto and Gilbert 2014): words weigh -4..4, words up to three places before strengthen, weaken or turn them, what
follows "but" counts threefold what precedes it, and the sum z becomes z / sqrt(z * z + 15).

A matched phrase is one term: its words count neither by themselves nor as modifiers of what follows. Plain functions
over `str`, `dict` and `list`, so that this module can be compiled without a change.
"""

import re
from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Final

from models.sentiment.english_tables import ALONE, BUT, NEGATE, NEGATE_NEAR, PHRASE, Phrase, Tables, compile_tables
from models.sentiment.explained import Explained
from models.sentiment.language import ENGLISH, vote
from models.sentiment.lexicon import Lexicon
from models.sentiment.scored import Scored
from models.sentiment.trace import Trace

MODIFIERS: Final = "modifiers_en.tsv"

_NO_SIGNALS: Final[tuple[str, ...]] = ()
_NO_EVIDENCE: Final = Scored(0, 0, "en", _NO_SIGNALS)
_TURN: Final = -0.74
_EXCLAIM: Final = 0.292
_STRONG_EMOJI: Final = -2.0

_KEPT: Final = frozenset(b"'_0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS: Final = bytes(c + 32 if 65 <= c <= 90 else c if c in _KEPT or c >= 128 else 32 for c in range(256))
"""Lowers ASCII letters and blanks punctuation in one pass; UTF-8 bytes of other letters stay."""
_COMMON: Final = bytes(c for c in range(256) if c not in b"!:;=<>^|\\{}[]@")
"""Deleting these leaves the marks that need a second look: exclamation, emoticons, addresses."""
_EMOJI: Final = re.compile("([\u2300-\u2bff\U0001f000-\U0001faff])")
"""The blocks that hold emoji: two ranges are quick to scan; which of them mean something, the table says."""
_PUNCTUATION: Final = re.compile("[\u00ab\u00b7\u00bb\u2010-\u2017\u201c-\u201f\u2022\u2026]")
"""Dashes, quotation marks, bullets and the ellipsis that typing aids put in."""
_NOT_SAID: Final = frozenset({
    "it", "i", "he", "she", "they", "we", "you", "this", "that", "is", "was", "were", "are", "am", "be", "been", "did",
    "do", "does", "has", "have", "had", "will", "would", "could", "really", "just", "actually", "sadly",
    "unfortunately", "definitely", "certainly", "so", "at", "all",
})  # fmt: skip
"""Words that may stand beside the negator in a bare "…, but it was not"."""


class EnglishScorer:
    """The rules over their tables; see `models.sentiment.explained.LanguageScorer`."""

    def __init__(self, tables: Tables) -> None:
        self._tables: Final = tables

    def score(self, text: str) -> Scored:
        """Score one English text."""
        return read(text, self._tables)

    def score_or_leave(self, text: str) -> Scored:
        """Score a text that is perhaps English; else 0 hits in the language it was taken for."""
        return read(text, self._tables, sure=False)

    def explain(self, text: str) -> Explained:
        """Score one English text and say why."""
        trace = Trace()
        scored = read(text, self._tables, trace=trace)
        return Explained(scored, trace.hits())


def build(lexicon: Lexicon, emoji: Mapping[str, float], others: Mapping[str, bytes]) -> EnglishScorer:
    """Compile the lexicon; `others` holds the modifiers."""
    return EnglishScorer(compile_tables(lexicon, others[MODIFIERS].decode(), emoji))


def read(text: str, tables: Tables, *, sure: bool = True, trace: Trace | None = None) -> Scored:
    """Score one text.

    Args:
        text: what was said; the cost grows with its length, callers bound it.
        tables: the compiled lexicon.
        sure: whether it is known to be English; else a text whose words belong to another language is left alone.
        trace: takes notes of every term.

    Returns:
        score_milli -1000..1000, rounded half to even; equal texts give equal results on every machine.
    """
    signs = 0.0
    worst = 0.0
    hits = 0
    if text.isascii():
        raw = text.encode()
    else:
        parts = _EMOJI.split(text)
        for sign in parts[1::2]:
            weight = tables.emoji.get(sign, 0.0)
            if weight:
                signs += weight
                worst = min(worst, weight)
                hits += 1
                if trace is not None:
                    trace.add(sign, weight, weight)
        text = _PUNCTUATION.sub(" ", " ".join(parts[::2]).replace("’", "'").replace("‘", "'"))
        if not text.isascii():
            text = text.lower()
        raw = text.encode("utf-8", "replace")
    marks = raw.translate(None, _COMMON)
    exclaims = 0
    if marks:
        exclaims = marks.count(b"!")
        if exclaims < len(marks):
            emoticons = tables.emoticons
            for token in text.lower().split():
                if token in emoticons:
                    signs += emoticons[token]
                    hits += 1
                    if trace is not None:
                        trace.add(token, emoticons[token], emoticons[token])
            if b"@" in marks or b"://" in raw:
                raw = without_addresses(text).encode("utf-8", "replace")
    words = split_words(raw)
    if not sure and ENGLISH.isdisjoint(words) and (language := vote(words)) != "en":
        return Scored(0, 0, language, _NO_SIGNALS)
    of_signs = 0 if trace is None else len(trace)
    z, said, signals = _sum(words, tables, trace)
    hits += said
    if not hits:
        return Scored(0, 0, "en", signals) if signals else _NO_EVIDENCE
    if signs:
        # Kind words under an angry face are irony: the face alone counts.
        if worst <= _STRONG_EMOJI and signs < 0.0 < z:
            z = signs
            if trace is not None:
                trace.change(0.0, "irony: the sign says the opposite", since=of_signs)
        else:
            z += signs
    if exclaims and z:
        emphasis = _EXCLAIM * min(exclaims, 4)
        z += emphasis if z > 0.0 else -emphasis
        if trace is not None:
            trace.add("!" * min(exclaims, 4), _EXCLAIM, emphasis if z > 0.0 else -emphasis, ("emphasis",))
    return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, "en", signals)


def split_words(raw: bytes) -> list[str]:
    """Split UTF-8 text into lower-case words without punctuation; inner apostrophes stay."""
    spaced = raw.translate(_WORDS).decode()
    if "'" in spaced:
        spaced = spaced.replace(" '", " ").replace("' ", " ").strip("'")
    return spaced.split()


def _sum(words: list[str], tables: Tables, trace: Trace | None) -> tuple[float, int, tuple[str, ...]]:
    """Add up the terms found in lower-case words; gives the sum, how many counted, and the signals."""
    terms = tables.terms
    look = terms.get
    modifiers = tables.modifiers
    of_signs = 0 if trace is None else len(trace)
    z = 0.0
    hits = 0
    signals = _NO_SIGNALS
    factor = 1.0
    taken = 0  # words before this place belong to a matched phrase
    for at, word in enumerate(words):
        weight = look(word)
        if weight is None or at < taken:
            continue
        window = taken
        acts = True
        tag = ""
        if weight >= BUT:
            if weight == BUT:
                if factor == 1.0:
                    if hits and denies(words, at + 1, modifiers):
                        if trace is not None:
                            trace.change(_TURN, "taken back at the end", since=of_signs)
                        return z * _TURN, hits, signals
                    z *= 0.5
                    factor = 1.5
                    if trace is not None:
                        trace.change(0.5, 'before "but"', since=of_signs)
                continue
            matched = _match(words, at, tables.phrases[int(weight - PHRASE)])
            if matched is None:
                continue
            length, _, weight, acts, tag = matched
            if length > 1:
                taken = at + length
        if word == "no" and taken <= at and _begins_term(words, at + 1, tables):
            continue  # it turns the next term instead of standing for itself
        plain = weight
        if acts and at > window:
            weight = _in_context(weight, words, at, window, modifiers)
            if tag and _turned(words, at, window, modifiers):
                tag = ""
        if tag and tag not in signals:
            signals = (*signals, tag)
        if weight:
            hits += 1
            z += weight * factor
        if trace is not None and (weight or tag):
            term = " ".join(words[at : max(taken, at + 1)])
            trace.add(term, plain, weight * factor, _why(words, at, window, modifiers, acts, factor), tag)
    return z, hits, signals


def _why(
    words: list[str], at: int, window: int, modifiers: dict[str, float], acts: bool, factor: float
) -> Iterator[str]:
    """Say in words what acted on the term at place `at`, the nearest first."""
    for back in range(at - 1, max(window, at - 3) - 1, -1) if acts else ():
        change = modifiers.get(words[back], 0.0)
        if change == NEGATE or (change == NEGATE_NEAR and at - back <= 2):
            yield f'negated by "{words[back]}"'
        elif change and change < NEGATE_NEAR:
            yield f'{"boosted" if change > 0 else "weakened"} by "{words[back]}"'
    if factor != 1.0:
        yield 'after "but"'


def _match(words: list[str], at: int, opened: dict[str, list[Phrase]]) -> Phrase | None:
    """Find the longest phrase that stands at place `at`; the opening word alone is the last resort."""
    found = opened.get(words[at + 1]) if at + 1 < len(words) else None
    if found is not None:
        for phrase in found:
            length = phrase[0]
            if length == 1 or words[at : at + length] == phrase[1]:
                return phrase
        return None
    alone = opened.get(ALONE)
    return alone[0] if alone is not None else None


def _begins_term(words: list[str], at: int, tables: Tables) -> bool:
    """Say whether a term, word or phrase, stands at place `at`."""
    weight = tables.terms.get(words[at]) if at < len(words) else None
    if weight is None or weight == BUT:
        return False
    return weight < BUT or _match(words, at, tables.phrases[int(weight - PHRASE)]) is not None


def _in_context(weight: float, words: list[str], at: int, window: int, modifiers: dict[str, float]) -> float:
    """Let the up to three words before place `at`, none before `window`, act on a weight, the nearest first."""
    change = modifiers.get(words[at - 1])
    if change is not None:
        weight = _modified(weight, change, 1.0)
    if at - 1 > window:
        change = modifiers.get(words[at - 2])
        if change is not None:
            weight = _modified(weight, change, 0.95)
        if at - 2 > window:
            change = modifiers.get(words[at - 3])
            if change is not None and change != NEGATE_NEAR:
                weight = _modified(weight, change, 0.9)
    return weight


def _modified(weight: float, change: float, share: float) -> float:
    """Apply one modifier; a booster counts for `share` of its strength."""
    if change >= NEGATE_NEAR:
        return weight * _TURN
    return weight + change * share if weight > 0.0 else weight - change * share


def _turned(words: list[str], at: int, window: int, modifiers: dict[str, float]) -> bool:
    """Say whether an odd number of negators acts on place `at`: "not broken" is no fault."""
    turned = False
    for back in range(at - 1, max(window, at - 3) - 1, -1):
        change = modifiers.get(words[back], 0.0)
        if change == NEGATE or (change == NEGATE_NEAR and at - back <= 2):
            turned = not turned
    return turned


def denies(words: list[str], start: int, modifiers: dict[str, float]) -> bool:
    """Say whether the words from `start` on only take back what was said: "…, but it was not"."""
    if not 0 < len(words) - start <= 8:
        return False
    negated = False
    for word in words[start:]:
        if modifiers.get(word, 0.0) >= NEGATE_NEAR:
            negated = True
        elif word not in _NOT_SAID:
            return False
    return negated


def without_addresses(text: str) -> str:
    """Leave out web and mail addresses and handles: their words are names, not feelings."""
    return " ".join([token for token in text.split() if "@" not in token and "://" not in token])
