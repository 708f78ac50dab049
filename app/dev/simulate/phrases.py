"""What simulated customers say: sentences by language and mood out of `data/phrases.tsv`, put together by `say`.

`app.dev.simulate.customer` asks. The moods are written so that a reader of the language has no doubt; the built-in
scorer has to agree on most of them (tests hold it to that). Another language is more rows, no code: its
customers then write in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from random import Random
from typing import Final, Literal, get_args

Mood = Literal["angry", "happy", "neutral", "leaving"]
"""Leaving: asks for a person, speaks of the law, of others, of the price or of an end; each sentence is a signal."""
Phrases = Mapping[str, Mapping[Mood, Sequence[str]]]
"""Language -> mood -> sentences."""

PRODUCTS: Final = (
    "Espresso One", "Espresso Pro", "Grinder S", "Grinder XL", "Kettle", "Toaster Duo", "Air Fryer", "Robot Vacuum",
    "Desk Lamp", "Smart Scale", "Blender", "Heat Pump Dryer",
)  # fmt: skip

_MOODS: Final[tuple[Mood, ...]] = get_args(Mood)
_MOST_SENTENCES: Final = 3


def read(rows: Iterable[str]) -> Phrases:
    """Language -> mood -> sentences, in their order; lines that begin with # are left out.

    Raises `ValueError` that names the row, or the language that has too few sentences of a mood.
    """
    found: dict[str, dict[Mood, list[str]]] = defaultdict(lambda: {mood: [] for mood in _MOODS})
    for number, row in enumerate(rows, 1):
        if row.startswith("#"):
            continue
        match row.split("\t"):
            case [language, ("angry" | "happy" | "neutral" | "leaving") as mood, sentence] if language and sentence:
                found[language][mood].append(sentence)
            case _:
                raise ValueError(f"phrases, row {number}: wants language, mood, sentence, each behind a tab")
    for language, by_mood in found.items():
        for mood, sentences in by_mood.items():
            if len(sentences) < _MOST_SENTENCES:
                raise ValueError(f"phrases, {language}: {_MOST_SENTENCES} sentences of the mood {mood} at least")
    return found


PHRASES: Final = read(
    files("app.dev.simulate").joinpath("data", "phrases.tsv").read_text(encoding="utf-8").splitlines()
)


def say(rng: Random, mood: Mood, product: str, order: str, language: str = "en", phrases: Phrases = PHRASES) -> str:
    """One to three different sentences of one mood."""
    sentences = rng.sample(phrases[language][mood], rng.choice((1, 1, 2, 2, 3)))
    text = " ".join(sentences)
    if "{" in text:
        text = text.format(product=product, order=order, days=rng.randint(3, 20), minutes=rng.randint(15, 90))
    return text
