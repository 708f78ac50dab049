"""Where a Korean text ends with thanks that are only its polite close.

`models.sentiment.korean` asks `thanks_begin` for a text that ends with a word of thanks. 감사합니다 under a complaint
or a request ("환불해 주세요. 감사합니다.") is a form: such thanks neither praise nor signal, while those
under good news, or on their own, stay thanks.
"""

import re
from typing import Final

_CLOSE: Final = re.compile(
    r"(?:(?<=[.!?~,^ㅠㅜ])|(?<=[다요죠까용]))[.!?~,^ㅠㅜ]* "
    r"(?:(?:그럼|미리|항상|늘|네|예|그래도) )?"
    r"(?:감사(?:합니다|드립니다|해요|드려요)|고맙습니다|고마워요)[.!~^]* $"
)
CLOSE_CHARS: Final = 16
"""So much of a text's end holds a word of thanks that closes it."""
_ASKS: Final = re.compile(
    r"(?:주세요|주세용|주십시오|바랍니다|부탁[가-힣 ]{0,6}|나요|까요|가요|니까)"
    r"[.!?~,^ㅠㅜ]*$|\?[.!?~,^ㅠㅜ]*$"
)


def thanks_begin(said: str) -> int:
    """Give where the closing thanks of a text begin, or 0 when it ends otherwise or is nothing but thanks.

    `said` is as `models.sentiment.prior.spaced` writes it: one blank between words and at both ends.
    """
    found = _CLOSE.search(said, max(0, len(said) - CLOSE_CHARS))
    return found.start() if found else 0


def asks(said: str) -> bool:
    """Say whether what stands before the thanks ends in a request or a question."""
    return _ASKS.search(said.rstrip()) is not None
