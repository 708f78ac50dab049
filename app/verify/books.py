"""The books that must balance for ever: whatever was produced is applied, a duplicate, or a dead letter.

`verdict` keeps them over a run, from what everybody can see; `app.doctor.books` adds up the states behind it. They
need nothing but the public profiles, the dead letter topic and the number of records on the input topics, as long as
none of them has been deleted by age.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.counted import counted


@dataclass(frozen=True)
class Books:
    """Sums over everything."""

    produced: int
    """Records on the input topics."""
    touchpoints: int
    """Sum of the profiles' `touchpoints`."""
    duplicates: int
    """Sum of the profiles' `duplicates`."""
    dead_letters: int
    """Dead letters of different records."""

    @property
    def difference(self) -> int:
        """Records produced that are nowhere; negative: counted more than once; 0 when the books balance."""
        return self.produced - self.touchpoints - self.duplicates - self.dead_letters

    def told(self) -> str:
        """The sum for a person."""
        return (
            f"{self.produced} produced, {counted(self.touchpoints, 'touchpoint')} in profiles,"
            f" {counted(self.duplicates, 'duplicate')}, {counted(self.dead_letters, 'dead letter')}"
        )


def balance(profiles: Iterable[Mapping[str, Any]], dead_letters: int, produced: int) -> Books:
    """Add up the newest public profile of each customer."""
    touchpoints = duplicates = 0
    for profile in profiles:
        touchpoints += profile["touchpoints"]
        duplicates += profile["duplicates"]
    return Books(produced, touchpoints, duplicates, dead_letters)
