"""The Turkish lexicon as one automaton over folded text; `models.sentiment.turkish` walks what it finds.

`models.sentiment.shipped` calls `compile_tables` once. Texts and terms are folded alike: lower case, ç ğ ı ö ş ü read
as c g i o s u, so that a term is found with and without Turkish letters. A term is the beginning of a word, or of the
last of several words, and any suffix may follow: `sorun` stands in "sorunum". Three marks at the end say more:
- `iyi|` is the whole word;
- `beğen-` is the stem of a verb: its negative forms (beğenmedim, beğenmiyor, beğenemedim …) weigh the opposite;
- `çalış-ma` stands for the negative forms alone.
A term of one word and mode `state` weighs the opposite with the suffix -siz (sorunsuz, kalitesiz). Of the terms that
stand at a place the longest counts, so that a longer term takes precedence over a rule.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import ahocorasick_rs
import msgspec

from models.sentiment.lexicon import Lexicon, cell, rows
from models.sentiment.walk import ASK, BOOST, BUT, DENY, NEGATE, SO, STATE, STRENGTH, TOPIC, Code, Entry, codes_of

_KINDS: Final = {
    "negate": NEGATE, "deny": DENY, "ask": ASK, "but": BUT, "boost": BOOST, "damp": BOOST, "so": SO,
}  # fmt: skip
OPPOSITE: Final = -0.9
"""Share of a verb's weight that its negative form has."""

_NEGATIVE_FORMS: Final = ("mVd", "mVz", "mVm", "mVyVn", "mVyVc", "mVyin", "mVyip", "mVmis")
"""How a negative verb goes on after its stem, V the vowel a or e; -mayı and -meye are nouns and left out."""
_INABILITY: Final = ("VmVd", "Vmi", "VmVz", "VmVm", "VmVy")
"""The same of what cannot be done; a stem that ends in a vowel puts y before it."""
_BACK: Final = "aıouâû"
_FRONT: Final = "eiöüî"
_UNSURE: Final = "iou"
"""Vowels that may stand for others in a term written without Turkish letters."""
_ROUND: Final = "ouöüû"
_ENDS: Final = ".!?;\n\r"
SENTENCE: Final = "|"
"""What the end of a sentence is folded to."""
CLAUSE: Final = ","
"""Kept: a denied verb acts on nothing before it."""
_NOUNS: Final = tuple(
    f"{form}  {wanted}"
    for form in ("mam", "mem")
    for wanted in ("gerek", "lazim", "icin", "mumkun", "isten", "beklen", "yeterli")
)
"""Endings that look negative and are the noun of what is wanted: "göndermem gerekiyor" denies nothing."""


class Tables(msgspec.Struct, frozen=True):
    """The compiled lexicon."""

    find: Callable[[str], list[tuple[int, int, int]]]
    """Folded text -> (place in `entries`, start, end), leftmost and longest, none overlapping."""
    entries: list[Entry]
    codes: list[Code]
    """Of each entry, for the loop."""
    emoji: dict[str, float]


def _fold_table() -> bytes:
    """For each byte of cp1254, which holds all Turkish letters: the ASCII byte it is read as."""
    found = bytearray()
    for code in range(256):
        sign = bytes([code]).decode("cp1254", "replace")
        plain = {"ı": "i", "I": "i", "İ": "i"}.get(sign) or unicodedata.normalize("NFD", sign.lower())[0]
        kept = plain.isascii() and plain.isalnum()
        found.append(ord(SENTENCE if sign in _ENDS else plain if kept or sign == CLAUSE else " "))
    return bytes(found)


_FOLD: Final = _fold_table()


def fold(text: str) -> str:
    """Fold to lower-case ASCII words; see `folded`.

    A sign that Turkish writing does not know, an emoji for one, is read as the end of a sentence.
    """
    try:
        raw = text.encode("cp1254")
    except UnicodeEncodeError:
        raw = unicodedata.normalize("NFC", text).encode("cp1254", "replace")
    return folded(raw)


def folded(raw: bytes) -> str:
    """Fold a text in cp1254 to ASCII words with two blanks between them and one at both ends.

    Two blanks let a whole word and the beginning of the next one both be found. The end of a sentence is a word of its
    own, SENTENCE, and so is CLAUSE.
    """
    raw = raw.translate(_FOLD)
    if b"|" in raw:
        raw = raw.replace(b"|", b" | ")
    if b"," in raw:
        raw = raw.replace(b",", b" , ")
    return f" {b'  '.join(raw.split()).decode('ascii')} "


def compile_tables(lexicon: Lexicon, modifiers: str, emoji: Mapping[str, float]) -> Tables:
    """Build the automaton from the lexicon, the contents of the modifiers' file and the weights of emoji.

    Raises:
        LexiconError: a modifier is of no known kind.
    """
    made: dict[str, Entry] = {}
    plain: dict[str, Entry] = {}
    for term, kind in rows("modifiers", modifiers, 2):
        code = cell("modifiers", term, kind, _KINDS.__getitem__)
        for pattern, _, _ in _patterns(term, turns=False):
            plain[pattern] = Entry(code, STRENGTH.get(kind, 0.0), "", term, "")
    for key, row in lexicon.items():
        code = STATE if row.turns else TOPIC
        for pattern, share, why in _patterns(key, turns=row.turns):
            made_of = made if why else plain
            made_of[pattern] = Entry(code, row.weight * share, row.tag if share == 1.0 else "", key, why)
    entries = {**made, **plain}
    automaton = ahocorasick_rs.AhoCorasick(list(entries), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    meant = list(entries.values())
    return Tables(automaton.find_matches_as_indexes, meant, codes_of(meant), dict(emoji))


def _patterns(term: str, *, turns: bool) -> Iterator[tuple[str, float, str]]:
    """Give each pattern of a term, its share of the weight, and why that is not all of it.

    A share of 0 is a longer pattern that takes a match away.
    """
    stem = term.removesuffix("-ma").rstrip("|-")
    words = fold(stem).split()
    start = " " + "  ".join(words)
    if term.endswith("-ma"):
        yield from ((start + form, 1.0, "") for form in _negative_forms(stem))
        yield from ((start + form, 0.0, "noun") for form in _NOUNS)
    elif term.endswith("|"):
        yield start + " ", 1.0, ""
    else:
        yield start, 1.0, ""
        if term.endswith("-"):
            yield from ((start + form, OPPOSITE, "negative form") for form in _negative_forms(stem))
            yield from ((start + form, 0.0, "noun") for form in _NOUNS)
        elif turns and len(words) == 1:
            vowel = _last_vowel(stem)
            forms = ("siz", "suz") if stem.isascii() else ("suz",) if vowel in _ROUND else ("siz",)
            yield from ((start + form, OPPOSITE, "suffix -siz") for form in forms)


def _negative_forms(stem: str) -> Iterator[str]:
    """Give the negative endings that go with the vowels of a stem."""
    vowel = _last_vowel(stem)
    unsure = stem.isascii() and vowel in _UNSURE
    buffer = "y" if stem[-1:] in _BACK + _FRONT else ""
    for sound, own in (("a", _BACK), ("e", _FRONT)):
        if unsure or vowel in own:
            yield from (form.replace("V", sound) for form in _NEGATIVE_FORMS)
            yield from (buffer + form.replace("V", sound) for form in _INABILITY)
    if unsure or vowel not in _ROUND:
        yield "miyo"
    if unsure or vowel in _ROUND:
        yield "muyo"


def _last_vowel(stem: str) -> str:
    return next((letter for letter in reversed(stem) if letter in _BACK + _FRONT), "e")
