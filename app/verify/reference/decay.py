"""Exact exponentially decayed sums and means, as fractions.

`risk` calls `mean` for the fall of sentiment. With the landmark L = 2020-01-01 a value seen at t weighs
2^((t-L)/H); the part of the exponent after the point is rounded to 24 bits, everything else is exact.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache

LANDMARK_MS = 1_577_836_800_000
"""2020-01-01T00:00:00Z."""


@cache
def weight(at_ms: int, half_life_ms: int) -> Fraction:
    """round(2^f * 2^24) * 2^e with (at - L) / H = e + f, e whole, 0 <= f < 1."""
    whole, rest = divmod(at_ms - LANDMARK_MS, half_life_ms)
    return Fraction(round(2.0 ** (rest / half_life_ms) * 2**24)) * Fraction(2) ** whole


def total(values: Iterable[tuple[int, int]], half_life_ms: int) -> Fraction:
    """Sum of value times weight over (at_ms, value), still to be divided by the weight of the time it is read at."""
    return sum((value * weight(at_ms, half_life_ms) for at_ms, value in values), Fraction(0))


def total_at(values: Iterable[tuple[int, int]], half_life_ms: int, at_ms: int) -> Fraction:
    """The decayed sum as it reads at a time."""
    return total(values, half_life_ms) / weight(at_ms, half_life_ms)


def mean(values: list[tuple[int, int]], half_life_ms: int) -> Fraction:
    """The decayed mean of (at_ms, value); the time it is read at cancels out."""
    return total(values, half_life_ms) / total([(at_ms, 1) for at_ms, _ in values], half_life_ms)
