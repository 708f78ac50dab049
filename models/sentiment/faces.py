"""Faces beside words: emoji, emoticons and exclamation marks put together with what the words add up to.

`models.sentiment.turkish` and `models.sentiment.korean` read the faces of a text first (`faces_of`) and hand them back
with the sum of its words (`scored`).
"""

import re
from collections.abc import Mapping
from math import sqrt
from typing import Final, NamedTuple

from models.sentiment.scored import Scored
from models.sentiment.signs import EMPHASIS, emoji_of, exclaims_of, is_irony
from models.sentiment.trace import Trace

_EMOTICON: Final = re.compile(r"[:;=]'?-?([()])\1*(?![\w()])")
_SMILE: Final = 1.5


class Faces(NamedTuple):
    """The faces of one text."""

    total: float
    worst: float
    """The worst weight of an emoji, at most 0."""
    hits: int


def faces_of(text: str, emoji: Mapping[str, float], trace: Trace | None) -> Faces:
    """Add up emoji and emoticons."""
    total, worst, hits = emoji_of(text, emoji, trace)
    if ":" in text or ";" in text or "=" in text:
        for match in _EMOTICON.finditer(text):
            weight = _SMILE if match[1] == ")" else -_SMILE
            total += weight
            hits += 1
            if trace is not None:
                trace.add(match[0], weight, weight)
    return Faces(total, worst, hits)


def scored(
    text: str, faces: Faces, z: float, hits: int, signals: tuple[str, ...], language: str, trace: Trace | None
) -> Scored:
    """Put the words' sum `z` of a text and its faces together; `hits` counts both."""
    if faces.total:
        if is_irony(faces.worst, faces.total, z):
            z = faces.total
            if trace is not None:
                trace.change(0.0, "irony: the sign says the opposite", since=faces.hits)
        else:
            z += faces.total
    exclaims = exclaims_of(text)
    if exclaims and z:
        emphasis = EMPHASIS * exclaims if z > 0.0 else -EMPHASIS * exclaims
        z += emphasis
        if trace is not None:
            trace.add("!" * exclaims, EMPHASIS, emphasis, ("emphasis",))
    return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, language, signals)
