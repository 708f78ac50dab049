"""The English rules: VADER's arithmetic, and what goes beyond it."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sentiment import SIGNALS, Scored, built_in
from models.sentiment.long_text import HEAD_CHARS, TAIL_CHARS

SCORER = built_in()
GOLDEN = Path(__file__).with_name("vader_golden.tsv")


def golden() -> list[tuple[int, str]]:
    lines = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("# ")]
    return [(int(milli), text) for milli, text in (line.split("\t", 1) for line in lines)]


def scored(text: str) -> Scored:
    return SCORER.score_many([text], ["en"])[0]


def milli(z: float) -> int:
    """VADER's normalisation of a sum, in thousandths."""
    return round(z / math.sqrt(z * z + 15) * 1000)


@pytest.mark.parametrize(("expected", "text"), golden())
def test_plain_sentences_score_as_in_vader(expected: int, text: str) -> None:
    assert scored(text).score_milli == expected


def test_a_text_without_terms_is_no_evidence_rather_than_neutral() -> None:
    assert scored("The parcel is blue") == Scored(0, 0, "en", ())
    assert scored("") == Scored(0, 0, "en", ())


def test_a_negator_turns_a_term_up_to_three_words_on() -> None:
    """`good` weighs 1.9; turning multiplies by -0.74."""
    assert scored("good").score_milli == milli(1.9)
    for text in ("not good", "not a good", "not such a good"):
        assert scored(text).score_milli == milli(1.9 * -0.74)
    assert scored("not at this moment good").score_milli == milli(1.9)


def test_no_reaches_two_words_and_stands_for_itself_when_no_term_follows() -> None:
    assert scored("no evil").score_milli == milli(-3.4 * -0.74)
    assert scored("no real evil").score_milli == milli(-1.2 + -3.4 * -0.74)
    assert scored("no parcel or letter evil").score_milli == milli(-1.2 - 3.4)


def test_boosters_fade_with_distance_and_keep_the_sign() -> None:
    assert scored("very bad").score_milli == milli(-2.5 - 0.293)
    assert scored("very much bad").score_milli == milli(-2.5 - 0.95 * 0.293)
    assert scored("very much so bad").score_milli == milli(-2.5 - 0.293 - 0.9 * 0.293)
    assert scored("slightly bad").score_milli == milli(-2.5 + 0.293)


def test_what_follows_but_counts_threefold_what_precedes_it() -> None:
    assert scored("good but bad").score_milli == milli(0.5 * 1.9 - 1.5 * 2.5)
    assert scored("good but bad but good").score_milli == milli(0.5 * 1.9 - 1.5 * 2.5 + 1.5 * 1.9), "first but only"


@pytest.mark.parametrize(
    "text",
    [
        "I thought it would be good, but it was not",
        "I thought it would be good, but it wasn't.",
        "I thought it would be good but sadly it really is not at all",
    ],
)
def test_a_bare_denial_after_but_turns_what_was_said(text: str) -> None:
    assert scored(text).score_milli == milli(1.9 * -0.74)


def test_a_denial_with_something_to_say_is_a_plain_but() -> None:
    assert scored("It is good, but it was not blue").score_milli == milli(0.5 * 1.9)
    assert scored("It was good but").score_milli == milli(0.5 * 1.9)


def test_exclamation_marks_strengthen_up_to_four() -> None:
    assert scored("bad!").score_milli == milli(-2.5 - 0.292)
    assert scored("bad!!!!!!!!").score_milli == milli(-2.5 - 4 * 0.292)
    assert scored("parcel!!!").hits == 0


def test_letter_case_and_curly_quotes_make_no_difference() -> None:
    assert scored("It DOESN’T work, “terrible”…") == scored("it doesn't work, terrible")


def test_quotes_around_a_word_do_not_hide_it() -> None:
    assert scored("so 'good' it was").score_milli == scored("so good it was").score_milli


def test_words_inside_addresses_and_handles_do_not_count() -> None:
    text = "see https://best.example/happy/love or mail happy@love.example @great_person"
    assert scored(text) == Scored(0, 0, "en", ())


@pytest.mark.parametrize("text", ["My PO number is 187, order 1337", "Please support me, I want help with my credit"])
def test_words_of_a_transaction_are_no_feeling(text: str) -> None:
    assert scored(text).hits == 0


def test_a_matched_phrase_is_one_term() -> None:
    """`not working` is neither `not` for `great` after it nor a turned `working`."""
    assert scored("not working").hits == 1
    assert scored("not working great").score_milli == milli(-2.2 + 3.1)
    assert scored("poor service").score_milli == milli(-2.8), "not poor once more"
    assert scored("doesn't work").score_milli == milli(-2.2)


def test_the_longest_phrase_wins_and_the_first_word_alone_is_the_last_resort() -> None:
    assert scored("thanks for nothing").score_milli == milli(-2.6)
    assert scored("thanks for everything").score_milli == milli(1.9)
    assert scored("cancelled").hits == 1
    assert scored("cancel my contract").score_milli == milli(-2.0)
    assert scored("cancel it").score_milli == milli(-1.2)


def test_a_negator_turns_a_state_and_silences_its_signal() -> None:
    assert scored("it arrived broken") == Scored(milli(-2.2), 1, "en", ("fault",))
    assert scored("it is not broken") == Scored(milli(-2.2 * -0.74), 1, "en", ())
    assert scored("it was never not broken") == Scored(milli(-2.2 * 0.74 * 0.74), 1, "en", ("fault",))


def test_a_negator_leaves_a_topic_alone() -> None:
    """Not getting a refund is no good news."""
    assert scored("I did not get a refund") == Scored(milli(-1.0), 1, "en", ("refund",))


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        ("wait", "I am still waiting"),
        ("wait", "My package never arrived"),
        ("refund", "You charged me twice"),
        ("cancel", "Close my account today"),
        ("fault", "The app keeps crashing"),
        ("repeat", "This is the third time"),
        ("escalate", "Let me speak to a manager"),
        ("legal", "My lawyer will contact you"),
        ("competitor", "I take my business elsewhere"),
        ("price", "There are hidden fees"),
        ("human_wanted", "Let me talk to a human"),
        ("thanks", "Thank you all"),
        ("resolved", "It is resolved"),
    ],
)
def test_each_signal_is_raised(signal: str, text: str) -> None:
    assert scored(text).signals == (signal,)


def test_signals_come_once_each_in_order_of_appearance() -> None:
    text = "Refund me, it is broken. I said refund! My lawyer knows it is broken and defective."
    assert scored(text).signals == ("refund", "fault", "legal")


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        (-1, "Could be better"),
        (1, "I couldn't be happier"),
        (-1, "Thanks for nothing"),
        (1, "Not bad at all"),
        (1, "No problem"),
        (-1, "If this is not fixed I will switch to your competitor"),
        (-1, "Oh great, another delay"),
    ],
)
def test_idioms_say_something_else_than_their_words(sign: int, text: str) -> None:
    assert sign * scored(text).score_milli > 50


def test_emoji_count_also_when_glued_to_words_or_toned() -> None:
    assert scored("great😊👍").score_milli == scored("great 😊 👍").score_milli == milli(3.1 + 2.4 + 2.0)
    assert scored("👎🏽👎🏽") == Scored(milli(-5.2), 2, "en", ())
    assert scored("❤️").score_milli == milli(2.8)


def test_kind_words_under_an_angry_face_are_irony() -> None:
    assert scored("wow thanks 😡") == Scored(milli(-3.2), 3, "en", ("thanks",))
    assert scored("awful 😡").score_milli < scored("😡").score_milli, "an unkind word adds to it"
    assert scored("great 😢").score_milli == milli(3.1 - 1.6), "a tear may be one of joy"


def test_emoticons_count() -> None:
    assert scored("the parcel :(").score_milli == milli(-1.9)
    assert scored("Order: 12; done = 7").hits == 0


def test_a_long_text_is_read_at_its_head_and_tail() -> None:
    middle = "terrible " * 1_000
    assert scored("x" * HEAD_CHARS + middle + "y" * TAIL_CHARS).hits == 0
    assert scored("great " + "x " * HEAD_CHARS + middle + "x " * TAIL_CHARS + " good").hits == 2


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=400) | st.text(alphabet="no bad!':(@/\u2019\U0001f621\ud800", max_size=60),
    st.none() | st.text(max_size=8),
)
def test_any_text_and_tag_gives_a_bounded_repeatable_score(text: str, tag: str | None) -> None:
    first, second = SCORER.score_many([text, text], [tag, tag])

    assert first == second
    assert -1000 <= first.score_milli <= 1000
    assert first.hits > 0 or first.score_milli == 0
    assert set(first.signals) <= set(SIGNALS)
    assert len(set(first.signals)) == len(first.signals)


RULE_WORDS = (
    "not", "no", "never", "very", "slightly", "good", "bad", "broken", "refund", "but", "it", "was", "cancel", "my",
    "thanks", "for", "nothing", "!",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(RULE_WORDS), max_size=40))
def test_any_run_of_rule_words_stays_in_bounds(words: list[str]) -> None:
    result = scored(" ".join(words))
    assert -1000 <= result.score_milli <= 1000
    assert result.hits <= len(words)
