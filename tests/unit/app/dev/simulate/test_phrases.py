"""The built-in scorer reads the simulated customers' moods as a person would; a language is rows of a file."""

from random import Random

import pytest

from app.dev.simulate.customer import Customer
from app.dev.simulate.phrases import PHRASES, Mood, read, say
from models.facts import roles_of_signals
from models.sentiment import built_in
from models.state import CANCELLATION, COMPETITOR, HUMAN, LEGAL

KLINGON = [
    f"tlh\t{mood}\t{mood} {number} {{product}}"
    for mood in ("angry", "happy", "neutral", "leaving")
    for number in range(3)
]


@pytest.mark.parametrize("language", PHRASES)
@pytest.mark.parametrize(
    ("mood", "low", "high"), [("angry", -1000, -400), ("happy", 400, 1000), ("neutral", -399, 399)]
)
def test_the_scorer_agrees_with_nineteen_of_twenty_texts(language: str, mood: Mood, low: int, high: int) -> None:
    """Angry texts are negative experiences by themselves, neutral ones never."""
    rng = Random(7)
    texts = [say(rng, mood, "Kettle", "K123456", language) for _ in range(1000)]
    scored = built_in().score_many(texts, [language] * len(texts))

    assert sum(low <= each.score_milli <= high for each in scored) >= 950


@pytest.mark.parametrize(
    ("language", "mood"), [(language, mood) for language, by_mood in PHRASES.items() for mood in by_mood]
)
def test_a_text_is_one_to_three_different_sentences_with_nothing_left_to_fill_in(language: str, mood: Mood) -> None:
    rng = Random(7)
    for _ in range(200):
        text = say(rng, mood, "Kettle", "K123456", language)
        assert "{" not in text
        assert 1 <= sum(text.count(mark) for mark in ".?!") <= 3


def test_rows_of_another_language_are_all_it_takes_for_customers_to_write_in_it() -> None:
    phrases = {**PHRASES, **read(["# a remark", *KLINGON])}
    spoken = set()
    for number in range(20):
        customer = Customer("cus", number, Random(number), 0, 10, phrases)
        customer.message(5, "email", "angry")
        customer.review(6, "happy")
        (_, message), (_, review) = customer.written
        assert message["language"] == review["language"] == customer.language
        assert message["text"].startswith("angry ") == (customer.language == "tlh")
        spoken.add(customer.language)

    assert spoken == {"en", "tr", "ko", "tlh"}


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (["en\tangry"], "row 1: wants language, mood, sentence"),
        ([*KLINGON, "tlh\tamused\tHa."], "row 13: wants language, mood, sentence"),
        (KLINGON[:-1], "tlh: 3 sentences of the mood leaving at least"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(rows: list[str], wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted):
        read(rows)


@pytest.mark.parametrize("language", PHRASES)
def test_only_who_leaves_gives_a_reason_of_words_and_each_such_sentence_does(language: str) -> None:
    """A story says exactly what must come of it, whatever its customer happens to say."""
    for mood, sentences in PHRASES[language].items():
        said = [sentence.format(product="Kettle", order="K123456", days=3, minutes=15) for sentence in sentences]
        scored = built_in().score_many(said, [language] * len(said))
        silent = [sentence for sentence, each in zip(said, scored, strict=True) if not roles_of_signals(each)]
        assert silent == ([] if mood == "leaving" else said)


@pytest.mark.parametrize("language", PHRASES)
def test_the_customers_who_leave_know_every_reason_of_words(language: str) -> None:
    sentences = PHRASES[language]["leaving"]
    scored = built_in().score_many(sentences, [language] * len(sentences))
    told = {roles_of_signals(each) for each in scored}
    assert told == {HUMAN, LEGAL, COMPETITOR, CANCELLATION}
