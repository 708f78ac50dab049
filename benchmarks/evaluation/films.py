"""Real film reviews with stars, which are not part of the project."""

import gzip
import json
from pathlib import Path


def stars(path: Path) -> tuple[list[str], list[int]]:
    """Texts and ratings 1-10 of the reviews that say something."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        reviews = [json.loads(line) for line in lines]
    said = [review for review in reviews if review["text"].strip()]
    return [review["text"] for review in said], [review["rating"] for review in said]
