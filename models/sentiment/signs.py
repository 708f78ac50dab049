"""What the signs of a text say in every language: emoji, exclamation marks, and a face that belies the words.

The rules of a language ask here once per text; `english` has its own quicker way over bytes for the same.
"""

from collections.abc import Mapping
from typing import Final

from models.sentiment.english_text import EMOJI
from models.sentiment.trace import Trace

EMPHASIS: Final = 0.292
"""What one exclamation mark adds."""
_MOST_EXCLAIMS: Final = 4
_STRONG: Final = -2.0


def emoji_of(text: str, emoji: Mapping[str, float], trace: Trace | None) -> tuple[float, float, int]:
    """Give (sum, worst weight, how many) of the emoji that mean something."""
    total = worst = 0.0
    hits = 0
    if not text.isascii() and _may_hold_emoji(text.encode("utf-8", "replace")):
        for sign in EMOJI.findall(text):
            weight = emoji.get(sign, 0.0)
            if weight:
                total += weight
                worst = min(worst, weight)
                hits += 1
                if trace is not None:
                    trace.add(sign, weight, weight)
    return total, worst, hits


def _may_hold_emoji(raw: bytes) -> bool:
    """Look for the bytes that every sign of `EMOJI` begins with: far quicker than for the signs."""
    return b"\xf0" in raw or b"\xe2" in raw


def exclaims_of(text: str) -> int:
    """Count exclamation marks, four at most."""
    return min(_MOST_EXCLAIMS, text.count("!"))


def is_irony(worst: float, signs: float, z: float) -> bool:
    """Say whether kind words (z) stand under an angry face: then the face alone counts."""
    return worst <= _STRONG and signs < 0.0 < z
