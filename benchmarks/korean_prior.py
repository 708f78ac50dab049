"""Train the Korean prior: which runs of two to four characters go with good and with bad ratings.

    make train-korean NSMC=nsmc_train.tsv.gz

The data are rows `film<TAB>rating 1-10<TAB>text` of the Naver sentiment movie corpus (CC0). A text is taken apart into
n-grams, from the left the longest that is known; each counts one over the root of their number in a logistic model. It
learns what the hand-made stems leave open: their sum stands beside it, with a factor of its own, while it is fitted.
Rows rated 5-8 pull towards undecided. Films with crc32(film) % 10 == 1 are kept aside: `make eval` measures on them.
Writes models/sentiment/data/prior_ko.tsv; the same data and stems give the same file.
"""

import argparse
import gzip
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.sentiment.korean import MODIFIERS, PRIOR, build, stem_sum
from models.sentiment.lexicon import layered
from models.sentiment.prior import SCALE, finder, spaced
from models.sentiment.shipped import LANGUAGES

DATA: Final = Path(__file__).parents[1] / "models/sentiment/data"
SIZES: Final = (2, 3, 4)
MOST_CHARS: Final = 400
FEWEST_ROWS: Final = 12
"""An n-gram in fewer texts says nothing about texts to come."""
CANDIDATES: Final = 120_000
KEPT: Final = 6_000
PENALTY: Final = 1.0
STEPS: Final = 60
LARGEST: Final = 99
_LEAST_WORTH: Final = 0.05

_NO_FEELING: Final = re.compile(
    "[0-9A-Za-z_\t]|여자|여성|남자|남성|아줌마|아저씨|할머니|할아버|노인|청년|한국|중국|일본|미국|북한|조선|인도|베트남|독일"
    "|프랑스|영국|러시아|터키|흑인|백인|동양|서양|외국|게이|동성|레즈|장애|기독|교회|천주|불교|이슬람|무슬림|유대|전라|경상"
)

Row = tuple[str, int, str]


def kept_aside(film: str) -> bool:
    return zlib.crc32(film.encode()) % 10 == 1


def read(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            film, rating, text = line.rstrip("\n").split("\t", 2)
            yield film, int(rating), text


def target(rating: int) -> float:
    """1 good, 0 bad, 0.5 in between."""
    return 0.0 if rating <= 4 else 1.0 if rating >= 9 else 0.5


def grams(text: str) -> Iterator[str]:
    for size in SIZES:
        for at in range(len(text) - size + 1):
            yield text[at : at + size]


def fair(gram: str) -> bool:
    """Leave out blanks, numbers, other scripts and groups of people: none of them is a feeling."""
    return bool(gram.strip()) and not _NO_FEELING.search(gram)


def candidates(texts: list[str]) -> list[str]:
    rows: Counter[str] = Counter()
    for text in texts:
        rows.update(set(grams(text)))
    often = [(n, gram) for gram, n in rows.items() if n >= FEWEST_ROWS and fair(gram)]
    often.sort(key=lambda pair: (-pair[0], pair[1]))
    return [gram for _, gram in often[:CANDIDATES]]


def overlapping(names: list[str]) -> Callable[[str], list[int]]:
    """Find every n-gram of a text, as the choice among them needs; gives their places in `names`."""
    place = {gram: column for column, gram in enumerate(names)}
    return lambda text: [place[gram] for gram in grams(text) if gram in place]


def apart(names: list[str]) -> Callable[[str], list[int]]:
    """Find the n-grams that the prior will find."""
    find = finder(names)
    place = {gram: column for column, gram in enumerate(names)}
    return lambda text: [place[gram] for gram in find(text)]


class Matrix:
    """Which n-grams stand in each text, each with one over the root of their number; sparse, row by row."""

    def __init__(self, texts: Iterable[str], width: int, find: Callable[[str], list[int]]) -> None:
        columns = [np.array(find(text), dtype=np.int32) for text in texts]
        lengths = np.array([len(found) for found in columns])
        self.width = width
        self.height = len(columns)
        self.column = np.concatenate(columns)
        self.row = np.repeat(np.arange(self.height, dtype=np.int32), lengths)
        self.share = (1.0 / np.sqrt(np.maximum(lengths, 1)))[self.row]

    def times(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(self.row, self.share * weights[self.column], self.height).astype(np.float64)

    def back(self, errors: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(self.column, self.share * errors[self.row], self.width).astype(np.float64)

    def counts(self) -> NDArray[np.float64]:
        return np.bincount(self.column, minlength=self.width).astype(np.float64)


def of_stems(texts: Iterable[str]) -> NDArray[np.float64]:
    """The sum of the hand-made terms of each text."""
    layers = LANGUAGES["ko"].layers
    lexicon = layered(*((name, (DATA / name).read_text(encoding="utf-8")) for name in layers))
    tables = build(lexicon, {}, {MODIFIERS: (DATA / MODIFIERS).read_bytes(), PRIOR: b""}).tables
    return np.array([stem_sum(text, tables) for text in texts])


def factor(sums: NDArray[np.float64], wanted: NDArray[np.float64], steps: int = 30) -> float:
    """How many log odds one unit of the stems' sum is worth, by Newton's method."""
    worth = 0.5
    for _ in range(steps):
        chance = 1.0 / (1.0 + np.exp(-worth * sums))
        worth -= float(np.sum((chance - wanted) * sums) / np.sum(chance * (1.0 - chance) * sums * sums))
    return worth


def fit(matrix: Matrix, wanted: NDArray[np.float64], given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minimise log loss + PENALTY / 2 * |w|^2 by accelerated gradient steps scaled to each column; no intercept.

    `given` are the log odds that stand already. A row's shares add up to the root of its n-grams, so that a quarter of
    a column's count bounds its curvature.
    """
    curvature = 0.25 * matrix.counts() + PENALTY
    weights = np.zeros(matrix.width)
    ahead = weights
    for step in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-given - matrix.times(ahead)))
        slope = matrix.back(chance - wanted) + PENALTY * ahead
        moved = ahead - slope / curvature
        ahead = moved + step / (step + 3.0) * (moved - weights)
        weights = moved
    return weights


def train(rows: list[Row]) -> dict[str, int]:
    texts = [spaced(text[:MOST_CHARS]) for _, _, text in rows]
    wanted = np.array([target(rating) for _, rating, _ in rows])
    sums = of_stems(texts)
    worth = factor(sums, wanted)
    if not worth > _LEAST_WORTH:
        raise ValueError("the hand-made stems do not go with the ratings: are the columns film, rating, text?")
    given = worth * sums
    names = candidates(texts)
    print(f"{len(texts)} texts, {len(names)} candidate n-grams, {worth:.3f} log odds for one of the stems")
    matrix = Matrix(texts, len(names), overlapping(names))
    weights = fit(matrix, wanted, given)
    gain = np.abs(weights) * np.sqrt(matrix.counts())
    best = np.argsort(-gain, kind="stable")[:KEPT]
    names = [names[column] for column in best]
    weights = fit(Matrix(texts, len(names), apart(names)), wanted, given)
    whole = {gram: round(weight / worth * SCALE) for gram, weight in zip(names, weights.tolist(), strict=True)}
    return {gram: max(-LARGEST, min(LARGEST, weight)) for gram, weight in whole.items() if weight}


def lines(weights: dict[str, int]) -> Iterator[str]:
    """One line a weight: the weight, then its n-grams; a space inside an n-gram is written as an underscore."""
    by_weight: dict[int, list[str]] = {}
    for gram, weight in weights.items():
        by_weight.setdefault(weight, []).append(gram.replace(" ", "_"))
    yield "# Korean n-grams by weight in twelfths of a stem's unit. Trained by benchmarks/korean_prior.py, from NSMC."
    for weight in sorted(by_weight):
        yield "\t".join([str(weight), *sorted(by_weight[weight])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="gzip of film<TAB>rating<TAB>text rows")
    parser.add_argument("--target", type=Path, default=DATA / PRIOR, help="where to write the table")
    arguments = parser.parse_args()
    rows = [row for row in read(arguments.data) if not kept_aside(row[0])]
    weights = train(rows)
    arguments.target.write_text("\n".join(lines(weights)) + "\n", encoding="utf-8")
    largest = math.ceil(max(map(abs, weights.values())) / SCALE)
    print(f"{len(weights)} n-grams, weights up to {largest}, {arguments.target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
