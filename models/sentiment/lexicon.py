"""The lexicon format that all languages share: `term, weight, mode, tag` behind tabs, layer over layer.

`models.sentiment.shipped` hands the texts of the files in; `layered` puts base, service and a tenant's own words
together, and the module of a language compiles what comes out. Nothing here reads a file.

A row says:
- term: lower case, written as the language reads a text (see its module); a language says whether a term is a whole
  word, the beginning of one, or stands anywhere.
- weight: -4..4. 0 without a tag silences the term: it neither counts nor signals, and a shorter term inside of it
  does not count either. 0 with a tag only signals.
- mode: `state` (broken, friendly): a negator acts on it, and a negated one raises no signal. `topic` (refund, lawyer,
  "never arrived"): it stands as it is.
- tag: one of `SIGNALS`, or `-`.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import msgspec

SIGNALS: Final = (
    "wait", "refund", "cancel", "fault", "repeat", "escalate", "legal", "competitor", "price", "human_wanted",
    "thanks", "resolved",
)  # fmt: skip
"""Every tag a term can carry."""

MODES: Final = ("state", "topic")

_T = TypeVar("_T")


class LexiconError(ValueError):
    """A row that cannot be read; says file, line or term, and what is wrong."""


class Term(msgspec.Struct, frozen=True):
    """One row of a lexicon, without the term itself."""

    weight: float
    """-4..4."""
    turns: bool
    """Whether a negator or booster acts on it (mode `state`)."""
    tag: str
    """One of SIGNALS, or empty."""

    @property
    def silent(self) -> bool:
        """Neither counts nor signals."""
        return not self.weight and not self.tag


Lexicon = dict[str, Term]
"""Term -> what it says; also the silent ones, which shield shorter terms."""


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
    return {term: cell(name, term, weight, to_weight) for term, weight in rows(name, text, 2)}


def terms(name: str, text: str) -> Iterator[tuple[str, Term]]:
    """Read `term<TAB>weight<TAB>mode<TAB>tag` rows.

    Raises:
        LexiconError: a row has a wrong number of cells, weight, mode or tag.
    """
    for term, weight, mode, tag in rows(name, text, 4):
        if mode not in MODES:
            raise LexiconError(f"{name}, {term!r}: mode {mode!r}; state or topic is allowed")
        if tag != "-" and tag not in SIGNALS:
            raise LexiconError(f"{name}, {term!r}: tag {tag!r}; - or one of {', '.join(SIGNALS)} is allowed")
        yield term, Term(cell(name, term, weight, to_weight), mode == "state", "" if tag == "-" else tag)


def layered(*layers: tuple[str, str]) -> Lexicon:
    """Put layers of (name, contents) together, base first: the last row of a term wins.

    Raises:
        LexiconError: see `terms`.
    """
    found: Lexicon = {}
    for name, text in layers:
        found.update(terms(name, text))
    return found


def to_weight(text: str) -> float:
    """Read a weight. Raises `ValueError` outside -4..4."""
    weight = float(text)
    if not -4.0 <= weight <= 4.0:
        raise ValueError(text)
    return weight


def cell(name: str, term: str, text: str, read: Callable[[str], _T]) -> _T:
    """Read one cell, with an error that names the row."""
    try:
        return read(text)
    except (ValueError, KeyError):
        raise LexiconError(f"{name}, {term!r}: {text!r} is not allowed; a weight lies in -4..4") from None
