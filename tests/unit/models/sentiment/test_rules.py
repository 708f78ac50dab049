"""The scorer as the worker sees it: names, languages, lengths, and that its data travel in the wheel."""

import re
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from models.sentiment import Scored, Scorer, built_in
from models.sentiment.language import guess, primary
from models.sentiment.lexicon import LexiconError
from models.sentiment.shipped import data_files

ROOT = Path(__file__).resolve().parents[4]


def test_the_name_says_version_and_hash_of_the_data() -> None:
    scorer: Scorer = built_in()
    assert re.fullmatch(r"kanarya-rules/[0-9.]+\+[0-9a-f]{8}", scorer.name)
    assert scorer.name == built_in().name


def test_a_batch_scores_as_its_texts_one_by_one() -> None:
    scorer = built_in()
    texts = ["good", "아직도 답이 없어요", "", "bad 😡", "It was not good"]
    tags = ["en", None, None, None, "en-GB"]

    together = scorer.score_many(texts, tags)

    assert together == [scorer.score_many([text], [tag])[0] for text, tag in zip(texts, tags, strict=True)]


def test_texts_and_languages_must_pair_up() -> None:
    with pytest.raises(ValueError, match="shorter"):
        built_in().score_many(["good", "bad"], ["en"])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "good"),
        ("en", "I’m happy 😊"),
        ("en", "I love İstanbul and the food"),
        ("en", "great 한복 dress by 서울 tailor"),
        ("ko", "배송이 너무 늦어요 bad"),
        ("ja", "日本語の配送はとても遅いです"),
        ("zh", "产品很好但是配送慢"),
        ("ar", "الخدمة سيئة"),
        ("ru", "Товар плохой"),
        ("el", "Κακή εξυπηρέτηση"),
        ("he", "שירות גרוע"),
        ("th", "บริการแย่"),
        ("hi", "खराब सेवा"),
        ("tr", "Kargo hâlâ gelmedi, çok kızgınım"),
    ],
)
def test_the_script_tells_the_language(language: str, text: str) -> None:
    assert guess(text) == language
    assert built_in().score_many([text], [None])[0].language == language


def test_a_language_without_rules_gives_no_evidence() -> None:
    scorer = built_in()
    assert scorer.score_many(["bad bad bad"], ["tlh"]) == [Scored(0, 0, "tlh", ())]
    assert scorer.score_many(["bad"], ["EN_us"])[0].hits == 1


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-GB", "en"), ("KO", "ko"), ("zh-Hant-TW", "zh"), ("und", None), ("", None), ("x!", None), ("english", None)],
)
def test_a_tag_gives_its_primary_subtag_or_nothing(tag: str, language: str | None) -> None:
    assert primary(tag) == language


def test_a_tag_that_names_nothing_leaves_it_to_the_script() -> None:
    assert [s.language for s in built_in().score_many(["bad", "너무 늦어요"], ["und", ""])] == ["en", "ko"]


def test_a_tenants_own_words_win_and_change_the_name() -> None:
    own = built_in({"en": "meh\t-2\tstate\tfault\ngood\t0\tstate\t-", "emoji": "🦆\t2\tstate\t-"})
    scored = own.score_many(["meh", "good", "🦆"], ["en"] * 3)
    assert [(each.score_milli > 0, each.hits, each.signals) for each in scored] == [
        (False, 1, ("fault",)),
        (False, 0, ()),
        (True, 1, ()),
    ]
    assert own.name != built_in().name


def test_own_words_of_a_language_without_rules_are_refused() -> None:
    with pytest.raises(LexiconError, match=r"own words of 'tlh': no rules for it; there are some for en"):
        built_in({"tlh": "qapla\t3\tstate\t-"})


def test_the_wheel_carries_the_data(tmp_path: Path) -> None:
    [wheel] = list(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    assert {f"models/sentiment/data/{name}" for name in data_files()} <= inside


@pytest.mark.parametrize("text", ["Meyveler curuktu.", "Elinize emeginize saglik."])
def test_turkish_in_plain_letters_is_known_by_its_stems_where_no_common_word_tells(text: str) -> None:
    scorer = built_in()
    assert guess(text) == "en"
    found = scorer.score_many([text], [None])[0]
    assert (found.language, found.hits) == ("tr", 1)
    assert scorer.explain(text).scored == found
    assert scorer.score_many([text], ["en"])[0] == Scored(0, 0, "en", ())


@pytest.mark.parametrize("text", ["The parcel is sorunsuz", "Kac watt?", "good kalite", "12345", ""])
def test_a_text_with_an_english_word_or_without_stems_stays_english(text: str) -> None:
    scorer = built_in()
    found = scorer.score_many([text], [None])[0]
    assert found.language == "en"
    assert scorer.explain(text).scored == found
