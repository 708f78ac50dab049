"""One walk along the terms found in a text: what each counts after all that acts on it.

`models.sentiment.turkish` and `models.sentiment.korean` find terms with an automaton and hand them over in order. Both
languages strengthen before a term and negate behind it, so they share the walk and differ in how far things reach.
"""

from collections.abc import Sequence
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
STRENGTH: Final = {"boost": 0.5, "so": 0.5, "damp": -0.5}
"""What a booster adds to the size of a weight."""
TURN: Final = -0.74
"""What is left of a negated weight; VADER's number."""

_NOWHERE: Final = -1_000
_WISH: Final = -2.0
_WISHES: Final = ("refund", "cancel", "human_wanted")
"""Signals of what a customer may only ask about; what weighs more than `_WISH` is no mere question."""
_TROUBLE: Final = ("fault", "wait", "repeat")
"""Signals of what can be put right."""


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


class Reach(msgspec.Struct, frozen=True):
    """How far, in characters of the text as it is read, things act in one language."""

    negate_chars: int
    deny_chars: int
    ask_chars: int
    boost_chars: int
    solved_chars: int
    """How far back a solution takes back the troubles named before it; also how far SO shields."""
    ends: str
    """Signs that end a sentence: nothing acts across them."""
    clause: str
    """Sign that ends a clause: no denial acts across it."""
    but: str
    """The word for "but", for explanations."""
    asks_all: bool
    """Whether a question unsays bad words too, or only good ones and wishes."""


class Walk:
    """What is known at one place of a text: the sum so far, and what the next term or modifier can act on."""

    __slots__ = (
        "boost", "boost_end", "entries", "factor", "hits", "last", "last_end", "last_tag", "negations", "noted",
        "reach", "signals", "so_end", "text", "trace", "troubles", "turns", "z",
    )  # fmt: skip

    def __init__(self, text: str, entries: Sequence[Entry], reach: Reach, trace: Trace | None) -> None:
        self.text = text
        self.entries = entries
        self.reach = reach
        self.trace = trace
        self.z = 0.0
        self.hits = 0
        self.signals: list[str] = []
        self.factor = 1.0
        self.troubles: list[tuple[float, str, int, int]] = []
        """Of each trouble: what it counted, its signal, its end in the text, its place in the trace."""
        self.last = 0.0
        """What the term before counted; 0 when nothing can act on it any more."""
        self.last_end = self.boost_end = self.so_end = _NOWHERE
        self.last_tag = ""
        self.turns = False
        self.boost = 0.0
        self.negations = 0
        self.noted = 0
        """How many terms were met, whether they count or not."""

    def count(self, place: int, start: int, end: int, *, negated: bool = False) -> None:
        """Count the term of entry `place`, found at `start` up to `end`; `negated` by a word right before it."""
        self.noted += 1
        entry = self.entries[place]
        counted = weight = entry.weight
        tag = entry.tag
        boost = self.boost
        if boost:
            self.boost = 0.0
            if not weight or start - self.boost_end > self.reach.boost_chars:
                boost = 0.0
            counted += boost if weight > 0.0 else -boost
        counted *= self.factor
        if negated:
            counted *= TURN
            tag = ""
            self.negations += 1
        if self.trace is not None:
            _note(self.trace, entry, counted, self.reach.but if self.factor != 1.0 else "", boost, negated)
        self.last_tag = ""
        if tag:
            if tag == "resolved":
                if self.troubles:
                    self._solve(start)
            elif weight < 0.0 and tag in _TROUBLE:
                self.troubles.append((counted, tag, end, len(self.trace) - 1 if self.trace is not None else 0))
            if tag not in self.signals:
                self.signals.append(tag)
                self.last_tag = tag
        if weight:
            self.z += counted
            self.hits += 1
        self.last, self.last_end, self.turns = counted, end, not negated and entry.code == STATE

    def _solve(self, start: int) -> None:
        """Take back the troubles that lie near before `start`."""
        for counted, tag, end, noted in self.troubles:
            if start - end <= self.reach.solved_chars:
                self.z -= counted
                self.hits -= 1
                if tag in self.signals:
                    self.signals.remove(tag)
                if self.trace is not None:
                    self.trace.change(0.0, "solved", since=noted, until=noted + 1)
        self.troubles.clear()

    def act(self, code: int, weight: float, start: int, end: int) -> None:
        """Let a modifier act: on the term before it, on the next one, or on all that was said."""
        if code == BOOST:
            self.boost, self.boost_end = weight, end
        elif code == SO:
            self.boost, self.boost_end, self.so_end = weight, end, end
        elif code == BUT:
            self.z *= 0.5
            self.factor = 1.5
            self.last = 0.0
            if self.trace is not None:
                self.trace.change(0.5, f'before "{self.reach.but}"')
        elif self.last:
            self._turn(code, start)

    def _turn(self, code: int, start: int) -> None:
        """Let a negator or a question at `start` act on the term before it, in the same sentence."""
        reach = self.reach
        asked = code == ASK
        far = reach.ask_chars if asked else reach.negate_chars if code == NEGATE else reach.deny_chars
        if start - self.last_end > far or not (self.turns or asked):
            return
        if asked and self.last < 0.0 and not (reach.asks_all or (self.last >= _WISH and self.last_tag in _WISHES)):
            return
        if code == DENY and start - self.so_end <= reach.solved_chars:
            return
        between = self.text[self.last_end : start]
        if any(end in between for end in reach.ends) or (code == DENY and reach.clause in between):
            return
        share = 0.0 if asked else TURN
        self.z += self.last * (share - 1.0)
        if asked:
            self.hits -= 1
        else:
            self.negations += 1
        if self.last_tag:
            self.signals.remove(self.last_tag)
        if self.troubles and self.troubles[-1][2] == self.last_end:
            self.troubles.pop()
        if self.trace is not None:
            self.trace.change(share, "asked about" if asked else "negated", since=len(self.trace) - 1)
        self.last = 0.0


def _note(trace: Trace, entry: Entry, counted: float, after: str, boost: float, negated: bool) -> None:
    why = [entry.why] if entry.why else []
    if boost:
        why.append("boosted" if boost > 0.0 else "weakened")
    if negated:
        why.append("negated")
    if after:
        why.append(f'after "{after}"')
    trace.add(entry.term, entry.weight, counted, why, entry.tag)
