"""The English rules: one text in, one `Scored` out, in one loop over its words.

`models.sentiment.rules.RuleScorer.score_many` calls `score` for each text read as English. The arithmetic is VADER's
(Hutto and Gilbert 2014): words weigh -4..4, words up to three places before strengthen, weaken or turn them, what
follows "but" counts threefold what precedes it, and the sum z becomes z / sqrt(z * z + 15).

A matched phrase is one term: its words count neither by themselves nor as modifiers of what follows. Plain functions
over `str`, `dict` and `list`, so that this module can be compiled without a change.
"""

import re
from math import sqrt
from typing import Final

from models.sentiment.lexicon import ALONE, BUT, NEGATE, NEGATE_NEAR, PHRASE, Phrase, Rules
from models.sentiment.scored import Scored

HEAD_CHARS: Final = 1_000
TAIL_CHARS: Final = 300
"""A longer text is scored by its first 1,000 and last 300 characters: the cost stays bounded."""

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


def score(text: str, rules: Rules) -> Scored:
    """Score one English text of any length and content.

    Args:
        text: what was said; longer than 1,300 characters is cut (see `HEAD_CHARS`).
        rules: the compiled lexicon.

    Returns:
        score_milli -1000..1000, rounded half to even; equal texts give equal results on every machine.
    """
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        text = text[:HEAD_CHARS] + " " + text[-TAIL_CHARS:]
    signs = 0.0
    worst = 0.0
    hits = 0
    if text.isascii():
        raw = text.encode()
    else:
        parts = _EMOJI.split(text)
        for sign in parts[1::2]:
            weight = rules.emoji.get(sign, 0.0)
            if weight:
                signs += weight
                worst = min(worst, weight)
                hits += 1
        text = _PUNCTUATION.sub(" ", " ".join(parts[::2]).replace("’", "'").replace("‘", "'"))
        if not text.isascii():
            text = text.lower()
        raw = text.encode("utf-8", "replace")
    marks = raw.translate(None, _COMMON)
    exclaims = 0
    if marks:
        exclaims = marks.count(b"!")
        if exclaims < len(marks):
            emoticons = rules.emoticons
            for token in text.lower().split():
                if token in emoticons:
                    signs += emoticons[token]
                    hits += 1
            if b"@" in marks or b"://" in raw:
                raw = without_addresses(text).encode("utf-8", "replace")
    z, said, signals = _sum(split_words(raw), rules)
    hits += said
    if not hits:
        return Scored(0, 0, "en", signals) if signals else _NO_EVIDENCE
    if signs:
        # Kind words under an angry face are irony: the face alone counts.
        z = signs if worst <= _STRONG_EMOJI and signs < 0.0 < z else z + signs
    if exclaims and z:
        emphasis = _EXCLAIM * min(exclaims, 4)
        z += emphasis if z > 0.0 else -emphasis
    return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, "en", signals)


def split_words(raw: bytes) -> list[str]:
    """Split UTF-8 text into lower-case words without punctuation; inner apostrophes stay."""
    spaced = raw.translate(_WORDS).decode()
    if "'" in spaced:
        spaced = spaced.replace(" '", " ").replace("' ", " ").strip("'")
    return spaced.split()


def _sum(words: list[str], rules: Rules) -> tuple[float, int, tuple[str, ...]]:
    """Add up the terms found in lower-case words; gives the sum, how many counted, and the signals."""
    terms = rules.terms
    look = terms.get
    modifiers = rules.modifiers
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
                        return z * _TURN, hits, signals
                    z *= 0.5
                    factor = 1.5
                continue
            matched = _match(words, at, rules.phrases[int(weight - PHRASE)])
            if matched is None:
                continue
            length, _, weight, acts, tag = matched
            if length > 1:
                taken = at + length
        if word == "no" and taken <= at and _begins_term(words, at + 1, rules):
            continue  # it turns the next term instead of standing for itself
        if acts and at > window:
            weight = _in_context(weight, words, at, window, modifiers)
            if tag and _turned(words, at, window, modifiers):
                tag = ""
        if tag and tag not in signals:
            signals = (*signals, tag)
        if weight:
            hits += 1
            z += weight * factor
    return z, hits, signals


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


def _begins_term(words: list[str], at: int, rules: Rules) -> bool:
    """Say whether a term, word or phrase, stands at place `at`."""
    weight = rules.terms.get(words[at]) if at < len(words) else None
    if weight is None or weight == BUT:
        return False
    return weight < BUT or _match(words, at, rules.phrases[int(weight - PHRASE)]) is not None


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
