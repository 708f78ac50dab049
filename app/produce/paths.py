"""Which names of a record the paths of a map read, and which of them no record had.

To JMESPath a misspelt name is no error: it finds nothing.

`app.produce.mapping` makes one of a map's paths and shows it each record; `kanarya produce` tells what was not found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

import jmespath

_ASKED: Final = 1000
"""Records whose names are gathered to say what a name may be meant as."""
_MOST_NAMES: Final = 1000
_SAME_SCOPE: Final = frozenset(
    {"multi_select_list", "multi_select_dict", "key_val_pair", "function_expression", "comparator"}
    | {"and_expression", "or_expression", "not_expression"}
)
"""Parts of a path that hand the record on to each of their own parts."""

Chain = tuple[str, ...]
"""A name of the record, and the names within it: `requester.mail`; empty for the record itself."""


class NotFound(NamedTuple):
    """A path of the map with a name that no record had."""

    field: str
    path: str
    name: str
    did_you_mean: str | None


class Paths:
    """The names that a map reads, and those of them that no record had so far."""

    def __init__(self, paths: Iterable[tuple[str, str]]) -> None:
        """Read the paths, each with the touchpoint's field that it is for; each is valid JMESPath."""
        self._read = [(field, path, chain) for field, path in paths for chain in _chains(jmespath.compile(path).parsed)]
        self._unfound = {chain for _, _, chain in self._read if chain}
        self._beside: dict[Chain, set[str]] = {}
        self._records = 0

    def see(self, record: Any) -> None:
        """Look for the names not found yet in one more record."""
        self._records += 1
        for chain in tuple(self._unfound):
            within, place = record, 0
            while place < len(chain) and isinstance(within, Mapping) and chain[place] in within:
                within = within[chain[place]]
                place += 1
            if place == len(chain):
                self._unfound.discard(chain)
            elif self._records <= _ASKED and isinstance(within, Mapping):
                names = self._beside.setdefault(chain[: place + 1], set())
                if len(names) < _MOST_NAMES:
                    names.update(map(str, within))

    def not_found(self, columns: Collection[str] = ()) -> list[NotFound]:
        """The paths with a name that no record had, in the map's order; of CSV, a name that is no column."""
        found = []
        for field, path, chain in self._read:
            if chain not in self._unfound or (columns and chain[0] in columns) or not (columns or self._records):
                continue
            # The longest beginning that some record had: what follows it is the name to blame.
            depth = max((n for n in range(1, len(chain) + 1) if chain[:n] in self._beside), default=1)
            beside = columns or self._beside.get(chain[:depth], ())
            found.append(NotFound(field, path, ".".join(chain[:depth]), _close(chain[depth - 1], beside)))
        return found

    def unused(self, columns: Iterable[str]) -> list[str]:
        """The columns that no path reads; none where a path reads the record as a whole."""
        read = {chain[0] if chain else None for _, _, chain in self._read}
        return [] if None in read else [name for name in columns if name and name not in read]


def _chains(node: Mapping[str, Any]) -> Iterator[Chain]:
    """The names that an expression reads of what it is given, from its syntax tree."""
    kind, parts = node["type"], node["children"]
    if kind == "field":
        yield (node["value"],)
    elif kind in {"identity", "current"}:
        yield ()
    elif kind == "subexpression":
        yield from _chains_of_dots(parts)
    elif kind in _SAME_SCOPE:
        for part in parts:
            yield from _chains(part)
    elif kind not in {"literal", "expref"} and parts:  # a pipe, an index or a projection: the rest reads what is in it
        yield from _chains(parts[0])


def _chains_of_dots(parts: list[Mapping[str, Any]]) -> Iterator[Chain]:
    """Names behind dots, as far as they are plain."""
    first, *rest = parts
    names: list[str] = []
    for part in rest:
        if part["type"] != "field":
            break
        names.append(part["value"])
    for chain in _chains(first):
        plain = first["type"] in {"field", "current", "identity"}
        yield (*chain, *names) if plain else chain


def _close(name: str, others: Iterable[str]) -> str | None:
    """The name that is meant, whatever the case of its letters."""
    by_letters = {other.casefold(): other for other in others}
    close = get_close_matches(name.casefold(), by_letters, n=1)
    return by_letters[close[0]] if close else None
