"""What must hold of whole families of Turkish and Korean sentences, and that nothing hangs on chance."""

import os
import random
import subprocess
import sys

import pytest

from benchmarks.evaluation import patterns
from benchmarks.evaluation.korean_patterns import KOREAN
from benchmarks.evaluation.patterns import Patterns
from benchmarks.evaluation.probes import probes
from benchmarks.evaluation.turkish_patterns import TURKISH
from models.sentiment import built_in

SCORER = built_in()
BOTH = pytest.mark.parametrize(("language", "families"), [("tr", TURKISH), ("ko", KOREAN)])


def scores(language: str) -> patterns.Score:
    return lambda texts: [each.score_milli for each in SCORER.score_many(texts, [language] * len(texts))]


@BOTH
def test_what_is_not_good_is_negative(language: str, families: Patterns) -> None:
    assert patterns.share_negative(families, scores(language)) >= 0.95


@BOTH
def test_what_is_not_bad_is_not_negative(language: str, families: Patterns) -> None:
    assert patterns.share_not_negative(families, scores(language)) == 1.0


@BOTH
def test_names_places_and_numbers_change_nothing(language: str, families: Patterns) -> None:
    assert patterns.share_invariant(families, scores(language)) >= 0.98


@BOTH
def test_groups_of_people_are_no_feeling(language: str, families: Patterns) -> None:
    assert patterns.share_groups(families, scores(language)) == 1.0


@pytest.mark.parametrize("language", ["tr", "ko"])
def test_a_batch_scores_as_its_texts_do_and_in_any_order(language: str) -> None:
    seed = int(os.environ.get("KANARYA_TEST_SEED", random.randrange(2**32)))
    print("seed", seed)
    texts, _ = probes(language, "tuning")
    whole = dict(zip(texts, SCORER.score_many(texts, [language] * len(texts)), strict=True))
    random.Random(seed).shuffle(texts)
    again = built_in()
    assert again.name == SCORER.name
    assert [again.score_many([text], [language])[0] for text in texts] == [whole[text] for text in texts]


def test_another_process_with_another_hash_seed_gives_the_same_scores() -> None:
    code = (
        "from models.sentiment import built_in; from benchmarks.evaluation.probes import probes\n"
        "for language in ('tr', 'ko'):\n"
        "    texts = probes(language, 'tuning')[0]\n"
        "    print(built_in().score_many(texts, [language] * len(texts)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
