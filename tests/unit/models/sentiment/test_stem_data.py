"""The Turkish and Korean data files: every row can be read, is found in a text, and says one thing."""

from collections import Counter
from importlib.resources import files

import pytest

from models.sentiment import SIGNALS, LexiconError, RuleScorer, built_in
from models.sentiment.korean_tables import compile_tables as compile_korean
from models.sentiment.lexicon import Lexicon, layered, rows, terms
from models.sentiment.prior import Prior
from models.sentiment.shipped import LANGUAGES
from models.sentiment.turkish_tables import compile_tables as compile_turkish
from models.sentiment.turkish_tables import fold

FOLDER = files("models.sentiment") / "data"
STEMMED = ("tr", "ko")


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def lexicon(language: str) -> Lexicon:
    return layered(*((name, read(name)) for name in LANGUAGES[language].layers))


def key(language: str, term: str) -> str:
    """What two rows must not share: a term as it is read, without what it leaves to choice."""
    if language == "ko":
        return term.replace(" ", "")
    mark = term[len(term.rstrip("|-")) :] if not term.endswith("-ma") else "-ma"
    return fold(term.removesuffix("-ma").rstrip("|-")) + mark


def sentence(language: str, term: str) -> str:
    """A text that holds the term and nothing else with a feeling."""
    if language == "ko":
        apart = term.startswith(("|", "안 ", "못 ")) or term.endswith("|")
        return f"뷁 {term.strip('|')} 뷁" if apart else f"뷁{term}뷁"
    if not term.endswith("-ma"):
        return f"12345 {term.rstrip('|-')} 12345"
    stem = term.removesuffix("-ma")
    back = [letter for letter in stem if letter in "aeıioöuü"][-1] in "aıou"
    return f"12345 {stem}{'madı' if back else 'medi'} 12345"


@pytest.fixture(scope="module")
def scorer() -> RuleScorer:
    return built_in()


@pytest.mark.parametrize("language", STEMMED)
def test_no_term_stands_twice_in_a_file(language: str) -> None:
    for name in LANGUAGES[language].layers:
        counts = Counter(key(language, term) for term, _ in terms(name, read(name)))
        assert [term for term, n in counts.items() if n > 1] == []
        assert len(counts) > 500


@pytest.mark.parametrize("language", STEMMED)
def test_every_term_is_found_in_a_text_and_says_what_its_row_says(scorer: RuleScorer, language: str) -> None:
    wrong = []
    for term, row in lexicon(language).items():
        found = scorer.explain(sentence(language, term), language).found
        own = [hit for hit in found if hit.term == term]
        if len(own) != 1 or own[0].weight != row.weight or own[0].tag != row.tag:
            wrong.append((term, [hit.term for hit in found]))
    assert wrong == []


@pytest.mark.parametrize("language", STEMMED)
def test_tags_do_not_contradict_their_weights(language: str) -> None:
    used = set()
    for term, row in lexicon(language).items():
        used.add(row.tag)
        if row.tag in ("thanks", "resolved"):
            assert row.weight > 0, term
        elif row.tag:
            assert row.weight < 0, term
    assert used == {"", *SIGNALS}


@pytest.mark.parametrize("language", STEMMED)
def test_no_term_is_also_a_modifier(language: str) -> None:
    modifiers = {key(language, term) for term, _ in rows("modifiers", read(f"modifiers_{language}.tsv"), 2)}
    assert modifiers & {key(language, term) for term in lexicon(language)} == set()
    assert len(modifiers) > 50


def test_a_bad_modifier_is_refused() -> None:
    with pytest.raises(LexiconError, match="'much' is not allowed"):
        compile_turkish({}, "çok\tmuch", {})
    with pytest.raises(LexiconError, match="'much' is not allowed"):
        compile_korean({}, "너무\tmuch", {}, Prior(""))


def test_the_prior_holds_whole_numbers_and_each_n_gram_once() -> None:
    grams: Counter[str] = Counter()
    for line in read("prior_ko.tsv").splitlines():
        if not line.startswith("# "):
            weight, *some = line.split("\t")
            assert -99 <= int(weight) <= 99
            assert int(weight)
            assert all(2 <= len(gram) <= 4 for gram in some)
            grams.update(some)
    assert max(grams.values()) == 1
    assert len(grams) > 3_000
