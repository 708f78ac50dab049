"""The newest entry of each group, and of the groups the newest few: a list that no order of arrival can change.

`models.orders`, `models.promises` and `models.recommendations` keep their lists with it. A group is as new as its
newest entry, and one that is pushed out was older than all that stay, so what is kept is a function of the set of
touchpoints.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything with an order key."""

    at_ms: int
    source: str
    id: str


E = TypeVar("E", bound=Dated)


def key_of(entry: Dated) -> tuple[int, str, str]:
    """(time, source, id)."""
    return (entry.at_ms, entry.source, entry.id)


def keep_newest(entries: list[E], entry: E, group: Callable[[E], object], most: int) -> None:
    """Put an entry into a list, ascending by order key, unless its group has a newer one; the oldest beyond `most` go.

    Args:
        entries: changed in place.
        group: what makes two entries one; the newer of them stays.
    """
    key, group_of_it = key_of(entry), group(entry)
    for place, other in enumerate(entries):
        if group(other) == group_of_it:
            if key_of(other) > key:
                return
            del entries[place]
            break
    place = len(entries)
    while place and key_of(entries[place - 1]) > key:
        place -= 1
    entries.insert(place, entry)
    del entries[: max(0, len(entries) - most)]
