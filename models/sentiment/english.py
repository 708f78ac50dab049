"""The English rules: one text in, one `Scored` out, in one loop over its words.

`models.sentiment.rules.RuleScorer` calls `read` for each text tagged as English, and for one of ASCII letters that
nobody tagged. The arithmetic is VADER's
(Hutto and Gilbert 2014): words weigh -4..4, words up to three places before strengthen, weaken or turn them, what
follows "but" counts threefold what precedes it, and the sum z becomes z / sqrt(z * z + 15).

A matched phrase is one term: its words count neither by themselves nor as modifiers of what follows. Plain functions
over `str`, `dict` and `list`, so that this module can be compiled without a change.
"""

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Final

from models.sentiment.english_denial import LIGHT, denied_by_at_all, denied_from_afar, denies, lone_denial
from models.sentiment.english_tables import (
    ALONE,
    AT_ALL,
    BUT,
    CODED,
    NAMED,
    NEGATE,
    NEGATE_NEAR,
    PERSON_DOES,
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
_TURN: Final = -0.74
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
        if not text.isascii():
            text = text.lower()
        raw = text.encode("utf-8", "replace")
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
                raw = without_addresses(text).encode("utf-8", "replace")
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
    count = len(words)
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
        acts = True
        tag = ""
        if weight >= CODED:
            if weight < BUT:
                if _names(text, words, at):
                    continue
                weight -= NAMED
            elif weight == BUT:
                if factor == 1.0:
                    denied = hits > 0 and denies(words, at + 1, modifiers)
                    if trace is not None:
                        trace.change(_TURN if denied else 0.5, _TAKEN_BACK if denied else 'before "but"', of_signs)
                    if denied:
                        return z * _TURN, hits, signals
                    z *= 0.5
                    factor = 1.5
                continue
            else:
                opened = phrases[weight]
                found = (opened.get(words[at + 1]) if at + 1 < count else None) or opened.get(ALONE)
                matched = _longest(words, at, found) if found else None
                if matched is None:
                    continue
                length, _, weight, acts, tag = matched
                if tag == AT_ALL:
                    if last > 0.0 and denied_by_at_all(words, last_at, modifiers):
                        z += last * (_TURN - 1.0)
                        last = 0.0
                        if trace is not None:
                            trace.change(_TURN, 'negated from further away, "at all"', since=len(trace) - 1)
                    continue
                if length > 1:
                    taken = at + length
                elif words[at] == "no" and _begins_term(words, at + 1, tables):
                    continue  # it turns the next term instead of standing for itself
        plain = weight
        if acts and at > window:
            weight = _in_context(weight, words, at, window, modifiers)
            if tag and _turned(words, at, window, modifiers):
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
            trace.add(term, plain, weight * factor, _why(words, at, window, modifiers, acts, factor), tag)
    return z, hits, signals


def _why(
    words: list[str], at: int, window: int, modifiers: dict[str, float], acts: bool, factor: float
) -> Iterator[str]:
    """Say in words what acted on the term at place `at`, the nearest first."""
    for back in range(at - 1, max(window, at - 3) - 1, -1) if acts else ():
        change = modifiers.get(words[back], 0.0)
        if change == NEGATE or (change == NEGATE_NEAR and at - back <= 2):
            yield f'negated by "{words[back]}"'
        elif change and change < NEGATE_NEAR:
            yield f'{"boosted" if change > 0 else "weakened"} by "{words[back]}"'
    if acts and denied_from_afar(words, at, window, modifiers):
        yield "negated from further away"
    if factor != 1.0:
        yield 'after "but"'


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
    opened = tables.phrases[weight]
    found = (opened.get(words[at + 1]) if at + 1 < len(words) else None) or opened.get(ALONE)
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


def _in_context(weight: float, words: list[str], at: int, window: int, modifiers: dict[str, float]) -> float:
    """Let the up to three words before place `at`, none before `window`, act on a weight, the nearest first."""
    change = modifiers.get(words[at - 1])
    if change is not None:
        weight = _modified(weight, change, 1.0)
    if at - 1 > window:
        change = modifiers.get(words[at - 2])
        if change is not None:
            weight = _modified(weight, change, 0.95)
        if at - 2 > window:
            change = modifiers.get(words[at - 3])
            if change is None:
                if words[at - 1] in LIGHT and denied_from_afar(words, at, window, modifiers):
                    weight *= _TURN
            elif change != NEGATE_NEAR:
                weight = _modified(weight, change, 0.9)
    return weight


def _modified(weight: float, change: float, share: float) -> float:
    """Apply one modifier; a booster counts for `share` of its strength."""
    if change >= NEGATE_NEAR:
        return weight * _TURN
    return weight + change * share if weight > 0.0 else weight - change * share


def _turned(words: list[str], at: int, window: int, modifiers: dict[str, float]) -> bool:
    """Say whether an odd number of negators acts on place `at`: "not broken" is no fault."""
    turned = False
    for back in range(at - 1, max(window, at - 3) - 1, -1):
        change = modifiers.get(words[back], 0.0)
        if change == NEGATE or (change == NEGATE_NEAR and at - back <= 2):
            turned = not turned
    return turned is not denied_from_afar(words, at, window, modifiers)
