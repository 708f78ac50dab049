"""Texts a second on one core, against vaderSentiment in the same run: interleaved, the median of five."""

import gzip
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import Final, NamedTuple

from benchmarks.evaluation.packages import corpora, vader
from benchmarks.evaluation.probes import ASIDE, probes
from models.sentiment import RuleScorer

CHARS: Final = 92
"""Length that texts are brought near to."""
ROUNDS: Final = 5
_PER_LANGUAGE: Final = 2_000


class Speed(NamedTuple):
    """Medians of the rounds."""

    mixed: float
    """Texts a second of English, Turkish and Korean, a third each, language unknown."""
    english: float
    vader: float
    """Of the same English texts."""
    mean_chars: float


def measured(scorer: RuleScorer) -> Speed:
    """Take turns, so that whatever else the machine does falls on all alike; processor time."""
    english, mixed = _english(), _mixed()
    reference = vader()
    runs: list[Callable[[], object]] = [
        lambda: scorer.score_many(mixed, [None] * len(mixed)),
        lambda: scorer.score_many(english, [None] * len(english)),
        lambda: [reference(text) for text in english[:600]],
    ]
    sizes = (len(mixed), len(english), 600)
    taken: list[list[float]] = [[], [], []]
    for run in runs:
        run()
    for _ in range(ROUNDS):
        for run, size, times in zip(runs, sizes, taken, strict=True):
            start = time.process_time()
            run()
            times.append(size / (time.process_time() - start))
    ours, on_english, theirs = map(statistics.median, taken)
    return Speed(ours, on_english, theirs, statistics.fmean(map(len, mixed)))


def _english() -> list[str]:
    texts = [text for rated, _ in corpora().values() for text in rated]
    return [text for text in texts if CHARS - 25 <= len(text) <= CHARS + 25][:_PER_LANGUAGE]


def _mixed() -> list[str]:
    turkish = [text for half in ("tuning", "held_out") for text in probes("tr", half)[0]]
    with gzip.open(ASIDE, "rt", encoding="utf-8") as rows:
        korean = [row.rstrip("\n").split("\t", 2)[2] for row in rows]
    threes = zip_longest(_english(), _joined(turkish), _joined(korean))
    return [text for text in chain.from_iterable(threes) if text is not None]


def _joined(texts: Sequence[str]) -> list[str]:
    """Texts of about the wanted length, put together from shorter ones."""
    found: list[str] = []
    at = 0
    while len(found) < _PER_LANGUAGE:
        parts: list[str] = []
        while sum(map(len, parts)) < CHARS - 25:
            parts.append(texts[at % len(texts)])
            at += 1
        found.append(" ".join(parts))
    return found
