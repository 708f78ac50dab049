"""The English lexicon as the plain tables that `models.sentiment.english` looks words up in.

`models.sentiment.shipped` calls `compile_tables` once; a term is one whole word, a phrase of whole words, or an
emoticon.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from models.sentiment.english_closing import SIGN_OFF, SIGN_OFFS, TIMES, WISH, WISHED
from models.sentiment.lexicon import Lexicon, Term, cell, rows

NEGATE_NEAR: Final = 8.0
"""Code in `Tables.modifiers` of a negator that reaches two places; boosters are far below it."""
NEGATE: Final = 9.0
"""Code of a negator that reaches three places."""
CODED: Final = 40.0
"""From here on a value in `Tables.terms` is no plain weight but one of the following."""
NAMED: Final = 50.0
"""A value about NAMED is NAMED + the weight of a word that is also a name."""
BUT: Final = 99.0
"""Code of "but" in `Tables.terms`; plain weights lie in -4..4."""
PHRASE: Final = 100.0
"""From here on a value in `Tables.terms` is a key of `Tables.phrases`."""

AT_ALL: Final = "at all"
"""Stands in the place of a signal for the phrase "at all", which asks for a negator before the term before it."""

NAME: Final = "name"
"""Stands in the place of a signal for an opening word alone that is also a name."""

ASIDES: Final = frozenset({AT_ALL, NAME, SIGN_OFF, WISH})
"""What stands in the place of a signal and asks for a second look."""

NAMES: Final = frozenset({
    "amity", "angel", "battle", "bliss", "bonny", "champion", "charity", "christian", "constance", "destiny", "faith",
    "felicity", "fortune", "frank", "glory", "grace", "grant", "harmony", "heaven", "honor", "honour", "hope",
    "innocent", "joy", "justice", "liberty", "mercy", "merry", "nice", "noble", "paradise", "patience", "precious",
    "prudence",
    "royal", "rusty", "savage", "serenity", "sunny", "swift", "trinity", "trust", "victor", "virtue",
})  # fmt: skip
"""Words that are people and places too: capitalised within a sentence they are taken for that."""

PERSON_DOES: Final = frozenset({
    "told", "said", "says", "has", "had", "helped", "answered", "called", "explained", "sent", "took", "from", "who",
    "kept", "wrote", "gave", "stayed", "fixed", "solved", "sorted", "made", "listened",
})  # fmt: skip
"""What follows such a word at the beginning of a text that is about a person."""

Phrase = tuple[int, list[str], float, bool, str]
"""Words counted, the words, weight, whether a modifier before it acts on it, tag or empty."""

Opened = tuple[dict[str, list[Phrase]], list[Phrase] | None]
"""Second word -> phrases, longest first, the opening word alone last; and that word alone, if it is a term."""

_WORDS: Final = re.compile(r"[\w']+(?: [\w']+)*")
_HYPHENATED: Final = re.compile(r"[a-z']{2,}(?:[ -][a-z']+)+")
_BOOST: Final = {"boost": 0.293, "damp": -0.293, "negate": NEGATE, "negate_near": NEGATE_NEAR}


class Tables(msgspec.Struct, frozen=True):
    """The compiled tables; all keys in lower case."""

    terms: dict[str, float]
    """Word -> weight -4..4, NAMED + weight, BUT, or a key of `phrases` when a phrase begins with it."""
    phrases: dict[float, Opened]
    """By the value of an opening word in `terms`."""
    modifiers: dict[str, float]
    """Word -> how much it adds to the strength of a following term, or one of the NEGATE codes."""
    emoticons: dict[str, float]
    """Whitespace-delimited token such as `:(` -> weight."""
    emoji: dict[str, float]
    """One code point -> weight."""


def compile_tables(lexicon: Lexicon, modifiers: str, emoji: Mapping[str, float]) -> Tables:
    """Build the tables from the lexicon, the contents of the modifiers' file and the weights of emoji.

    Raises:
        LexiconError: a modifier is of no known kind.
    """
    strength = {
        term: cell("modifiers", term, kind, _BOOST.__getitem__) for term, kind in rows("modifiers", modifiers, 2)
    }
    words: dict[str, float] = {}
    emoticons: dict[str, float] = {}
    many: dict[str, Term] = {}
    for key, term in lexicon.items():
        spaced = key.replace("-", " ") if _HYPHENATED.fullmatch(key) else key
        if not _WORDS.fullmatch(spaced):
            emoticons[key] = term.weight
        elif " " in spaced or term.tag or not term.turns:
            many[spaced] = term
        elif term.weight:
            words[spaced] = term.weight
    many.setdefault(AT_ALL, Term(0.0, False, AT_ALL))
    for word in SIGN_OFFS:
        if word in words:
            many.setdefault(word, Term(words[word], True, SIGN_OFF))
    for word in WISHED:
        if word in words:
            for time in TIMES:
                many.setdefault(f"{word} {time}", Term(words[word], True, WISH))
    terms, phrases = _index(words, many)
    return Tables(terms, phrases, strength, emoticons, dict(emoji))


def _index(words: dict[str, float], many: dict[str, Term]) -> tuple[dict[str, float], dict[float, Opened]]:
    """Key the phrases by their first two words; a first word keeps its own weight for when none of them matches."""
    terms = {word: NAMED + weight if word in NAMES else weight for word, weight in words.items()}
    single: dict[str, list[Phrase]] = {}
    opened: dict[str, dict[str, list[Phrase]]] = {}
    for key, term in many.items():
        parts = key.split(" ")
        by_second = opened.setdefault(parts[0], {})
        phrase = (len(parts), parts, term.weight, term.turns, term.tag)
        if len(parts) == 1:
            single[key] = [phrase]
        else:
            by_second.setdefault(parts[1], []).append(phrase)
    phrases: dict[float, Opened] = {}
    for place, (first, by_second) in enumerate(opened.items()):
        alone = single.get(first)
        if alone is None and first in words:
            alone = [(1, [first], words[first], True, NAME if first in NAMES else "")]
        for found in by_second.values():
            found.sort(key=lambda phrase: -phrase[0])
            found.extend(alone or ())
        terms[first] = PHRASE + place
        phrases[PHRASE + place] = by_second, alone
    terms["but"] = terms["however"] = BUT
    return terms, phrases
