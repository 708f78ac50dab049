"""The probe sentences: label and text by language and half, and the commit that brought a half in."""

import gzip
import subprocess
import zlib
from pathlib import Path
from typing import Final, Literal

Half = Literal["tuning", "held_out"]

_FOLDER: Final = Path(__file__).parents[1] / "probes"
ASIDE: Final = _FOLDER / "nsmc_aside.tsv.gz"
"""4,000 reviews of films that no training has seen: film, rating, text; half rated 1-4, half 9-10 (CC0)."""
_LABELS: Final = {"-": -1, "0": 0, "+": 1}


def probes(language: str, half: Half) -> tuple[list[str], list[int]]:
    """Texts and labels of one half."""
    rows = [line.split("\t", 1) for line in _path(language, half).read_text(encoding="utf-8").splitlines() if line]
    return [text for _, text in rows], [_LABELS[label] for label, _ in rows]


def commit(language: str) -> str:
    """The commit that added the held-out half, short, or `not committed`."""
    path = _path(language, "held_out")
    asked = ["git", "log", "--diff-filter=A", "--format=%h %aI", "--", str(path)]
    told = subprocess.run(asked, cwd=_FOLDER, capture_output=True, text=True, check=False).stdout.split("\n")
    return told[0] or "not committed"


def _path(language: str, half: Half) -> Path:
    return _FOLDER / f"{language}_{half}.tsv"


def korean_aside(path: Path | None = None) -> tuple[list[str], list[int]]:
    """Texts and 1 or -1 of the films with crc32(film) % 10 == 1, of the project's sample or of a whole corpus."""
    texts, labels = [], []
    with gzip.open(path or ASIDE, "rt", encoding="utf-8") as rows:
        for row in rows:
            film, rating, text = row.rstrip("\n").split("\t", 2)
            if zlib.crc32(film.encode()) % 10 == 1 and not 5 <= int(rating) <= 8:
                texts.append(text)
                labels.append(1 if int(rating) >= 9 else -1)
    return texts, labels
