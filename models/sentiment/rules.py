"""The scorer that ships: each text goes by its language to the rules that know it.

`app` builds one (`models.sentiment.shipped.built_in`); `agents` call its `score_many` once per batch. A language
without rules gives no evidence. Texts of more than a few sentences are scored sentence by sentence (`long_text`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from models.sentiment.english import DOUBTFUL, EnglishScorer, read
from models.sentiment.explained import Explained, LanguageScorer
from models.sentiment.language import nothing_known, resolve
from models.sentiment.long_text import SHORT_CHARS, in_sentences, together
from models.sentiment.scored import Scored

_STEMMED: Final = "tr"
_LATER: Final = Scored(0, 0, "", ())
"""Holds the place of a text until its language has its turn."""


class RuleScorer:
    """A `Scorer` over the rules of some languages; holds no state, may be shared."""

    def __init__(self, languages: Mapping[str, LanguageScorer], english: EnglishScorer, name: str) -> None:
        """Take the rules by primary subtag, English apart as it has the shortest path, and the name to publish."""
        self.name: Final = name
        self._english: Final = english
        self._languages: Final = {**languages, "en": english}

    @property
    def rules(self) -> "RuleScorer":
        """Itself, as of a scorer that stands on rules."""
        return self

    def score_many(self, texts: Sequence[str], languages: Sequence[str | None]) -> Sequence[Scored]:
        """Score each text; see `Scorer.score_many`."""
        english, tables = self._english, self._english.tables
        found: list[Scored] = []
        others: dict[str, list[int]] = {}
        for place, (text, tag) in enumerate(zip(texts, languages, strict=True)):
            if len(text) > SHORT_CHARS:
                found.append(self._long(text, tag))
            elif tag == "en":
                found.append(english.score(text))
            else:
                said = read(text, tables, False) if tag is None and text.isascii() else resolve(text, tag)
                if isinstance(said, Scored):
                    if said is DOUBTFUL and nothing_known(text):
                        said = self._perhaps(text) or said
                else:
                    others.setdefault(said, []).append(place)
                    said = _LATER
                found.append(said)
        # Language by language: the tables of one at a time fit the processor's cache.
        for language, places in others.items():
            rules = self._languages.get(language)
            if rules is None:
                nothing = Scored(0, 0, language, ())
                for place in places:
                    found[place] = nothing
            else:
                score = rules.score
                for place in places:
                    found[place] = score(texts[place])
        return found

    def explain(self, text: str, language: str | None = None) -> Explained:
        """Score one text as `score_many` does, and say why."""
        tag, language = language, resolve(text, language)
        rules = self._languages.get(language)
        if rules is None:
            return Explained(Scored(0, 0, language, ()), ())
        if tag is None and len(text) <= SHORT_CHARS and nothing_known(text):
            english = rules.explain(text)
            said = None if english.scored.hits or english.scored.signals else self._perhaps(text)
            return self._languages[said.language].explain(text) if said else english
        if len(text) <= SHORT_CHARS:
            return rules.explain(text)
        parts = [rules.explain(sentence) for sentence in in_sentences(text)]
        scored = together([part.scored for part in parts], language)
        return Explained(scored, tuple(hit for part in parts for hit in part.found))

    def _perhaps(self, text: str) -> Scored | None:
        """Score a text that no word gave away by the stems of the other language written in plain letters, if any.

        Turkish without Turkish letters seldom has a common word in three or four; its stems know it for sure.
        """
        said = self._short(text, _STEMMED)
        return said if said.hits else None

    def _short(self, text: str, language: str) -> Scored:
        rules = self._languages.get(language)
        return Scored(0, 0, language, ()) if rules is None else rules.score(text)

    def _long(self, text: str, tag: str | None) -> Scored:
        language = resolve(text, tag)
        return together([self._short(sentence, language) for sentence in in_sentences(text)], language)
