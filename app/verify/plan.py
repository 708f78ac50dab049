"""From a seed to a schedule: how many touchpoints, how fast, and behind which of them each hit falls. Pure.

`run` makes the schedule of a fault, `feed` and the fault's `strike` follow it. A run has four phases:

steady     the first touchpoints, nothing happens
impact     the fault strikes, at seeded places of the stream
recovery   the rest of the stream, nothing happens any more
witness    every worker has drained; a new one reads the states from the changelog and applies one more touchpoint of
           each customer, so that what was durable shows in the public profiles

Places are counted in touchpoints fed, not in seconds: the same seed strikes over the same records on any machine.
"""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

SetName = Literal["short", "long"]
_STEADY_SHARE: Final = 0.2
_RECOVERY_SHARE: Final = 0.2
_APART_S: Final = 0.5
"""Two hits are at least so far apart at the rate of the feed."""


@dataclass(frozen=True)
class Size:
    """How much a run is."""

    events: int
    """Touchpoints of the first three phases, retries and bad records included."""
    per_second: int
    """How fast they are fed, unless a fault holds the feed."""
    hits: int
    """How often the fault strikes."""
    lasts_s: float = 0.0
    """How long each hit lasts, where it is a matter of time."""


@dataclass(frozen=True)
class Schedule:
    """What happens when, in numbers of touchpoints fed."""

    name: str
    """Of the fault."""
    seed: int
    size: Size
    impact: int
    """The first place of the impact phase."""
    recovery: int
    """The first place behind it."""
    hits: tuple[int, ...]
    """Places at which the fault strikes, ascending, within the impact phase."""

    def rng(self, purpose: str) -> Random:
        """A generator of its own for each purpose, so that one choice more here changes nothing there."""
        return Random(f"kanarya verify {self.name} {self.seed} {purpose}")


def plan(name: str, seed: int, size: Size) -> Schedule:
    """The schedule of a fault; the same arguments give the same one."""
    impact = int(size.events * _STEADY_SHARE)
    recovery = max(impact + 1, int(size.events * (1 - _RECOVERY_SHARE)))
    rng = Random(f"kanarya verify {name} {seed} hits")
    return Schedule(name, seed, size, impact, recovery, _places(rng, impact, recovery, size))


def _places(rng: Random, begin: int, end: int, size: Size) -> tuple[int, ...]:
    """Seeded places in [begin, end) that keep their distance where there is room for it."""
    if not size.hits:
        return ()
    apart = min(int(size.per_second * _APART_S), (end - begin) // size.hits)
    room = end - begin - apart * (size.hits - 1)
    drawn = sorted(rng.randrange(max(1, room)) for _ in range(size.hits))
    return tuple(begin + place + number * apart for number, place in enumerate(drawn))
