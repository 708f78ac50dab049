"""The Turkish rules: one text in, one `Scored` out, in one loop over the stems found in it.

`models.sentiment.rules.RuleScorer` calls `score` for each text read as Turkish. Turkish negates behind: "güzel değil",
"sorun yok", "memnun kalmadım" turn the term before; negative verbs and privatives are terms of their own
(`turkish_tables`). What follows "ama" counts threefold what precedes it, a term asked about ("güzel mi?") does not
count, and "çözüldü" takes back the trouble named before it. The sum z becomes z / sqrt(z * z + 15).
"""

import re
from collections.abc import Mapping
from math import sqrt
from typing import Final

from models.sentiment.english_text import without_addresses
from models.sentiment.faces import faces_of, scored
from models.sentiment.lexicon import Lexicon
from models.sentiment.scored import Scored
from models.sentiment.stem_scorer import StemScorer
from models.sentiment.trace import Trace
from models.sentiment.turkish_tables import CLAUSE, SENTENCE, Tables, compile_tables, fold, folded
from models.sentiment.walk import Reach, walk

MODIFIERS: Final = "modifiers_tr.tsv"

_REACH: Final = Reach(
    negate_chars=30,
    deny_chars=30,
    ask_chars=12,
    boost_chars=12,
    solved_chars=60,
    ends=frozenset(SENTENCE),
    clause=CLAUSE,
    but="ama",
    asks_all=True,
)
"""Folded text has two blanks between words: a negator acts over some three words, a question on the word before it."""
_NAME: Final = re.compile(r"[A-ZÇĞİÖŞÜ][^\W\d_]*['’][^\W\d_]*|[A-ZÇĞİÖŞÜ][^\W\d_]+ (?:Hanım|Hanim|Bey)(?![^\W\d_]{4})")
"""Turkish sets the suffix of a name apart: Güven'e, Sevgi Hanım."""
_COMMON: Final = bytes(c for c in range(256) if c not in "!:;=@'’".encode("cp1254"))
"""Deleting these leaves the marks that need a second look: faces, exclamation, addresses, names."""
_NOT_DONE: Final = -1.0
_NEGATED_VERB: Final = re.compile(
    "(?! (?:bil|hatirla|emin|iste|karar|dusun|gerek|san))(?: [a-z]{2,}(?:m[ae]d[iu]|m[iu]yor|m[ae]mis)[a-z]* | yok )"
)
"""A verb that says what is not so, or "there is none", in folded text; not of knowing or wanting."""
_ASKED: Final = re.compile(" (?:mi|mu|misin|musun|misiniz|musunuz|miyim|nasil|nereden|nerede|hangi|hangisi) ")
_DRAWN_OUT: Final = re.compile(r"(\w)\1{2,}")

_NO_SIGNALS: Final[tuple[str, ...]] = ()
_NO_EVIDENCE: Final = Scored(0, 0, "tr", _NO_SIGNALS)


def build(lexicon: Lexicon, emoji: Mapping[str, float], others: Mapping[str, bytes]) -> StemScorer[Tables]:
    """Compile the lexicon; `others` holds the modifiers."""
    return StemScorer(read, compile_tables(lexicon, others[MODIFIERS].decode(), emoji))


def read(text: str, tables: Tables, trace: Trace | None = None) -> Scored:
    """Score one text.

    Args:
        text: what was said; the cost grows with its length, callers bound it.
        tables: the compiled lexicon.
        trace: takes notes of every term.

    Returns:
        score_milli -1000..1000, rounded half to even; equal texts give equal results on every machine.
    """
    try:
        raw = text.encode("cp1254")
        plain = not raw.translate(None, _COMMON)
    except UnicodeEncodeError:  # emoji and what else Turkish writing does not know
        raw = b""
        plain = False
    if plain and b" Han" not in raw and b" Bey" not in raw:
        z, hits, signals = _sum(folded(raw), tables, trace)
        if hits:
            return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, "tr", signals)
        if signals or not _DRAWN_OUT.search(text):
            return Scored(0, 0, "tr", signals) if signals else _NO_EVIDENCE
    faces = faces_of(text, tables.emoji, trace)
    if "@" in text or "://" in text:
        text = without_addresses(text)
    text = _NAME.sub(" ", text)
    z, hits, signals = _sum(fold(text), tables, trace)
    if not hits and not signals and _DRAWN_OUT.search(text):
        z, hits, signals = _sum(fold(_DRAWN_OUT.sub(r"\1", text)), tables, trace)
    hits += faces.hits
    if not hits:
        return Scored(0, 0, "tr", signals) if signals else _NO_EVIDENCE
    return scored(text, faces, z, hits, signals, "tr", trace)


def _sum(text: str, tables: Tables, trace: Trace | None) -> tuple[float, int, tuple[str, ...]]:
    """Add up the terms found in folded text; gives the sum, how many counted, and the signals."""
    found = tables.find(text)
    if not found:
        return _unexplained(text, trace)
    z, hits, signals, noted, _, _ = walk(text, found, tables.entries, tables.codes, _REACH, "", trace)
    return (z, hits, signals) if noted else _unexplained(text, trace)


def _unexplained(text: str, trace: Trace | None) -> tuple[float, int, tuple[str, ...]]:
    """Take the negated verb of a text without terms for a mild complaint: something was not done, or cannot be."""
    match = _NEGATED_VERB.search(text)
    if match is None or _ASKED.search(text) is not None:
        return 0.0, 0, _NO_SIGNALS
    if trace is not None:
        trace.add(match[0].strip(), _NOT_DONE, _NOT_DONE, ("negated verb",))
    return _NOT_DONE, 1, _NO_SIGNALS
