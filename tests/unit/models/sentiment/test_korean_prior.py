"""The training of the Korean prior, on a few rows: what it learns, what it leaves out, and that it repeats itself."""

import gzip
from pathlib import Path

import pytest

from benchmarks.korean_prior import fair, kept_aside, lines, main, target, train
from models.sentiment.prior import Prior, spaced

ASIDE = next(str(film) for film in range(1_000) if kept_aside(str(film)))
OTHER = next(str(film) for film in range(1_000) if not kept_aside(str(film)))
ROWS = [
    *[(OTHER, 10, f"가온누리 다솜 좋아요 {n}") for n in range(30)],
    *[(OTHER, 1, f"마루한별 여우 싫어요 {n}") for n in range(30)],
    *[(OTHER, 10, f"가온누리 {n}") for n in range(20)],
    *[(OTHER, 1, f"마루한별 {n}") for n in range(20)],
    *[(OTHER, 1, f"좋아요 강물 {n}") for n in range(12)],
    *[(OTHER, 10, f"싫어요 들판 {n}") for n in range(12)],
    *[(OTHER, 6, "텔레비전 봄") for _ in range(30)],
]


def test_it_learns_what_goes_with_good_and_bad_ratings() -> None:
    prior = Prior("\n".join(lines(train(ROWS))))
    assert prior.leaning(spaced("가온누리")) > 0.3
    assert prior.leaning(spaced("마루한별")) < -0.3


def test_the_same_rows_give_the_same_table() -> None:
    assert list(lines(train(ROWS))) == list(lines(train(ROWS)))


def test_films_kept_aside_are_not_learned_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, table = tmp_path / "rows.tsv.gz", tmp_path / "prior.tsv"
    rows = [*ROWS, *[(ASIDE, 1, "숨은그림 찾기") for _ in range(30)]]
    data.write_bytes(gzip.compress("".join(f"{film}\t{rating}\t{text}\n" for film, rating, text in rows).encode()))
    monkeypatch.setattr("sys.argv", ["korean_prior", str(data), "--target", str(table)])
    main()
    learned = table.read_text(encoding="utf-8")
    assert "가온" in learned
    assert "숨은" not in learned


def test_ratings_that_go_against_the_stems_are_refused() -> None:
    with pytest.raises(ValueError, match="are the columns film, rating, text"):
        train([(film, 11 - rating, text) for film, rating, text in ROWS])


@pytest.mark.parametrize(("rating", "wanted"), [(1, 0.0), (4, 0.0), (5, 0.5), (8, 0.5), (9, 1.0), (10, 1.0)])
def test_middling_ratings_pull_towards_undecided(rating: int, wanted: float) -> None:
    assert target(rating) == wanted


@pytest.mark.parametrize(
    ("gram", "kept"),
    [("최고", True), ("10점", False), ("ok", False), ("  ", False), ("남자가", False), ("일본 ", False)],
)
def test_numbers_other_scripts_and_groups_of_people_are_left_out(gram: str, kept: bool) -> None:
    assert fair(gram) is kept
