"""Money as touchpoints tell it, and sums of it that are exact.

`models.orders` reads `order.value` and `order.currency` here. A sum is a plain decimal in text: no binary fraction
ever stands between 0.10 and 0.20.
"""

import re
from decimal import Context, Decimal
from typing import Final

NO_CURRENCY: Final = "XXX"
"""ISO 4217's own code for it: where no currency is told."""
_AMOUNT: Final = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,9})?", re.ASCII).fullmatch
_CURRENCY: Final = re.compile(r"[A-Za-z0-9]{1,8}", re.ASCII).fullmatch
_EXACT: Final = Context(prec=60)
"""More digits than 2**63 amounts of 24 digits can add up to: nothing is ever rounded."""


def amount(value: str | float | None) -> str | None:
    """An amount as a plain decimal: `"49.90"`, 49.9 and `"+049.90"` are 49.90, 49.9 and 49.90.

    None when there is none, and for what is no decimal of at most 15 digits before and 9 after the point. A number is
    taken as the shortest decimal that means it.
    """
    if value is None:
        return None
    if isinstance(value, str):
        text = value
    else:
        text = str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
    if not _AMOUNT(text):
        return None
    return add("0", text)


def add(total: str, more: str) -> str:
    """The exact sum of two plain decimals, with as many decimals as the longer has."""
    return format(_EXACT.add(Decimal(total), Decimal(more)), "f")


def currency_code(told: str | None) -> str | None:
    """A currency in capitals, `XXX` where none is told; None for what is no code of 1-8 letters and digits."""
    if not told:
        return NO_CURRENCY
    return told.upper() if _CURRENCY(told) else None
