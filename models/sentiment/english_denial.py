"""What English denies from further away than three words: "never had a single problem", "not … good at all".

`models.sentiment.english` asks here after it has looked at the three words before a term, and where a text ends in a
bare denial or says "at all".
"""

from typing import Final

from models.sentiment.english_tables import NEGATE, NEGATE_NEAR

NEAR_WORDS: Final = 3
"""So far before a term a negator acts whatever stands between them."""
_FAR_WORDS: Final = 8
"""So far it acts where only light words stand between them, or where "at all" follows."""
_AT_ALL_WORDS: Final = 10
LIGHT: Final = frozenset({
    "a", "an", "the", "any", "single", "one", "to", "be", "been", "had", "have", "has", "of", "that", "it", "is", "was",
    "were", "are", "this", "these", "those", "my", "me", "us", "as", "in", "way", "anything", "ever", "such", "think",
    "find", "found", "say", "feel", "felt", "believe", "call", "they", "he", "she", "you", "there", "about", "at",
    "all", "what", "would", "called",
})  # fmt: skip
"""Words across which a negator reaches: they bring no thought of their own in."""
_NOT_SAID: Final = frozenset({
    "it", "i", "he", "she", "they", "we", "you", "this", "that", "is", "was", "were", "are", "am", "be", "been", "did",
    "do", "does", "has", "have", "had", "will", "would", "could", "really", "just", "actually", "sadly",
    "unfortunately", "definitely", "certainly", "so", "at", "all",
})  # fmt: skip
"""Words that may stand beside the negator in a bare "…, but it was not"."""


_ALONE: Final = frozenset({
    "not", "can't", "cant", "cannot", "doesn't", "doesnt", "didn't", "didnt", "isn't", "isnt", "wasn't", "wasnt",
    "weren't", "couldn't", "couldnt", "wouldn't", "wouldnt", "never", "nothing", "nobody", "none", "neither", "nowhere",
})  # fmt: skip
"""Denials that by themselves are a mild complaint; "don't", "haven't" and "won't" are as often none."""
_NO_COMPLAINT: Final = frozenset({
    "sure", "know", "knew", "remember", "recall", "need", "want", "mind", "only", "yet", "decided", "think", "see",
    "to", "in", "urgent", "been", "be", "have", "a", "my", "the", "if", "for", "or", "on", "at", "under", "by", "from",
    "with", "of", "here", "mine", "because", "average",
})  # fmt: skip
"""What follows a denial of knowing, wanting or being; it says nothing of the company."""
_OWN: Final = frozenset({"do", "have", "will", "i'm", "am", "if", "or", "why", "are"})
"""Words before "not" that make it the writer's own plan or state."""


def lone_denial(words: list[str], text: str) -> int:
    """Give the place of the denial that makes a text without a term a mild complaint, or -1: "nothing fits"."""
    if _ALONE.isdisjoint(words) or "?" in text:
        return -1
    for at, word in enumerate(words):
        if (
            word in _ALONE
            and (at + 1 < len(words) and words[at + 1] not in _NO_COMPLAINT)
            and (at == 0 or words[at - 1] not in _OWN)
        ):
            return at
    return -1


def denied_from_afar(words: list[str], at: int, window: int, modifiers: dict[str, float]) -> bool:
    """Say whether a negator acts on place `at` over more than three words, all of them light."""
    if at <= NEAR_WORDS or words[at - 2] not in LIGHT or words[at - NEAR_WORDS] not in LIGHT:
        return False
    back = at - 1
    first = max(window, at - _FAR_WORDS)
    while back > first and words[back] in LIGHT:
        back -= 1
    return at - back > NEAR_WORDS and back >= first and modifiers.get(words[back]) == NEGATE


def denied_by_at_all(words: list[str], at: int, modifiers: dict[str, float]) -> bool:
    """Say whether a negator that is too far away for the term at place `at` belongs to an "at all" behind it.

    "At all" asks for a negator; where none stands near, it is the one further away in the same clause.
    """
    for back in range(at - 1, max(0, at - _AT_ALL_WORDS) - 1, -1):
        if words[back] == "but":
            return False
        if modifiers.get(words[back], 0.0) >= NEGATE_NEAR:
            return at - back > NEAR_WORDS
    return False


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
