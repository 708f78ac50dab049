"""One walk along the terms found in a text: what each counts after all that acts on it.

`models.sentiment.turkish` and `models.sentiment.korean` find terms with an automaton and hand them over in order. Both
languages strengthen before a term and negate behind it, so they share the walk and differ in how far things reach.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from models.sentiment.trace import Trace

STATE: Final = 0
TOPIC: Final = 1
NEGATE: Final = 2
DENY: Final = 3
"""Negates too; the word for "not there", or a negated verb. SO before the term takes its effect away."""
ASK: Final = 4
BUT: Final = 5
BOOST: Final = 6
SO: Final = 7
"""Strengthens, and makes a denial an outcry: "I have not seen such a rude clerk"."""
LAUGH: Final = 8
TEARS: Final = 9
PLAIN: Final = 10
"""Talk of business: no feeling is to be guessed where no term says one."""
MARKS: Final = {LAUGH: 1, TEARS: 2, PLAIN: 4}
"""What acts on no term before it, and is told of the text as a whole."""
STRENGTH: Final = {"boost": 0.5, "so": 0.5, "damp": -0.5}
"""What a booster adds to the size of a weight."""
TURN: Final = -0.74
"""What is left of a negated weight; VADER's number."""

_NOWHERE: Final = -1_000
_WISH: Final = -2.0
_WISHES: Final = ("refund", "cancel", "human_wanted")
"""Signals of what a customer may only ask about; what weighs more than `_WISH` is no mere question."""
_NO_SIGNALS: Final[tuple[str, ...]] = ()
_TROUBLE: Final = ("fault", "wait", "repeat")
"""Signals of what can be put right."""
_Trouble = tuple[float, str, int, int]
"""What it counted, its signal, its end in the text, its place in the trace."""


class Entry(msgspec.Struct, frozen=True):
    """What one pattern of the automaton means."""

    code: int
    """STATE, TOPIC or what a modifier does."""
    weight: float
    """-4..4; for a booster what it adds."""
    tag: str
    """Signal or empty."""
    term: str
    """The row it comes from."""
    why: str
    """How the pattern was made from the term, or empty."""


Code = tuple[int, float, str]
"""The first three fields of an entry."""


def codes_of(entries: Iterable[Entry]) -> list[Code]:
    """Give the code of each entry; equal ones are one object: the few there are stay in the processor's cache."""
    shared: dict[Code, Code] = {}
    codes = [(entry.code, entry.weight, entry.tag) for entry in entries]
    return [shared.setdefault(code, code) for code in codes]


class Reach(msgspec.Struct, frozen=True):
    """How far, in characters of the text as it is read, things act in one language."""

    negate_chars: int
    deny_chars: int
    ask_chars: int
    boost_chars: int
    solved_chars: int
    """How far back a solution takes back the troubles named before it; also how far SO shields."""
    ends: frozenset[str]
    """Signs that end a sentence: nothing acts across them."""
    clause: str
    """Sign that ends a clause: no denial acts across it."""
    but: str
    """The word for "but", for explanations."""
    asks_all: bool
    """Whether a question unsays bad words too, or only good ones and wishes."""


Walked = tuple[float, int, tuple[str, ...], bool, int, int]
"""What the terms of a text come to: their sum; how many count; the signals in order of appearance; whether a term was
met, be it one that does not count; of each of MARKS that was met its number, added up (a term that weighs nothing
marks as PLAIN); how many terms were negated, or praise by saying what is not there."""


def walk(  # noqa: PLR0915
    text: str,
    found: Sequence[tuple[int, int, int]],
    entries: Sequence[Entry],
    codes: Sequence[Code],
    reach: Reach,
    before: str,
    trace: Trace | None,
) -> Walked:
    """Count the terms found in a text and let the modifiers between them act, in one loop for speed.

    Args:
        text: as its language reads it.
        found: (place in `entries`, start, end), in order, none overlapping.
        entries: what each pattern means.
        codes: of each entry.
        reach: how far things act.
        before: the negators of one letter that may stand right before a term in this text.
        trace: takes notes of every term.
    """
    z = boost = 0.0
    factor = 1.0
    hits = marks = negations = 0
    signals = _NO_SIGNALS
    last = 0.0  # what the term before counted; 0 when nothing can act on it any more
    last_tag = ""  # the signal that it raised, as the first
    turns = False  # whether a negator acts on it
    last_end = boost_end = so_end = _NOWHERE
    troubles: list[_Trouble] = []
    for place, start, end in found:
        code, weight, tag = codes[place]
        if code <= TOPIC:
            counted = weight
            by = 0.0
            if boost:
                if weight and start - boost_end <= reach.boost_chars:
                    by = boost
                    counted += by if weight > 0.0 else -by
                boost = 0.0
            counted *= factor
            turns = code == STATE
            negated = False
            if turns:
                if before and _negated(text, start, before):
                    counted *= TURN
                    tag = ""
                    turns = False
                    negated = True
                    negations += 1
            elif weight > 0.0:
                negations += 1  # praise made of a negation: "걱정 없어요"
            if trace is not None:
                _note(trace, entries[place], counted, reach.but if factor != 1.0 else "", by, negated)
            last_tag = ""
            if tag:
                if tag == "resolved":
                    z, hits, signals = _solved(z, hits, signals, troubles, start - reach.solved_chars, trace)
                elif weight < 0.0 and tag in _TROUBLE:
                    troubles.append((counted, tag, end, len(trace) - 1 if trace is not None else 0))
                if tag not in signals:
                    signals = (*signals, tag)
                    last_tag = tag
            if weight:
                z += counted
                hits += 1
            else:
                marks |= MARKS[PLAIN]
            last, last_end = counted, end
        elif code == BOOST:
            boost, boost_end = weight, end
        elif code == SO:
            boost, boost_end, so_end = weight, end, end
        elif code == BUT:
            z *= 0.5
            factor = 1.5
            last = 0.0
            if trace is not None:
                trace.change(0.5, f'before "{reach.but}"')
        else:
            if code >= LAUGH:
                marks |= MARKS[code]
                if not weight:
                    continue
                code = ASK
            if not last or not (turns or code == ASK) or not _acts(code, text, start, last_end, so_end, reach):
                continue
            if code != ASK:
                share = TURN
                negations += 1
            elif last > 0.0 or reach.asks_all or (last >= _WISH and last_tag in _WISHES):
                share = 0.0
                hits -= 1
            else:
                continue
            z += last * (share - 1.0)
            last = 0.0
            if last_tag:
                signals = _without(signals, last_tag)
            if troubles and troubles[-1][2] == last_end:
                troubles.pop()
            if trace is not None:
                trace.change(share, "negated" if share else "asked about", since=len(trace) - 1)
    return z, hits, signals, last_end != _NOWHERE, marks, negations


def _negated(text: str, start: int, before: str) -> bool:
    """Say whether a negator stands right before place `start`, as a word of its own or closed up."""
    at = start - 1
    if text[at] == " ":
        at -= 1
    return at > 0 and text[at] in before and text[at - 1] == " "


def _acts(code: int, text: str, start: int, last_end: int, so_end: int, reach: Reach) -> bool:
    """Say whether a negator or a question at `start` is near enough to the term before it, in the same sentence."""
    far = reach.ask_chars if code == ASK else reach.negate_chars if code == NEGATE else reach.deny_chars
    if start - last_end > far or (code == DENY and start - so_end <= reach.solved_chars):
        return False
    between = text[last_end:start]
    return reach.ends.isdisjoint(between) and not (code == DENY and reach.clause in between)


def _solved(
    z: float, hits: int, signals: tuple[str, ...], troubles: list[_Trouble], since: int, trace: Trace | None
) -> tuple[float, int, tuple[str, ...]]:
    """Take back the troubles that end at `since` or later; gives the sum, how many count, the signals."""
    for counted, tag, end, noted in troubles:
        if end >= since:
            z -= counted
            hits -= 1
            signals = _without(signals, tag)
            if trace is not None:
                trace.change(0.0, "solved", since=noted, until=noted + 1)
    troubles.clear()
    return z, hits, signals


def _without(signals: tuple[str, ...], tag: str) -> tuple[str, ...]:
    return tuple([signal for signal in signals if signal != tag])


def _note(trace: Trace, entry: Entry, counted: float, after: str, boost: float, negated: bool) -> None:
    why = [entry.why] if entry.why else []
    if boost:
        why.append("boosted" if boost > 0.0 else "weakened")
    if negated:
        why.append("negated")
    if after:
        why.append(f'after "{after}"')
    trace.add(entry.term, entry.weight, counted, why, entry.tag)
