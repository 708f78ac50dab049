"""Exact decayed sums: a mean that forgets, the same to the last bit in whatever order events arrive.

`models.profile.observe` adds each feeling to two of them; `models.risk` compares their means. The weight
of an event at time t under half-life H is 2**((t - L) / H) with the landmark L = 2020-01-01: as time
passes nothing is rewritten, since only quotients are read.
"""

from math import exp2
from operator import truediv
from typing import Final

from models.state import Decayed

LANDMARK_MS: Final = 1_577_836_800_000
"""2020-01-01T00:00:00Z."""
_SCALE: Final = 1 << 24


def add(decayed: Decayed, half_life_ms: int, at_ms: int, value: int) -> None:
    """Add a whole value at a time to the sums.

    With (at - L) / H = e + f, e whole and 0 <= f < 1, the weight is round(2**f * 2**24) * 2**e, so a sum
    is a whole number times a power of two, and whole numbers add exactly. The common exponent is the smallest e so
    far: one form for one set of events, so that equal state is equal bytes.
    """
    exponent, rest_ms = divmod(at_ms - LANDMARK_MS, half_life_ms)
    weight = round(exp2(rest_ms / half_life_ms) * _SCALE)
    shift = exponent - decayed.exponent
    if not decayed.weights:
        decayed.values, decayed.weights, decayed.exponent = value * weight, weight, exponent
    elif shift >= 0:
        decayed.values += (value * weight) << shift
        decayed.weights += weight << shift
    else:
        decayed.values = (decayed.values << -shift) + value * weight
        decayed.weights = (decayed.weights << -shift) + weight
        decayed.exponent = exponent


def weight(at_ms: int, half_life_ms: int) -> tuple[int, int]:
    """(e, m) of an event's weight m * 2**e, as `add` has it."""
    exponent, rest_ms = divmod(at_ms - LANDMARK_MS, half_life_ms)
    return exponent, round(exp2(rest_ms / half_life_ms) * _SCALE)


def mean(decayed: Decayed) -> float:
    """The weighted mean in units of the values, correctly rounded; needs at least one addition."""
    return quotient(decayed.values, decayed.weights)


def quotient(part: int, whole: int) -> float:
    """part / whole of whole numbers of any size, correctly rounded.

    By `truediv`, since a `/` that is compiled makes floats of the numbers first, and those are exact up to 2**53 only.
    """
    found: float = truediv(part, whole)
    return found
