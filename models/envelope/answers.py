"""Answers on a scale: `models.envelope.checks` turns a `Score` into millionths of its scale here."""

from math import isinf
from typing import Final

from models.rejection import missing_field, out_of_range
from models.touchpoint import Rejected, Score

NO_VALUE: Final = -1
_NEEDS_NO_VALUE: Final = frozenset(("survey_offered", "survey_declined"))


def answer_millionths(score: Score, kind: str) -> int | Rejected:
    """x = (value-min)/(max-min), `direction: down` flipped, in whole millionths 0..1,000,000 (half to even).

    `NO_VALUE` for a survey that was only offered or declined and says no value. 4 of 5 stars is 750,000.
    """
    value = score.value
    if value is None:
        return NO_VALUE if kind in _NEEDS_NO_VALUE else missing_field("score.value")
    low, high = score.min, score.max
    if score.metric == "nps":
        low, high = 0.0 if low is None else low, 10.0 if high is None else high
        if low != 0 or high != 10:
            return out_of_range("score.min" if low != 0 else "score.max", "the scale of nps is 0 to 10")
        if not value.is_integer():
            return out_of_range("score.value", "an nps answer is a whole number")
    elif score.metric == "csat":
        low, high = 1.0 if low is None else low, 5.0 if high is None else high
    if low is None or high is None:
        return missing_field("score.min" if low is None else "score.max")
    if low >= high:
        return out_of_range("score.min", "must be below score.max")
    if not low <= value <= high:
        return out_of_range("score.value", "outside the scale")
    span = high - low
    if isinf(span):  # -1e308 to 1e308 is a scale, but not one that a float can measure
        return out_of_range("score.max", "the scale is too wide")
    millionths = round((value - low) / span * 1_000_000)
    return 1_000_000 - millionths if score.direction == "down" else millionths
