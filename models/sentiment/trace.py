"""Writes down, while the rules of a language walk a text, what they met; `explain` passes one in, `score` does not.

The rules of each language call it where they count a term or change what was counted, so that the notes cannot differ
from the score.
"""

from collections.abc import Iterable

from models.sentiment.explained import Hit


class Trace:
    """The notes of one text."""

    def __init__(self) -> None:
        self._notes: list[tuple[str, float, list[float], list[str], str]] = []

    def add(self, term: str, weight: float, counted: float, why: Iterable[str] = (), tag: str = "") -> None:
        """Note a term, its weight in the lexicon, what it added to the sum and what acted on it."""
        self._notes.append((term, weight, [counted], list(why), tag))

    def change(self, factor: float, why: str, since: int = 0, until: int | None = None) -> None:
        """Note that the terms from place `since` up to `until` count `factor` of what they did so far, and why."""
        for _, _, counted, reasons, _ in self._notes[since:until]:
            counted[0] *= factor
            reasons.append(why)

    def __len__(self) -> int:
        """How many terms are noted."""
        return len(self._notes)

    def hits(self) -> tuple[Hit, ...]:
        """Give what was noted, in order."""
        return tuple(
            Hit(term, weight, round(counted[0], 3) + 0.0, tuple(why), tag)
            for term, weight, counted, why, tag in self._notes
        )
