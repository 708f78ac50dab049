"""An explanation says what the score says: the same number, made of what each term counted."""

import math

import pytest

from benchmarks.evaluation.probes import probes
from models.sentiment import RuleScorer, built_in

LONG = "It is great. " + "The parcel is blue. " * 20 + "It is terrible and I want a refund!"


@pytest.fixture(scope="module")
def scorer() -> RuleScorer:
    return built_in()


@pytest.mark.parametrize("language", ["en", "tr", "ko"])
def test_an_explanation_gives_the_score_and_its_parts_add_up_to_it(scorer: RuleScorer, language: str) -> None:
    texts = [*probes(language, "tuning")[0], "👎👎 !", ":)", ""]
    for text, scored in zip(texts, scorer.score_many(texts, [language] * len(texts)), strict=True):
        explained = scorer.explain(text, language)
        assert explained.scored == scored, text
        z = sum(hit.counted for hit in explained.found)
        assert abs(round(z / math.sqrt(z * z + 15) * 1000) - scored.score_milli) <= 2, text
        assert {hit.tag for hit in explained.found} >= set(scored.signals), text


def test_a_long_text_is_explained_sentence_by_sentence(scorer: RuleScorer) -> None:
    explained = scorer.explain(LONG, "en")
    assert explained.scored == scorer.score_many([LONG], ["en"])[0]
    assert [hit.term for hit in explained.found] == ["great", "terrible", "refund", "!"]
    # One sentence of .625, and the last one of z = -2.1 - 1 - 0.292, which counts half as much again.
    last = -3.392 / math.sqrt(3.392**2 + 15) * 1000
    assert explained.scored.score_milli == round((625 + 1.5 * round(last)) / 2.5)


def test_twenty_terms_of_one_mind_do_not_end_at_the_bottom(scorer: RuleScorer) -> None:
    mail = "The lamp is slow.\n" * 20
    (scored,) = scorer.score_many([mail], ["en"])
    (one,) = scorer.score_many(["The lamp is slow."], ["en"])
    assert scored.hits == 20
    assert scored.score_milli == one.score_milli


def test_a_text_of_an_unknown_language_has_nothing_to_explain(scorer: RuleScorer) -> None:
    assert scorer.explain("バスが遅い").scored.language == "ja"
    assert scorer.explain("バスが遅い").found == ()
