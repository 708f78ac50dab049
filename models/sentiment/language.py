"""Which language a text is read as: the tag its producer gave, else a guess by script.

`models.sentiment.rules` asks here for each text that is not plainly English. Only English is scored so far; for other
languages the answer is what the touchpoint is labelled with.
"""

import re
from typing import Final

DEFAULT: Final = "en"
"""Read as this when neither tag nor script says otherwise; Latin letters alone do not tell languages apart."""

_ENOUGH_CHARS: Final = 1_000
"""The guess looks no further, so that its cost is bounded."""
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)
_UNKNOWN: Final = frozenset({"und", "mul", "mis", "zxx"})

_SCRIPT: Final = re.compile(
    "(?P<ko>[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3])|(?P<ja>[\u3041-\u30fa])|(?P<zh>[\u3400-\u4dbf\u4e00-\u9fff])"
    "|(?P<ar>[\u0620-\u064a\u0671-\u06d3])|(?P<ru>[\u0400-\u04ff])|(?P<el>[\u0370-\u03ff])|(?P<he>[\u05d0-\u05ea])"
    "|(?P<th>[\u0e01-\u0e3a])|(?P<hi>[\u0904-\u0939])"
)
_BEYOND_LATIN: Final = re.compile("[\u0370-\u1fff\u3041-\ud7a3]")
"""One quick look that spares a text with curly quotes or emoji the count of scripts."""
_LATIN: Final = re.compile("[A-Za-z]")
_TURKISH: Final = re.compile("[ğışĞİŞ]")
_ENGLISH: Final = frozenset({
    "the", "and", "is", "was", "are", "were", "to", "of", "my", "your", "it", "its", "for", "with", "this", "that",
    "have", "has", "not", "but", "you", "they", "we", "i",
})  # fmt: skip


def primary(tag: str) -> str | None:
    """Give the primary subtag in lower case (`en-GB` -> `en`), or None when the tag names no language."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    language = match.group(1).lower()
    return None if language in _UNKNOWN else language


def guess(text: str) -> str:
    """Guess the language by script; a script counts once its letters are a third of the Latin ones.

    Kana decides for Japanese over Han; Turkish needs one of its own letters and no English function word. Scripts used
    by several languages (Cyrillic, Arabic, Devanagari) get their most common one.
    """
    if text.isascii():
        return DEFAULT
    text = text[:_ENOUGH_CHARS]
    if _BEYOND_LATIN.search(text):
        counts: dict[str, int] = {}
        for match in _SCRIPT.finditer(text):
            script = match.lastgroup or DEFAULT
            counts[script] = counts.get(script, 0) + 1
        if counts and 3 * sum(counts.values()) >= len(_LATIN.findall(text)):
            if "ja" in counts and "ko" not in counts:
                return "ja"
            return max(counts, key=lambda script: (counts[script], script))
    if _TURKISH.search(text) and _ENGLISH.isdisjoint(text.lower().split()):
        return "tr"
    return DEFAULT


def resolve(text: str, tag: str | None) -> str:
    """Give the language a text is read as: its tag where that names one, else the guess."""
    return (primary(tag) if tag else None) or guess(text)
