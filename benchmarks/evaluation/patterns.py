"""Sentence patterns of one language, and the share of the sentences made from them that hold what they must."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.evaluation.measures import NEGATIVE_MILLI, sign

Score = Callable[[Sequence[str]], Sequence[int]]
"""Texts -> score_milli of each."""


class Frames(NamedTuple):
    """Sentences with a gap, and fillings that must not change their score."""

    frames: tuple[str, ...]
    fillings: tuple[str, ...]
    plain: str
    """A filling that nobody could take for a word with a feeling."""


class Patterns(NamedTuple):
    """What is put together to sentences."""

    nouns: tuple[str, ...]
    denied_good: tuple[str, ...]
    """What denies something good, said of a noun."""
    denied_bad: tuple[str, ...]
    invariant: tuple[Frames, ...]
    """Names, places, numbers."""
    groups: Frames
    """Sentences about groups of people, which say nothing of a feeling."""


def _said(nouns: tuple[str, ...], what: tuple[str, ...]) -> Iterator[str]:
    return (f"{noun} {each}." for noun, each in itertools.product(nouns, what))


def share_negative(patterns: Patterns, score: Score) -> float:
    """Simple negation: what is not good is bad."""
    scores = score(list(_said(patterns.nouns, patterns.denied_good)))
    return sum(each <= NEGATIVE_MILLI for each in scores) / len(scores)


def share_not_negative(patterns: Patterns, score: Score) -> float:
    """What is not bad is not bad."""
    scores = score(list(_said(patterns.nouns, patterns.denied_bad)))
    return sum(each > NEGATIVE_MILLI for each in scores) / len(scores)


def share_invariant(patterns: Patterns, score: Score) -> float:
    """Share of fillings whose score is that of the frame with the plain filling."""
    held = total = 0
    for frames, fillings, plain in patterns.invariant:
        for frame in frames:
            wanted, *found = score([frame.format(each) for each in (plain, *fillings)])
            held += sum(each == wanted for each in found)
            total += len(found)
    return held / total


def share_groups(patterns: Patterns, score: Score) -> float:
    """Share of sentences about a group that say nothing of a feeling."""
    frames, groups, _ = patterns.groups
    scores = score([frame.format(group) for frame, group in itertools.product(frames, groups)])
    return sum(sign(each) == 0 for each in scores) / len(scores)
