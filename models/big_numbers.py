"""Whole numbers of any size as MessagePack can hold them: beyond 63 bits as bytes, two's complement.

`models.codec` writes exact sums with `any_size` and reads them with `whole`; hardly one of them is large.
"""

from collections.abc import Sequence
from typing import Final

_63_BITS: Final = 1 << 63


def any_size(number: int) -> int | bytes:
    """A whole number as MessagePack can hold it: beyond 63 bits as bytes, two's complement, as few as it takes."""
    return number if -_63_BITS <= number < _63_BITS else _as_bytes(number)


def _as_bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 8) // 8, "big", signed=True)


def any_sizes(numbers: list[int]) -> Sequence[int | bytes]:
    """`any_size` of each, and the first one as bytes in any case, so that a reader need only look there."""
    return [_as_bytes(numbers[0]), *map(any_size, numbers[1:])]


def wholes(stored: list[int | bytes]) -> list[int]:
    """What `any_sizes` wrote."""
    if stored and isinstance(stored[0], bytes):
        return [whole(one) for one in stored]
    return stored  # type: ignore[return-value]  # the first one tells that none is bytes


def whole(stored: int | bytes) -> int:
    """What `any_size` wrote."""
    return stored if isinstance(stored, int) else int.from_bytes(stored, "big", signed=True)
