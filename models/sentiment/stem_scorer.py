"""A `LanguageScorer` over the tables of a language whose rules are one function; Turkish and Korean share it.

`models.sentiment.turkish` and `models.sentiment.korean` make one in their `build`.
"""

from typing import Final, Generic, Protocol, TypeVar

from models.sentiment.explained import Explained
from models.sentiment.scored import Scored
from models.sentiment.trace import Trace

TablesT = TypeVar("TablesT")
_TablesT_contra = TypeVar("_TablesT_contra", contravariant=True)


class Read(Protocol[_TablesT_contra]):
    """The rules of a language."""

    def __call__(self, text: str, tables: _TablesT_contra, trace: Trace | None = None, /) -> Scored:
        """Score one text; `trace` takes notes of every term."""


class StemScorer(Generic[TablesT]):
    """Rules over their tables; see `models.sentiment.explained.LanguageScorer`."""

    def __init__(self, read: Read[TablesT], tables: TablesT) -> None:
        self._read: Final = read
        self.tables: Final = tables

    def score(self, text: str) -> Scored:
        """Score one text."""
        return self._read(text, self.tables)

    def explain(self, text: str) -> Explained:
        """Score one text and say why."""
        trace = Trace()
        found = self._read(text, self.tables, trace)
        return Explained(found, trace.hits())
