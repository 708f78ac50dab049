"""The built-in scorer reads the simulated customers' moods as a person would."""

from random import Random

import pytest

from app.dev.simulate.phrases import BY_MOOD, Mood, say
from models.sentiment import built_in


@pytest.mark.parametrize(
    ("mood", "low", "high"), [("angry", -1000, -400), ("happy", 400, 1000), ("neutral", -399, 399)]
)
def test_the_scorer_agrees_with_nineteen_of_twenty_texts(mood: Mood, low: int, high: int) -> None:
    """Angry texts are negative experiences by themselves, neutral ones never."""
    rng = Random(7)
    texts = [say(rng, mood, "Kettle", "K123456") for _ in range(1000)]
    scored = built_in().score_many(texts, ["en"] * len(texts))

    assert sum(low <= each.score_milli <= high for each in scored) >= 950


@pytest.mark.parametrize("mood", BY_MOOD)
def test_a_text_is_one_to_three_different_sentences_with_nothing_left_to_fill_in(mood: Mood) -> None:
    rng = Random(7)
    for _ in range(200):
        text = say(rng, mood, "Kettle", "K123456")
        assert "{" not in text
        assert 1 <= sum(text.count(mark) for mark in ".?!") <= 3
