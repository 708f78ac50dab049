"""Which kind English words only close a letter: "Best, Tom", "Have a nice day".

`models.sentiment.english_tables` marks the words and pairs that may be such a form; `models.sentiment.english` asks
`is_form` where it meets one, and then takes it for no feeling.
"""

import re
from typing import Final

SIGN_OFF: Final = "sign-off"
"""Stands in the place of a signal for a word that may close a letter above a name."""
WISH: Final = "wish"
"""Stands in the place of a signal for a pair such as "nice day", which may be wished at parting."""

SIGN_OFFS: Final = ("best", "fondly", "gratefully", "hugs", "love", "lovingly", "peace", "respectfully", "warmly")
WISHED: Final = (
    "amazing", "awesome", "beautiful", "blessed", "brilliant", "delightful", "enjoyable", "excellent", "fabulous",
    "fantastic", "good", "great", "happy", "joyful", "lovely", "nice", "peaceful", "perfect", "pleasant", "relaxing",
    "safe", "splendid", "super", "superb", "terrific", "wonderful",
)  # fmt: skip
TIMES: Final = (
    "afternoon", "christmas", "day", "easter", "evening", "holiday", "holidays", "morning", "night", "one", "rest",
    "summer", "time", "vacation", "week", "weekend", "year",
)  # fmt: skip

_WORD: Final = rf"(?:all (?:the|my) |my |very |with |much |lots of )?(?:{'|'.join(SIGN_OFFS)})"
_NAME: Final = r"(?-i:[A-Z\u00c0-\uffff][\w.'&-]*(?:(?:, ?|\s+)[A-Z\u00c0-\uffff][\w.'&-]*){0,3})"
_LETTER_ENDS: Final = re.compile(
    rf"(?:(?:^|[.!?,;:\n])\s*{_WORD}(?: ?[,\n]|(?<=all the best)[.!]*$| [-\u2013] )\s*(?:{_NAME})?"
    rf"|(?:[.!?;\n]\s*{_WORD} ?,|(?:^|[.!?;\n])\s*{_WORD} ?,?\n)\s*\w+)[.!]*\s*$",
    re.IGNORECASE,
)
"""The word behind the end of a sentence, a comma or a line's end behind it, then nothing but a name."""
_TAIL_CHARS: Final = 80
_NAME_WORDS: Final = 4
_FILLERS: Final = frozenset({"a", "an", "the", "very", "really", "truly", "all", "both", "your"})
_WISHERS: Final = frozenset({"have", "enjoy", "wish", "wishing"})
_NO_WISH: Final = frozenset({
    "i", "we", "they", "you", "he", "she", "who", "that", "always", "still", "already", "now", "would", "could", "not",
    "never", "don't", "didn't", "can't", "cannot", "couldn't", "won't", "wouldn't", "didnt", "dont", "cant", "couldnt",
})  # fmt: skip
"""Before "have" they make a statement of it."""


def is_form(kind: str, text: str, words: list[str], at: int) -> bool:
    """Say whether the word or pair of a `kind` at place `at` is but a form of parting here."""
    if kind == SIGN_OFF:
        return len(words) - at - 1 <= _NAME_WORDS and _LETTER_ENDS.search(text[-_TAIL_CHARS:]) is not None
    back = at - 1
    while back >= 0 and words[back] in _FILLERS:
        back -= 1
    if back == at - 1 or back < 0:
        return False
    verb = words[back]
    before = words[back - 1] if back else ""
    if verb == "you":
        return before in _WISHERS
    if verb in ("have", "had") and before == "you":
        return back > 1 and words[back - 2] in ("hope", "hoping")
    return verb in _WISHERS and before not in _NO_WISH
