"""Which language a text is read as: the tag its producer gave, else a guess by script, letters and common words.

`models.sentiment.rules` asks here for each text that is not tagged as English or plainly in it; `english` asks `vote`
about the words it has split anyway. A text is answered for also where no rules exist for its language.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from models.sentiment.stop_words import SURELY_ENGLISH, TURKISH_ENDINGS, VOTES

DEFAULT: Final = "en"
"""Read as this when nothing says otherwise."""

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
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_LETTERS: Final = re.compile(
    "(?P<tr>[ğışĞİŞ])|(?P<de>[ßäÄ])|(?P<es>[ñÑ¿¡])|(?P<pt>[ãõÃÕ])|(?P<fr>[êëœçèûîÊËŒÇÈÛÎ])|(?P<it>[ìòÌÒ])"
    "|(?P<pl>[ąęłńśźżĄĘŁŃŚŹŻ])|(?P<sv>[åÅ])"
)
"""Letters that speak for a language, not always for it alone; the words decide with them."""
_OF_LETTERS: Final = 2
_ENOUGH_VOTES: Final = 2
_ENOUGH_WORDS: Final = 16
_ASIAN_BYTES: Final = 1.7
"""UTF-8 bytes a character, from which on most letters are of a script that takes three."""
_SAMPLE_CHARS: Final = 32
"""So much of such a text tells its script, where that is plain."""
_PLAINLY_KOREAN: Final = re.compile("(?:[^A-Za-z\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*+[\uac00-\ud7a3]){10}")
"""Ten of its letters before any other."""
_HANGUL: Final = re.compile("[\uac00-\ud7a3]+")
_TURKISH: Final = re.compile("[ğışĞİŞ]|[çÇ](?![aouAOUáâãóôõúû])|ü\\b")
"""What of these languages only Turkish writes: some letters, ç before another letter than a, o, u, and ü at an end."""

ENGLISH: Final = SURELY_ENGLISH
"""A text with one of these words is English without counting."""
_ENGLISH_IN_BYTES: Final = frozenset([word.encode() for word in ENGLISH])
_AS_IN_BYTES: Final = bytes([byte for byte in range(0xC6) if not 0x1C <= byte <= 0x1F and byte != 0xC2])
"""The bytes of UTF-8 up to U+017F, without the blanks that only `str` knows: nothing else there is lowered to ASCII."""


def primary(tag: str) -> str | None:
    """Give the primary subtag in lower case (`en-GB` -> `en`), or None when the tag names no language."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    language = match.group(1).lower()
    return None if language in _UNKNOWN else language


def guess(text: str) -> str:
    """Guess the language by script, else by letters and common words.

    A script counts once its letters are a third of the Latin ones. Kana decides for Japanese over Han. Scripts used by
    several languages (Cyrillic, Arabic, Devanagari) get their most common one.
    """
    text = text[:_ENOUGH_CHARS]
    if text.isascii():
        words = _WORD.findall(text.lower())
        return DEFAULT if not ENGLISH.isdisjoint(words) else vote(words)
    raw = text.encode("utf-8", "replace")
    if len(raw) >= _ASIAN_BYTES * len(text):
        if _PLAINLY_KOREAN.match(text):
            return "ko"
        sample = text[:_SAMPLE_CHARS]
        if 3 * sum(map(len, _HANGUL.findall(sample))) >= 2 * (len(sample) - sample.count(" ")):
            return "ko"
    elif ("ı" in text or "ş" in text or _TURKISH.search(text)) and not _says_english(text, raw):
        return "tr"
    if _BEYOND_LATIN.search(text):
        counts: dict[str, int] = {}
        for match in _SCRIPT.finditer(text):
            script = match.lastgroup or DEFAULT
            counts[script] = counts.get(script, 0) + 1
        if counts and 3 * sum(counts.values()) >= len(_LATIN.findall(text)):
            if "ja" in counts and "ko" not in counts:
                return "ja"
            return max(counts, key=lambda script: (counts[script], script))
    words = _WORD.findall(text.replace("’", "'").replace("İ", "i").lower())
    if not ENGLISH.isdisjoint(words):
        return DEFAULT
    return vote(words, {match.lastgroup or DEFAULT: _OF_LETTERS for match in _LETTERS.finditer(text)})


def _says_english(text: str, raw: bytes) -> bool:
    """Say whether one of the words between blanks is surely English; `raw` is the text in UTF-8.

    Bytes are lowered and split in half the time of a text; only signs that Turkish seldom writes make a difference.
    """
    if not _ENGLISH_IN_BYTES.isdisjoint(raw.lower().split()):
        return True
    return bool(raw.translate(None, _AS_IN_BYTES)) and not ENGLISH.isdisjoint(text.lower().split())


def vote(words: Sequence[str], letters: Mapping[str, int] | None = None) -> str:
    """Give the language that most common words, and the votes of the letters, speak for; English on a tie or a doubt.

    Args:
        words: lower-case words of the text.
        letters: votes that other signs gave already.
    """
    counts = dict(letters or {})
    for word in words[:_ENOUGH_WORDS]:
        for language, votes in VOTES.get(word, ()):
            counts[language] = counts.get(language, 0) + votes
        if len(word) >= 5 and word.endswith(TURKISH_ENDINGS):
            counts["tr"] = counts.get("tr", 0) + 2
    if not counts:
        return DEFAULT
    best = max(counts, key=lambda language: (counts[language], language == "tr", language))
    enough = counts[best] >= _ENOUGH_VOTES and counts[best] > counts.get(DEFAULT, 0)
    return best if enough else DEFAULT


def nothing_known(text: str) -> bool:
    """Say whether no letter and no common word of a text speaks for any language: English is a mere guess then."""
    if not text.isascii():
        return False
    words = _WORD.findall(text.lower())
    if not ENGLISH.isdisjoint(words) or any(word in VOTES for word in words):
        return False
    return not any(len(word) >= 5 and word.endswith(TURKISH_ENDINGS) for word in words)


def resolve(text: str, tag: str | None) -> str:
    """Give the language a text is read as: its tag where that names one, else the guess."""
    return (primary(tag) if tag else None) or guess(text)
