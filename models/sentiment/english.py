"""The English rules: one text in, one `Scored` out, in one loop over its words.

`models.sentiment.rules.RuleScorer` calls `read` for each text tagged as English, and for one of ASCII letters that
nobody tagged. The arithmetic is VADER's
(Hutto and Gilbert 2014): words weigh -4..4, words up to three places before strengthen, weaken or turn them, what
follows "but" counts threefold what precedes it, and the sum z becomes z / sqrt(z * z + 15).

A matched phrase is one term: its words count neither by themselves nor as modifiers of what follows. Plain functions
over `str`, `dict` and `list`, so that this module can be compiled without a change.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Final

from models.sentiment.english_closing import is_form
from models.sentiment.english_context import TURN, in_context, turned, why
from models.sentiment.english_denial import denied_by_at_all, denies, lone_denial
from models.sentiment.english_tables import (
    ASIDES,
    AT_ALL,
    BUT,
    CODED,
    NAME,
    NAMED,
    PERSON_DOES,
    PHRASE,
    Phrase,
    Tables,
    compile_tables,
)
from models.sentiment.english_text import COMMON, split_words, without_addresses, without_emoji
from models.sentiment.explained import Explained
from models.sentiment.language import ENGLISH, vote
from models.sentiment.lexicon import Lexicon
from models.sentiment.scored import Scored
from models.sentiment.trace import Trace

MODIFIERS: Final = "modifiers_en.tsv"

_NO_SIGNALS: Final[tuple[str, ...]] = ()
NO_EVIDENCE: Final = Scored(0, 0, "en", _NO_SIGNALS)
DOUBTFUL: Final = Scored(0, 0, "en", _NO_SIGNALS)
"""Stands, by identity, for a text without a term and without a word that is surely English."""
_TAKEN_BACK: Final = "taken back at the end"
_DENIED: Final = -0.6
"""What a denial counts in a text without a term."""
_EXCLAIM: Final = 0.292
_STRONG_EMOJI: Final = -2.0


class EnglishScorer:
    """The rules over their tables; see `models.sentiment.explained.LanguageScorer`."""

    def __init__(self, tables: Tables) -> None:
        self.tables: Final = tables

    def score(self, text: str) -> Scored:
        """Score one English text."""
        scored = read(text, self.tables)
        assert isinstance(scored, Scored)
        return scored

    def explain(self, text: str) -> Explained:
        """Score one English text and say why."""
        trace = Trace()
        scored = read(text, self.tables, True, trace)
        assert isinstance(scored, Scored)
        return Explained(scored, trace.hits())


def build(lexicon: Lexicon, emoji: Mapping[str, float], others: Mapping[str, bytes]) -> EnglishScorer:
    """Compile the lexicon; `others` holds the modifiers."""
    return EnglishScorer(compile_tables(lexicon, others[MODIFIERS].decode(), emoji))


def read(text: str, tables: Tables, sure: bool = True, trace: Trace | None = None) -> Scored | str:
    """Score one text.

    Args:
        text: what was said; the cost grows with its length, callers bound it.
        tables: the compiled lexicon.
        sure: whether it is known to be English.
        trace: takes notes of every term.

    Returns:
        score_milli -1000..1000, rounded half to even; equal texts give equal results on every machine. For a
        text of which nobody is sure and whose words belong to another language, that language instead.
    """
    signs = 0.0
    worst = 0.0
    hits = 0
    if text.isascii():
        raw = text.encode()
    else:
        text, signs, worst, hits = without_emoji(text, tables.emoji, trace)
        raw = text.lower().encode("utf-8", "replace")
    marks = raw.translate(None, COMMON)
    exclaims = 0
    if marks:
        exclaims = marks.count(b"!")
        if exclaims < len(marks):
            emoticons = tables.emoticons
            for token in text.lower().split():
                if token in emoticons:
                    signs += emoticons[token]
                    hits += 1
                    if trace is not None:
                        trace.add(token, emoticons[token], emoticons[token])
            if b"@" in marks or b"://" in raw:
                raw = without_addresses(text).lower().encode("utf-8", "replace")
    words = split_words(raw)
    nothing = NO_EVIDENCE
    if not sure and ENGLISH.isdisjoint(words):
        language = vote(words)
        if language != "en":
            return language
        nothing = DOUBTFUL
    of_signs = 0 if trace is None else len(trace)
    z, said, signals = _sum(words, text, tables, trace)
    hits += said
    if not hits and not signals and (denied := lone_denial(words, text)) >= 0:
        hits, z = 1, _DENIED
        if trace is not None:
            trace.add(words[denied], _DENIED, _DENIED, ("denial alone",))
    if not hits:
        return Scored(0, 0, "en", signals) if signals else nothing
    if signs:
        # Kind words under an angry face are irony: the face alone counts.
        if worst <= _STRONG_EMOJI and signs < 0.0 < z:
            z = signs
            if trace is not None:
                trace.change(0.0, "irony: the sign says the opposite", since=of_signs)
        else:
            z += signs
    if exclaims and z:
        emphasis = _EXCLAIM * min(exclaims, 4)
        z += emphasis if z > 0.0 else -emphasis
        if trace is not None:
            trace.add("!" * min(exclaims, 4), _EXCLAIM, emphasis if z > 0.0 else -emphasis, ("emphasis",))
    return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, "en", signals)


def _sum(  # noqa: PLR0915
    words: list[str], text: str, tables: Tables, trace: Trace | None
) -> tuple[float, int, tuple[str, ...]]:
    """Add up the terms of lower-case words, in one loop for speed; gives the sum, how many counted, the signals."""
    modifiers, phrases = tables.modifiers, tables.phrases
    final = len(words) - 1
    of_signs = 0 if trace is None else len(trace)
    z = 0.0
    hits = 0
    signals = _NO_SIGNALS
    factor = 1.0
    taken = 0  # words before this place belong to a matched phrase
    last = 0.0  # what the term before counted, where a modifier can act on it
    last_at = 0
    for at, listed in enumerate(map(tables.terms.get, words)):
        if listed is None or at < taken:
            continue
        weight = listed
        window = taken
        if weight >= PHRASE:
            opened, alone = phrases[weight]
            found = opened.get(words[at + 1], alone) if at < final else alone
            if found is None:
                continue
            matched = _longest(words, at, found)
            if matched is None:
                continue
            length, _, weight, acts, tag = matched
            if tag in ASIDES:
                if tag == AT_ALL:
                    if last > 0.0 and denied_by_at_all(words, last_at, modifiers):
                        z += last * (TURN - 1.0)
                        last = 0.0
                        if trace is not None:
                            trace.change(TURN, 'negated from further away, "at all"', since=len(trace) - 1)
                    continue
                if _names(text, words, at) if tag == NAME else is_form(tag, text, words, at):
                    taken = at + length
                    continue
                tag = ""
            if length > 1:
                taken = at + length
            elif words[at] == "no" and _begins_term(words, at + 1, tables):
                continue  # it turns the next term instead of standing for itself
        elif weight == BUT:
            if factor == 1.0:
                denied = hits > 0 and denies(words, at + 1, modifiers)
                if trace is not None:
                    trace.change(TURN if denied else 0.5, _TAKEN_BACK if denied else 'before "but"', of_signs)
                if denied:
                    return z * TURN, hits, signals
                z *= 0.5
                factor = 1.5
            continue
        else:
            acts, tag = True, ""
            if weight >= CODED:
                if _names(text, words, at):
                    continue
                weight -= NAMED
        plain = weight
        if acts and at > window:
            weight = in_context(weight, words, at, window, modifiers)
            if tag and turned(words, at, window, modifiers):
                tag = ""
        if tag and tag not in signals:
            signals = (*signals, tag)
        if weight:
            hits += 1
            counted = weight * factor
            z += counted
            last, last_at = counted if acts else 0.0, at
        if trace is not None and (weight or tag):
            term = " ".join(words[at : max(taken, at + 1)])
            trace.add(term, plain, weight * factor, why(words, at, window, modifiers, acts, factor), tag)
    return z, hits, signals


def _longest(words: list[str], at: int, phrases: list[Phrase]) -> Phrase | None:
    """Give the first of some phrases, longest first, that stands at place `at`."""
    for phrase in phrases:
        length = phrase[0]
        if length == 1 or words[at : at + length] == phrase[1]:
            return phrase
    return None


def _begins_term(words: list[str], at: int, tables: Tables) -> bool:
    """Say whether a term, word or phrase, stands at place `at`."""
    weight = tables.terms.get(words[at]) if at < len(words) else None
    if weight is None or weight == BUT:
        return False
    if weight < BUT:
        return True
    opened, alone = tables.phrases[weight]
    found = opened.get(words[at + 1], alone) if at + 1 < len(words) else alone
    return found is not None and _longest(words, at, found) is not None


def _names(text: str, words: list[str], at: int) -> bool:
    """Say whether the word at place `at` is a name here, in a text that is not all capitals.

    It is when it stands capitalised after a word or a comma, or first of all before what a person does.
    """
    name = words[at].capitalize()
    if at == 0:
        return len(words) > 1 and words[1] in PERSON_DOES and text.lstrip().startswith(name) and not text.isupper()
    place = text.find(" " + name)
    return place > 0 and (text[place - 1].isalnum() or text[place - 1] == ",") and not text.isupper()
