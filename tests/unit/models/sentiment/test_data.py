"""The data files: every row can be read, can be reached, and says one thing."""

from collections import Counter
from importlib.resources import files

import pytest

from models.sentiment import SIGNALS, LexiconError, Scored
from models.sentiment.english import EnglishScorer
from models.sentiment.english_tables import Tables, compile_tables
from models.sentiment.english_text import split_words
from models.sentiment.lexicon import layered, rows

FOLDER = files("models.sentiment") / "data"
VADER, SERVICE, MODIFIERS, EMOJI = (
    (FOLDER / name).read_text(encoding="utf-8")
    for name in ("vader.tsv", "service_en.tsv", "modifiers_en.tsv", "emoji.tsv")
)


def compiled(*service: str, modifiers: str = MODIFIERS) -> Tables:
    """The tables of VADER's words and further layers."""
    emoji = {sign: term.weight for sign, term in layered(("emoji", EMOJI)).items()}
    return compile_tables(layered(("vader", VADER), *[("service", text) for text in service]), modifiers, emoji)


FULL = compiled(SERVICE)


def score(text: str, tables: Tables) -> Scored:
    return EnglishScorer(tables).score(text)


def terms(text: str, width: int) -> list[str]:
    return [cells[0] for cells in rows("data", text, width)]


@pytest.fixture(scope="module")
def bare() -> Tables:
    """The rules without the service file."""
    return compiled()


@pytest.mark.parametrize(("text", "width"), [(VADER, 4), (SERVICE, 4), (MODIFIERS, 2), (EMOJI, 4)])
def test_no_term_stands_twice_in_a_file(text: str, width: int) -> None:
    counts = Counter(terms(text, width))
    assert [term for term, n in counts.items() if n > 1] == []
    assert len(counts) > 100


def test_every_term_is_written_as_texts_are_read() -> None:
    """A term that the words of a text never equal would be dead."""
    for term in terms(SERVICE, 4) + terms(MODIFIERS, 2):
        assert " ".join(split_words(term.encode())) == term


def test_every_service_term_matches_itself_with_its_own_weight() -> None:
    for term, weight, _, tag in rows("service", SERVICE, 4):
        found = score(term, FULL)
        if float(weight) == 0.0:
            assert (found.hits, found.signals) == (0, ()), term
        else:
            assert found.hits == 1, term
            assert (found.score_milli > 0) == (float(weight) > 0), term
            assert found.signals == (() if tag == "-" else (tag,)), term


def test_every_service_row_changes_something(bare: Tables) -> None:
    same = [term for term in terms(SERVICE, 4) if score(term, bare) == score(term, FULL)]
    assert same == []


def test_tags_do_not_contradict_their_weights() -> None:
    """Praise and thanks are no complaint; only a price may be either."""
    used = set()
    for term, weight, _, tag in rows("service", SERVICE, 4):
        used.add(tag)
        if tag in ("thanks", "resolved"):
            assert float(weight) > 0, term
        elif tag not in ("-", "price"):
            assert float(weight) < 0, term
    assert used == {"-", *SIGNALS}


def test_no_service_word_is_also_a_modifier() -> None:
    assert set(terms(SERVICE, 4)) & set(FULL.modifiers) == set()


def test_every_vader_term_is_found_in_a_text(bare: Tables) -> None:
    dead = [term for term in terms(VADER, 4) if score(term, bare).hits != 1]
    assert dead == []


def test_every_emoji_is_one_code_point_and_is_found_in_a_text() -> None:
    for sign in terms(EMOJI, 4):
        assert len(sign) == 1
        assert score(f"parcel{sign}", FULL).hits == 1, sign


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("slow\t-1\tstate", "service, line 1: 3 cells, 4 are needed"),
        ("slow\t-1\tmaybe\t-", "mode 'maybe'"),
        ("slow\t-1\tstate\tsnail", "tag 'snail'"),
        ("slow\t-9\tstate\t-", "'-9' is not allowed"),
        ("slow\tnan\tstate\t-", "'nan' is not allowed"),
        ("slow\tfar\tstate\t-", "'far' is not allowed"),
    ],
)
def test_a_bad_row_is_refused_by_name(row: str, complaint: str) -> None:
    with pytest.raises(LexiconError, match=complaint):
        compiled(row)


def test_a_bad_modifier_is_refused() -> None:
    with pytest.raises(LexiconError, match="'much' is not allowed"):
        compiled(SERVICE, modifiers="very\tmuch")


def test_every_term_is_found_in_a_sentence_under_its_own_name() -> None:
    """A probe for each row: the term between words that mean nothing, and the explanation names it."""
    scorer = EnglishScorer(FULL)
    for key, term in layered(("vader", VADER), ("service", SERVICE)).items():
        explained = scorer.explain(f"12345 {key} 12345")
        named = [hit.term for hit in explained.found if hit.term != "!"]
        written = key.replace("-", " ") if key.replace("-", "a").isalpha() else key
        assert named == ([] if term.silent else [written]), key
