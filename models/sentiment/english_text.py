"""English text to words: what counts as a word, a mark, an emoji and an address.

`models.sentiment.english.read` comes here once per text, before it looks words up.
"""

import re
from typing import Final

from models.sentiment.trace import Trace

_KEPT: Final = frozenset(b"'_0123456789abcdefghijklmnopqrstuvwxyz")
_WORDS: Final = bytes(c + 32 if 65 <= c <= 90 else c if c in _KEPT or c >= 128 else 32 for c in range(256))
"""Lowers ASCII letters and blanks punctuation in one pass; UTF-8 bytes of other letters stay."""
COMMON: Final = bytes(c for c in range(256) if c not in b"!:;=<>^|\\{}[]@")
"""Deleting these leaves the marks that need a second look: exclamation, emoticons, addresses."""
EMOJI: Final = re.compile("([\u2300-\u2bff\U0001f000-\U0001faff])")
"""The blocks that hold emoji: two ranges are quick to scan; which of them mean something, the table says."""
PUNCTUATION: Final = re.compile("[\u00ab\u00b7\u00bb\u2010-\u2017\u201c-\u201f\u2022\u2026]")
"""Dashes, quotation marks, bullets and the ellipsis that typing aids put in."""


def split_words(raw: bytes) -> list[str]:
    """Split UTF-8 text into lower-case words without punctuation; inner apostrophes stay."""
    spaced = raw.translate(_WORDS).decode()
    if "'" in spaced:
        spaced = spaced.replace(" '", " ").replace("' ", " ").strip("'")
    return spaced.split()


def without_addresses(text: str) -> str:
    """Leave out web and mail addresses and handles: their words are names, not feelings."""
    return " ".join([token for token in text.split() if "@" not in token and "://" not in token])


def without_emoji(text: str, emoji: dict[str, float], trace: Trace | None) -> tuple[str, float, float, int]:
    """Take the emoji out of a text; gives the words, the sum and the worst of the emoji, and how many counted."""
    signs = worst = 0.0
    hits = 0
    parts = EMOJI.split(text)
    for sign in parts[1::2]:
        weight = emoji.get(sign, 0.0)
        if weight:
            signs += weight
            worst = min(worst, weight)
            hits += 1
            if trace is not None:
                trace.add(sign, weight, weight)
    return PUNCTUATION.sub(" ", " ".join(parts[::2]).replace("’", "'").replace("‘", "'")), signs, worst, hits
