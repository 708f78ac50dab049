"""The scorer that ships: the rules over the data files of this folder.

`app.topology` builds one with `built_in()`; `agents` call its `score_many` once per batch. Each text goes by its
language to the rules that know it; a language without rules gives no evidence.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from models.sentiment.english import score
from models.sentiment.language import resolve
from models.sentiment.lexicon import Rules, compile_rules
from models.sentiment.scored import Scored

VERSION: Final = "1"
"""Raised when a change of the rules can change a score; the data are covered by their hash."""

DATA_FILES: Final = ("vader.tsv", "service_en.tsv", "modifiers_en.tsv", "emoji.tsv")


class RuleScorer:
    """A `Scorer` over compiled rules; holds no state, may be shared."""

    def __init__(self, rules: Rules, name: str) -> None:
        """Take the compiled rules and the name to publish."""
        self.name: Final = name
        self._rules: Final = rules

    def score_many(self, texts: Sequence[str], languages: Sequence[str | None]) -> Sequence[Scored]:
        """Score each text; see `Scorer.score_many`."""
        rules = self._rules
        return [
            score(text, rules) if tag == "en" or (tag is None and text.isascii()) else self._by_language(text, tag)
            for text, tag in zip(texts, languages, strict=True)
        ]

    def _by_language(self, text: str, tag: str | None) -> Scored:
        language = resolve(text, tag)
        return score(text, self._rules) if language == "en" else Scored(0, 0, language, ())


def built_in() -> RuleScorer:
    """Build the scorer from the data files of this package.

    The one place in `models` that reads files: they are part of the package, as fixed as its code, and are read once.

    Raises:
        LexiconError: a data file was changed and cannot be read.
    """
    folder = files("models.sentiment") / "data"
    contents = [(folder / name).read_bytes() for name in DATA_FILES]
    digest = hashlib.sha256(b"\x00".join(contents)).hexdigest()[:8]
    rules = compile_rules(*[content.decode() for content in contents])
    return RuleScorer(rules, f"kanarya-rules/{VERSION}+{digest}")
