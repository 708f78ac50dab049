"""The lexicon: data text to the plain tables that `models.sentiment.english.score` looks words up in.

`models.sentiment.rules.built_in` calls `compile_rules` once with the contents of the data files; nothing here reads a
file. Later rows win over earlier ones, and the service file over VADER's.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import msgspec

SIGNALS: Final = (
    "wait", "refund", "cancel", "fault", "repeat", "escalate", "legal", "competitor", "price", "human_wanted",
    "thanks", "resolved",
)  # fmt: skip
"""Every tag a service phrase can carry."""

NEGATE_NEAR: Final = 8.0
"""Code in `Rules.modifiers` of a negator that reaches two places; boosters are far below it."""
NEGATE: Final = 9.0
"""Code of a negator that reaches three places."""
BUT: Final = 99.0
"""Code of "but" in `Rules.terms`; plain weights lie in -4..4."""
PHRASE: Final = 100.0
"""From here on a value in `Rules.terms` is PHRASE + place in `Rules.phrases`."""

ALONE: Final = ""
"""Key in `Rules.phrases` of an opening word that is a term by itself."""

Phrase = tuple[int, list[str], float, bool, str]
"""Words counted, the words, weight, whether a modifier before it acts on it, tag or empty."""

_WORD: Final = re.compile(r"[a-z0-9_']+")
_HYPHENATED: Final = re.compile(r"[a-z']{2,}(?:[ -][a-z']+)+")
_BOOST: Final = {"boost": 0.293, "damp": -0.293, "negate": NEGATE, "negate_near": NEGATE_NEAR}

_T = TypeVar("_T")


class LexiconError(ValueError):
    """A row of a data file that cannot be read; says file, line and what is wrong."""


class Rules(msgspec.Struct, frozen=True):
    """The compiled tables; all keys in lower case."""

    terms: dict[str, float]
    """Word -> weight -4..4, BUT, or PHRASE + n when a phrase begins with it."""
    phrases: list[dict[str, list[Phrase]]]
    """For each opening word: second word, or ALONE, -> phrases, longest first; the opening word alone stands last."""
    modifiers: dict[str, float]
    """Word -> how much it adds to the strength of a following term, or one of the NEGATE codes."""
    emoticons: dict[str, float]
    """Whitespace-delimited token such as `:(` -> weight."""
    emoji: dict[str, float]
    """One code point -> weight."""


class _Row(msgspec.Struct, frozen=True):
    term: str
    weight: float
    acts: bool
    tag: str


def rows(name: str, text: str, width: int) -> Iterator[list[str]]:
    """Give the tab-separated cells of each row; blank lines and lines that begin with "# " are left out.

    Raises:
        LexiconError: a row has not exactly `width` cells.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("# "):
            continue
        cells = line.split("\t")
        if len(cells) != width:
            raise LexiconError(f"{name}, line {number}: {len(cells)} cells, {width} are needed")
        yield cells


def weighted(name: str, text: str) -> dict[str, float]:
    """Read `term<TAB>weight` rows."""
    return {term: _cell(name, term, weight, _weight) for term, weight in rows(name, text, 2)}


def compile_rules(vader: str, service: str, modifiers: str, emoji: str) -> Rules:
    """Build the tables from the contents of the four data files.

    Raises:
        LexiconError: a row has a wrong number of cells, weight, mode, tag or kind.
    """
    strength = {
        term: _cell("modifiers", term, kind, _BOOST.__getitem__) for term, kind in rows("modifiers", modifiers, 2)
    }
    words: dict[str, float] = {}
    emoticons: dict[str, float] = {}
    many: dict[str, _Row] = {}
    for term, weight in weighted("vader", vader).items():
        if _WORD.fullmatch(term):
            words[term] = weight
        elif _HYPHENATED.fullmatch(term):
            spaced = term.replace("-", " ")
            many[spaced] = _Row(spaced, weight, True, "")
        else:
            emoticons[term] = weight
    for row in _service(service):
        if row.weight == 0.0 and not row.tag and " " not in row.term:
            words.pop(row.term, None)
        else:
            many[row.term] = row
    terms, phrases = _index(words, many)
    return Rules(terms, phrases, strength, emoticons, weighted("emoji", emoji))


def _service(text: str) -> Iterator[_Row]:
    for term, weight, mode, tag in rows("service", text, 4):
        if mode not in ("state", "topic"):
            raise LexiconError(f"service, {term!r}: mode {mode!r}; state or topic is allowed")
        if tag != "-" and tag not in SIGNALS:
            raise LexiconError(f"service, {term!r}: tag {tag!r}; - or one of {', '.join(SIGNALS)} is allowed")
        yield _Row(term, _cell("service", term, weight, _weight), mode == "state", "" if tag == "-" else tag)


def _index(words: dict[str, float], many: dict[str, _Row]) -> tuple[dict[str, float], list[dict[str, list[Phrase]]]]:
    """Key the phrases by their first two words; a first word keeps its own weight for when none of them matches."""
    terms = dict(words)
    opened: dict[str, dict[str, list[Phrase]]] = {}
    for row in many.values():
        parts = row.term.split(" ")
        by_second = opened.setdefault(parts[0], {})
        second = parts[1] if len(parts) > 1 else ALONE
        by_second.setdefault(second, []).append((len(parts), parts, row.weight, row.acts, row.tag))
    for first, by_second in opened.items():
        if first in words and ALONE not in by_second:
            by_second[ALONE] = [(1, [first], words[first], True, "")]
        alone = by_second.get(ALONE, [])
        for second, found in by_second.items():
            if second != ALONE:
                found.sort(key=lambda phrase: -phrase[0])
                found.extend(alone)
    for place, first in enumerate(opened):
        terms[first] = PHRASE + place
    terms["but"] = BUT
    return terms, list(opened.values())


def _weight(text: str) -> float:
    weight = float(text)
    if not -4.0 <= weight <= 4.0:
        raise ValueError(text)
    return weight


def _cell(name: str, term: str, text: str, read: Callable[[str], _T]) -> _T:
    try:
        return read(text)
    except (ValueError, KeyError):
        raise LexiconError(f"{name}, {term!r}: {text!r} is not allowed; a weight lies in -4..4") from None
