"""The Korean lexicon as one automaton; `models.sentiment.korean` walks what it finds.

`models.sentiment.shipped` calls `compile_tables` once. A term stands anywhere in a text, as Korean writes particles and
endings onto its stems, and is found with and without the blanks inside of it ("답이 없", "답이없"). A bar says where a
word begins or ends: `|헐`, `참|`; 안 and 못 before a stem begin one. Of the terms that stand at a place the longest
counts: 불친절 is not 친절.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import ahocorasick_rs
import msgspec

from models.sentiment.lexicon import Lexicon, cell, rows
from models.sentiment.prior import Prior
from models.sentiment.walk import (
    ASK,
    BOOST,
    BUT,
    DENY,
    LAUGH,
    NEGATE,
    PLAIN,
    STATE,
    STRENGTH,
    TEARS,
    TOPIC,
    Code,
    Entry,
    codes_of,
)

_KINDS: Final = {
    "negate": NEGATE, "deny": DENY, "ask": ASK, "but": BUT, "boost": BOOST, "damp": BOOST, "laugh": LAUGH,
    "tears": TEARS, "plain": PLAIN,
}  # fmt: skip

_QUESTIONS: Final = ("나요", "까요", "가요", "인가", "까", "죠")
"""Plain talk that ends so is a question too; its entry weighs 1."""


class Tables(msgspec.Struct, frozen=True):
    """The compiled lexicon."""

    find: Callable[[str], list[tuple[int, int, int]]]
    """Spaced text -> (place in `entries`, start, end), leftmost and longest, none overlapping."""
    entries: list[Entry]
    codes: list[Code]
    """Of each entry, for the loop."""
    emoji: dict[str, float]
    prior: Prior


def compile_tables(lexicon: Lexicon, modifiers: str, emoji: Mapping[str, float], prior: Prior) -> Tables:
    """Build the automaton from the lexicon, the contents of the modifiers' file and the weights of emoji.

    Raises:
        LexiconError: a modifier is of no known kind.
    """
    spelled: dict[str, Entry] = {}
    closed_up: dict[str, Entry] = {}
    for term, kind in rows("modifiers", modifiers, 2):
        code = cell("modifiers", term, kind, _KINDS.__getitem__)
        asks = code == PLAIN and term.endswith(_QUESTIONS)
        _add(term, Entry(code, 1.0 if asks else STRENGTH.get(kind, 0.0), "", term, ""), spelled, closed_up)
    for key, row in lexicon.items():
        entry = Entry(STATE if row.turns else TOPIC, row.weight, row.tag, key, "")
        _add(key, entry, spelled, closed_up)
    entries = {**closed_up, **spelled}
    automaton = ahocorasick_rs.AhoCorasick(list(entries), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    meant = list(entries.values())
    return Tables(automaton.find_matches_as_indexes, meant, codes_of(meant), dict(emoji), prior)


def _add(term: str, entry: Entry, spelled: dict[str, Entry], closed_up: dict[str, Entry]) -> None:
    first, *others = _patterns(term)
    spelled[first] = entry
    for pattern in others:
        closed_up[pattern] = entry


def _patterns(term: str) -> Iterator[str]:
    """Give the term as it is written, then with some or all of its inner blanks left out."""
    start = " " if term.startswith(("|", "안 ", "못 ")) else ""
    end = " " if term.endswith("|") else ""
    first, *others = term.strip("|").split(" ")
    for blanks in itertools.product((" ", ""), repeat=len(others)):
        yield start + first + "".join(itertools.chain.from_iterable(zip(blanks, others, strict=True))) + end
