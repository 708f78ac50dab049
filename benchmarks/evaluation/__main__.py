"""`make eval`: every figure of docs/sentiment.md with its floor; exit 1 below one, 2 if a package cannot be had.

    python -m benchmarks.evaluation [--quick] [--nsmc nsmc_train.tsv.gz] [--films film_reviews.jsonl.gz]

`--quick` leaves out the speed, which a busy machine can spoil. `--nsmc` measures on all the films kept aside instead of
the 4,000 reviews that the project holds; `--films` adds how the scores of real reviews go with their stars.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.evaluation import generators as english
from benchmarks.evaluation import patterns
from benchmarks.evaluation.films import stars
from benchmarks.evaluation.korean_patterns import KOREAN
from benchmarks.evaluation.measures import area, correlation, macro_f1, right
from benchmarks.evaluation.packages import PackageError, Rated, corpora, uci, vader
from benchmarks.evaluation.probes import commit, korean_aside, probes
from benchmarks.evaluation.speed import measured
from benchmarks.evaluation.turkish_patterns import TURKISH
from models.sentiment import RuleScorer, built_in


class Line(NamedTuple):
    """One figure."""

    what: str
    value: float
    floor: float | None
    """None for what is only reported."""
    note: str = ""


def score(scorer: RuleScorer, language: str | None, texts: list[str]) -> list[int]:
    return [scored.score_milli for scored in scorer.score_many(texts, [language] * len(texts))]


def quality(scorer: RuleScorer, nsmc: Path | None) -> Iterator[Line]:
    """What needs no package."""
    for language, name, floor in (("en", "English", 0.88), ("tr", "Turkish", 0.88), ("ko", "Korean", 0.88)):
        texts, labels = probes(language, "held_out")
        value = right(score(scorer, language, texts), labels)
        note = f"{len(texts)} texts, committed as {commit(language)}"
        yield Line(f"{name} service sentences, held-out half, right", value, floor, note)
        texts, labels = probes(language, "tuning")
        yield Line(f"{name} service sentences, tuning half, right", right(score(scorer, language, texts), labels), None)
    texts, labels = korean_aside(nsmc)
    scores = score(scorer, "ko", texts)
    yield Line("Korean films kept aside, AUC", area(scores, labels), 0.90, f"{len(texts)} reviews")
    yield Line("Korean films kept aside, macro-F1", macro_f1(scores, labels), 0.80)
    told: Callable[..., list[int]] = partial(score, scorer, "en")
    yield Line("English simple negation is negative", english.share_negative(told), 0.95)
    yield Line("English negated bad is not negative", english.share_not_negative(told), 1.0)
    yield Line("English names, places, numbers change nothing", english.share_invariant(told), 0.98)
    yield Line("English groups of people are no feeling", english.share_groups(told), 1.0)
    for language, name, families in (("tr", "Turkish", TURKISH), ("ko", "Korean", KOREAN)):
        told = partial(score, scorer, language)
        yield Line(f"{name} simple negation is negative", patterns.share_negative(families, told), 0.95)
        yield Line(f"{name} negated bad is not negative", patterns.share_not_negative(families, told), 1.0)
        yield Line(f"{name} names, places, numbers change nothing", patterns.share_invariant(families, told), 0.98)
        yield Line(f"{name} groups of people are no feeling", patterns.share_groups(families, told), 1.0)


def rated(scorer: RuleScorer) -> Iterator[Line]:
    """Against the texts that people rated, with vaderSentiment beside it."""
    reference = vader()

    def both(texts: list[str]) -> tuple[list[int], list[int]]:
        return score(scorer, "en", texts), [round(reference(text) * 1000) for text in texts]

    floors = {"tweets": 0.86, "amazonReviewSnippets": 0.60}
    for name, (texts, ratings) in corpora().items():
        ours, theirs = both(texts)
        note = f"VADER {correlation(theirs, ratings):.3f}, {len(texts)} texts"
        yield Line(f"VADER's {name}, r", correlation(ours, ratings), floors.get(name), note)
    for name, floor in (("amazon", 0.94), ("yelp", 0.91), ("imdb", None)):
        sentences: Rated = uci(name)
        texts, labels = sentences[0], [round(label) for label in sentences[1]]
        ours, theirs = both(texts)
        yield Line(f"UCI {name}, AUC", area(ours, labels), floor, f"VADER {area(theirs, labels):.3f}")
        yield Line(f"UCI {name}, macro-F1", macro_f1(ours, labels), None, f"VADER {macro_f1(theirs, labels):.3f}")


def speed(scorer: RuleScorer) -> Iterator[Line]:
    found = measured(scorer)
    note = f"{found.mixed:,.0f} texts/s of {found.mean_chars:.0f} characters, VADER {found.vader:,.0f} on its English"
    yield Line("mixed texts, times vaderSentiment", found.mixed / found.vader, 2.7, note)
    yield Line("English, times vaderSentiment", found.english / found.vader, None, f"{found.english:,.0f} texts/s")


def films(scorer: RuleScorer, path: Path) -> Iterator[Line]:
    texts, ratings = stars(path)
    scored = scorer.score_many(texts, ["ko"] * len(texts))
    pairs = [(each.score_milli, rating) for each, rating in zip(scored, ratings, strict=True) if each.hits]
    r = correlation([said for said, _ in pairs], [rating for _, rating in pairs])
    yield Line("film reviews with evidence, r with the stars", r, None, f"{len(pairs)} of {len(texts)} reviews")
    everything = correlation([each.score_milli for each in scored], ratings)
    yield Line("film reviews, all, r with the stars", everything, None)
    by_stars = [[said for said, rating in pairs if rating == star] for star in range(1, 11)]
    means = " ".join(f"{statistics.fmean(said) / 1000:+.2f}" if said else "-" for said in by_stars)
    yield Line(
        "film reviews, share with evidence", len(pairs) / max(1, len(texts)), None, f"mean by stars 1-10: {means}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the speed")
    parser.add_argument("--nsmc", type=Path, help="film, rating, text behind tabs; gzip")
    parser.add_argument("--films", type=Path, help="film reviews as JSON lines; gzip")
    asked = parser.parse_args()
    scorer = built_in()
    print(scorer.name, flush=True)
    parts: list[Iterator[Line]] = [quality(scorer, asked.nsmc), rated(scorer)]
    parts += [] if asked.quick else [speed(scorer)]
    parts += [films(scorer, asked.films)] if asked.films else []
    below = []
    try:
        for part in parts:
            for line in part:
                floor = "" if line.floor is None else f">= {line.floor:.2f}"
                failed = line.floor is not None and line.value < line.floor
                below += [line.what] if failed else []
                mark = "BELOW" if failed else ""
                print(f"{line.what:52} {line.value:7.3f}  {floor:8} {mark:5}  {line.note}", flush=True)
    except PackageError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    if below:
        print(f"eval: below the floor: {'; '.join(below)}", file=sys.stderr)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
