"""Which scorer the settings give, and that a plug-in can neither stop nor slow the stream."""

import math
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from app.scorer import GuardedScorer, read_scorer
from app.settings import Settings, SettingsError
from models.sentiment import RuleScorer, Scored, built_in

TEXTS = ["It is great", "It is awful", "The parcel is blue", "refund please"]
TAGS = ["en"] * 4
RULES = built_in()


class PlugIn:
    """A plug-in that answers with what a test wants."""

    name, version = "acme", "7"

    def __init__(self, answer: Callable[[Sequence[str]], Sequence[float | None]]) -> None:
        self.answer = answer
        self.calls: list[tuple[Sequence[str], Sequence[str], Sequence[Scored]]] = []

    def score_many(
        self, texts: Sequence[str], languages: Sequence[str], ruled: Sequence[Scored]
    ) -> Sequence[float | None]:
        self.calls.append((texts, languages, ruled))
        return self.answer(texts)


def settings(**given: object) -> Settings:
    return Settings.model_validate(given)


def guarded(answer: Callable[[Sequence[str]], Sequence[float | None]], budget_s: float = 5) -> GuardedScorer:
    return GuardedScorer(RULES, PlugIn(answer), budget_s)


def test_without_a_setting_the_rules_that_ship_score() -> None:
    scorer = read_scorer(settings())
    assert isinstance(scorer, RuleScorer)
    assert scorer.name == RULES.name


def test_own_words_come_from_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text("# ours\nzorky\t-3\tstate\tfault\ngreat\t0\tstate\t-\n", encoding="utf-8")
    (tmp_path / "emoji.tsv").write_text("🦆\t2\tstate\t-\n", encoding="utf-8")

    scorer = read_scorer(settings(lexicon=tmp_path))

    zorky, great, duck = scorer.score_many(["zorky", "great", "🦆"], ["en"] * 3)
    assert (zorky.signals, great.hits, duck.score_milli > 0) == (("fault",), 0, True)
    assert scorer.name != RULES.name


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("en.tsv", b"zorky\t-3\tstate", "own words, en.tsv, line 1: 3 cells, 4 are needed"),
        ("en.tsv", b"zorky\t-9\tstate\t-", "'-9' is not allowed"),
        ("tlh.tsv", b"qapla\t3\tstate\t-", "own words of 'tlh': no rules for it"),
        ("en.tsv", b"\xff\xfe", "utf-8"),
        ("readme.md", b"no words", "holds no file such as en.tsv"),
    ],
)
def test_a_folder_that_cannot_be_meant_is_named_with_the_mend(
    tmp_path: Path, file: str, content: bytes, said: str
) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        read_scorer(settings(lexicon=tmp_path))
    [fault] = raised.value.faults
    assert fault.startswith(f"lexicon = {tmp_path}: ")
    assert said in fault


def test_a_plug_in_gets_what_the_rules_found_and_may_leave_texts_to_them() -> None:
    scorer = guarded(lambda texts: [None, 0.25, -0.5, None])
    said = scorer.score_many(TEXTS, TAGS)
    ruled = RULES.score_many(TEXTS, TAGS)

    assert said[0] == ruled[0]
    assert said[3] == ruled[3]
    assert said[1] == Scored(250, 1, "en", ())
    assert said[2] == Scored(-500, 1, "en", ()), "a number is evidence"
    assert scorer.name == f"acme/7 on {RULES.name}"


def test_a_plug_ins_numbers_are_clamped_and_what_is_no_number_is_nought() -> None:
    said = guarded(lambda texts: [7, -math.inf, math.nan, 0.0004]).score_many(TEXTS, TAGS)
    assert [each.score_milli for each in said] == [1000, -1000, 0, 0]


@pytest.mark.parametrize(
    "answer", [lambda texts: [0.5], lambda texts: 1 / 0, lambda texts: ["much"] * 4, lambda texts: None]
)
def test_a_plug_in_that_answers_wrongly_leaves_the_batch_to_the_rules(answer: Callable[..., object]) -> None:
    assert guarded(answer).score_many(TEXTS, TAGS) == RULES.score_many(TEXTS, TAGS)  # type: ignore[arg-type]


def test_a_plug_in_beyond_its_budget_is_passed_over_until_it_is_free_again() -> None:
    free = threading.Event()

    def slow(texts: Sequence[str]) -> Sequence[float | None]:
        free.wait(30)
        return [1.0] * len(texts)

    scorer = guarded(slow, budget_s=0.05)
    ruled = RULES.score_many(TEXTS, TAGS)
    assert scorer.score_many(TEXTS, TAGS) == ruled
    assert scorer.score_many(TEXTS, TAGS) == ruled, "it is not asked while it is busy"
    free.set()
    assert scorer._running is not None
    scorer._running.result(30)
    assert [each.score_milli for each in scorer.score_many(TEXTS, TAGS)] == [1000] * 4


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[str]:
    """A package with two entry points, one of which cannot be loaded, installed for the test."""
    (tmp_path / "acme_scorer.py").write_text(
        "class Acme:\n"
        "    name, version = 'acme', '1.2'\n"
        "    def score_many(self, texts, languages, ruled):\n"
        "        return [1.0 if 'blue' in text else None for text in texts]\n",
        encoding="utf-8",
    )
    info = tmp_path / "acme_scorer-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-scorer\nVersion: 1.2\n", encoding="utf-8")
    points = "[kanarya.scorers]\nacme = acme_scorer:Acme\nbroken = acme_scorer:Missing\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    sys.path.insert(0, str(tmp_path))
    yield "acme"
    sys.path.remove(str(tmp_path))
    sys.modules.pop("acme_scorer", None)


def test_an_installed_plug_in_is_found_by_its_entry_point(installed: str) -> None:
    scorer = read_scorer(settings(scorer=installed))
    assert scorer.name == f"acme/1.2 on {RULES.name}"
    assert scorer.score_many(["The parcel is blue"], ["en"])[0].score_milli == 1000


def test_a_plug_in_that_is_missing_or_broken_is_named(installed: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_scorer(settings(scorer="acne"))
    assert "scorer = acne: is not installed; there are rules, accurate, acme, broken" in raised.value.faults
    with pytest.raises(SettingsError) as raised:
        read_scorer(settings(scorer="broken"))
    assert "scorer = broken: cannot be loaded (AttributeError" in raised.value.faults[0]
