"""Texts of more than a few sentences: cut to a bounded length, taken apart, and put together again.

`models.sentiment.rules` comes here with a text longer than `SHORT_CHARS`. Added up, twenty terms of a long mail would
end at -1 or 1 whatever they say; so each sentence is scored by itself, and the mean of those with evidence counts, the
last one half as much again, because people come to the point at the end.
"""

import re
from collections.abc import Sequence
from typing import Final

from models.sentiment.scored import Scored

SHORT_CHARS: Final = 280
"""A text up to here is scored in one piece."""
HEAD_CHARS: Final = 1_000
TAIL_CHARS: Final = 300
"""Of a longer text its first 1,000 and last 300 characters are scored: the cost stays bounded."""
LAST_WEIGHT: Final = 1.5

_END: Final = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
_PIECE_CHARS: Final = 280
"""A sentence without an end is cut here at a blank."""


def in_sentences(text: str) -> list[str]:
    """Take the scored parts of a text apart at sentence ends and line breaks; none is empty or longer than 280."""
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        text = text[:HEAD_CHARS] + "\n" + text[-TAIL_CHARS:]
    found = []
    for sentence in _END.split(text):
        rest = sentence.strip()
        while len(rest) > _PIECE_CHARS:
            at = rest.rfind(" ", 1, _PIECE_CHARS)
            at = at if at > 0 else _PIECE_CHARS
            found.append(rest[:at])
            rest = rest[at:].lstrip()
        if rest:
            found.append(rest)
    return found


def together(sentences: Sequence[Scored], language: str) -> Scored:
    """Put the sentences' scores together: hits add up, signals come once each, scores become a weighted mean."""
    hits = 0
    signals: dict[str, None] = {}
    total = 0.0
    parts = 0.0
    for place, scored in enumerate(sentences):
        signals.update(dict.fromkeys(scored.signals))
        if scored.hits:
            hits += scored.hits
            weight = LAST_WEIGHT if place == len(sentences) - 1 else 1.0
            total += weight * scored.score_milli
            parts += weight
    return Scored(round(total / parts) if parts else 0, hits, language, tuple(signals))
