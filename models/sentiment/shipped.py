"""What ships: which data files and which module make up each language, read from the package and built.

`app` calls `built_in` once per process. Layers are read in their order, base -> service -> a tenant's own words; the
name of the scorer carries a hash of all data that went in.
"""

import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Final, NamedTuple

from models.sentiment import basic, english, korean, turkish
from models.sentiment.explained import LanguageScorer
from models.sentiment.lexicon import Lexicon, LexiconError, layered
from models.sentiment.rules import RuleScorer

VERSION: Final = "4"
"""Raised when a change of the rules can change a score; the data are covered by their hash."""

Build = Callable[[Lexicon, Mapping[str, float], Mapping[str, bytes]], LanguageScorer]
"""(lexicon, weights of emoji, contents of the other files by name) -> the rules of a language."""


class Language(NamedTuple):
    """The parts of one language; file names are those of the folder `data`."""

    layers: tuple[str, ...]
    """Files of `term, weight, mode, tag`, base first."""
    others: tuple[str, ...]
    """Files of any other shape, handed over as they are."""
    build: Build


EMOJI: Final = "emoji.tsv"
OWN_EMOJI: Final = "emoji"
"""Name under which a tenant's own emoji come."""
LANGUAGES: Final[Mapping[str, Language]] = {
    "en": Language(("vader.tsv", "service_en.tsv"), ("modifiers_en.tsv",), english.build),
    "tr": Language(("base_tr.tsv", "service_tr.tsv"), (turkish.MODIFIERS,), turkish.build),
    "ko": Language(("base_ko.tsv", "service_ko.tsv"), (korean.MODIFIERS, korean.PRIOR), korean.build),
    **{code: Language((f"basic_{code}.tsv",), (), basic.build(code)) for code in basic.NEGATORS},
}
"""By primary subtag. A further language is a row here, its files, and a module with a `build`."""


def data_files() -> tuple[str, ...]:
    """Names of all files that the scores depend on."""
    named = [name for language in LANGUAGES.values() for name in (*language.layers, *language.others)]
    return tuple(dict.fromkeys((EMOJI, *named)))


def built_in(own: Mapping[str, str] | None = None) -> RuleScorer:
    """Build the scorer from the data files of this package and a tenant's own words.

    The one place in `models` that reads files: they are part of the package, as fixed as its code, and are read once.

    Args:
        own: language, or `emoji` -> rows of `term, weight, mode, tag` that win over those that ship.

    Raises:
        LexiconError: a row cannot be read, or `own` names a language that has no rules.
    """
    own = own or {}
    for name in own:
        if name not in LANGUAGES and name != OWN_EMOJI:
            known = ", ".join((*LANGUAGES, OWN_EMOJI))
            raise LexiconError(f"own words of {name!r}: no rules for it; there are some for {known}")
    folder = files("models.sentiment") / "data"
    contents = {name: (folder / name).read_bytes() for name in data_files()}
    emoji = {sign: term.weight for sign, term in _layered((EMOJI,), contents, own, OWN_EMOJI).items() if term.weight}
    scorers = {}
    for code, language in LANGUAGES.items():
        lexicon = _layered(language.layers, contents, own, code)
        scorers[code] = language.build(lexicon, emoji, {name: contents[name] for name in language.others})
    english_rules = scorers.pop("en")
    assert isinstance(english_rules, english.EnglishScorer)
    return RuleScorer(scorers, english_rules, f"kanarya-rules/{VERSION}+{_digest(contents, own)}")


def _layered(names: tuple[str, ...], contents: Mapping[str, bytes], own: Mapping[str, str], key: str) -> Lexicon:
    layers = [(name, contents[name].decode()) for name in names]
    return layered(*layers, *([(f"own words, {key}.tsv", own[key])] if key in own else []))


def _digest(contents: Mapping[str, bytes], own: Mapping[str, str]) -> str:
    parts = [*contents.items(), *((f"own {name}", text.encode()) for name, text in sorted(own.items()))]
    found = hashlib.sha256()
    for name, content in parts:
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()[:8]
