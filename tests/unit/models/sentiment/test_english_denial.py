"""What English denies from further away than three words."""

import math

import pytest

from models.sentiment import Scored, built_in

SCORER = built_in()


def scored(text: str) -> Scored:
    return SCORER.score_many([text], ["en"])[0]


def milli(z: float) -> int:
    return round(z / math.sqrt(z * z + 15) * 1000)


@pytest.mark.parametrize(
    "text",
    ["I don't think that it is good", "not in any way to be called a good one", "we never had a single one as good"],
)
def test_a_negator_reaches_over_light_words(text: str) -> None:
    assert scored(text).score_milli < -100


def test_a_negator_does_not_reach_over_words_with_a_thought_of_their_own() -> None:
    assert scored("I did not order yesterday evening good").score_milli == milli(1.9)
    assert scored("not in any of these on which my good").score_milli == milli(1.9)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("The staff did not in any of our many visits seem friendly at all", 2.2),
        ("Nobody at your branch in Leeds was friendly at all", 2.2),
        ("The room was not, whatever your website says, clean at all", 1.7),
    ],
)
def test_at_all_asks_for_a_negator_however_far_within_ten_words(text: str, term: float) -> None:
    assert scored(text).score_milli == milli(term * -0.74)


def test_at_all_without_a_negator_or_across_a_but_turns_nothing() -> None:
    assert scored("my agent was friendly at all times").score_milli == milli(2.2)
    assert scored("I do not know Leeds but your agent was friendly at all").score_milli == milli(2.2 * 1.5)


def test_at_all_does_not_turn_what_stands_turned_already() -> None:
    assert scored("This is not good at all").score_milli == milli(1.9 * -0.74)
    assert scored("not at all friendly").score_milli == milli(2.2 * -0.74)


def test_at_all_leaves_a_complaint_a_complaint() -> None:
    assert scored("Nobody could tell me today why it is broken at all").score_milli < -100


def test_the_explanation_says_what_reached_so_far() -> None:
    far = SCORER.explain("Nobody at your branch in Leeds was friendly at all", "en").found[0]
    assert (far.term, far.why) == ("friendly", ('negated from further away, "at all"',))
    light = SCORER.explain("I don't think that it is good", "en").found[0]
    assert (light.term, light.why) == ("good", ("negated from further away",))
