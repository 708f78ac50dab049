"""From scores and what people said of the same texts to one number."""

import bisect
import statistics
from collections.abc import Sequence
from typing import Final

NEGATIVE_MILLI: Final = -100
POSITIVE_MILLI: Final = 100
"""At or beyond these a score counts as negative or positive."""


def sign(score_milli: int) -> int:
    return 1 if score_milli >= POSITIVE_MILLI else -1 if score_milli <= NEGATIVE_MILLI else 0


def right(scores: Sequence[int], labels: Sequence[int]) -> float:
    """Share of texts whose sign (-1, 0, 1) is the label."""
    return statistics.fmean(sign(score) == label for score, label in zip(scores, labels, strict=True))


def correlation(scores: Sequence[int], ratings: Sequence[float]) -> float:
    """Pearson's r; 0 where all scores are one."""
    return statistics.correlation(scores, ratings) if len(set(scores)) > 1 else 0.0


def area(scores: Sequence[int], labels: Sequence[int]) -> float:
    """Area under the curve: the chance that a positive text scores above a negative one; ties count half."""
    good = [score for score, label in zip(scores, labels, strict=True) if label > 0]
    bad = sorted(score for score, label in zip(scores, labels, strict=True) if label < 0)
    above = sum(bisect.bisect_left(bad, score) + bisect.bisect_right(bad, score) for score in good)
    return above / (2 * len(good) * len(bad))


def macro_f1(scores: Sequence[int], labels: Sequence[int]) -> float:
    """Mean of the F1 of positive and negative; a score that is neither is an answer that is never right."""
    f1 = []
    for wanted in (1, -1):
        said = [sign(score) == wanted for score in scores]
        true = [label == wanted for label in labels]
        f1.append(2 * sum(a and b for a, b in zip(said, true, strict=True)) / max(1, sum(said) + sum(true)))
    return statistics.fmean(f1)
