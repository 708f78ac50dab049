"""What `kanarya dlq stats` counts."""

import pytest

from app.cli.dlq.stats import _show, counted
from models.dead_letter import DeadLetter
from models.redrive import Letter, Selection, judge

HOUR_MS = 3_600_000
START_MS = 500_000 * HOUR_MS


def letter(number: int, sent_ms: int, reason: str = "not_json", redrives: int = 0, topic: str = "in") -> Letter:
    return Letter(0, number, sent_ms, DeadLetter(topic, 0, number, 0, reason, f"why {reason}", redrives))


def counts(*letters: Letter, per: str | None = None) -> dict[str, object]:
    return counted(judge(letters, Selection(), ["in"]), per)  # type: ignore[arg-type]


def test_letters_are_counted_by_reason_topic_redrives_and_hour() -> None:
    told = counts(
        letter(0, START_MS),
        letter(1, START_MS + HOUR_MS - 1, "wrong_type"),
        letter(2, START_MS + 2 * HOUR_MS, redrives=3),
        letter(3, START_MS + 2 * HOUR_MS + 1, topic="elsewhere"),
    )

    assert told == {
        "letters": 4,
        "can_be_redriven": 2,
        "oldest_at": "2027-01-15T08:00:00.000Z",
        "newest_at": "2027-01-15T10:00:00.001Z",
        "reasons": {"not_json": 3, "wrong_type": 1},
        "topics": {"in": 3, "elsewhere": 1},
        "redrives": {"0": 3, "3": 1},
        "details": [
            {"reason": "not_json", "detail": "why not_json", "letters": 3},
            {"reason": "wrong_type", "detail": "why wrong_type", "letters": 1},
        ],
        "per": "hour",
        "times": [
            {"from": "2027-01-15T08:00:00.000Z", "letters": 2},
            {"from": "2027-01-15T10:00:00.000Z", "letters": 2},
        ],
    }


@pytest.mark.parametrize(("span_h", "per", "unit"), [(48, None, "hour"), (49, None, "day"), (1, "day", "day")])
def test_letters_of_more_than_two_days_are_counted_by_day(span_h: int, per: str | None, unit: str) -> None:
    assert counts(letter(0, START_MS), letter(1, START_MS + span_h * HOUR_MS), per=per)["per"] == unit


def test_no_letters_are_counted_as_none(capsys: pytest.CaptureFixture[str]) -> None:
    told = counts()
    _show(told)

    assert (told["letters"], told["oldest_at"], told["times"]) == (0, None, [])
    assert capsys.readouterr().out == "letters          0\ncan be redriven  0\noldest           -\nnewest           -\n"


def test_counts_for_a_person_are_tables(capsys: pytest.CaptureFixture[str]) -> None:
    _show(counts(letter(0, START_MS), letter(1, START_MS, "wrong_type")))

    out = capsys.readouterr().out
    assert "letters  reason\n1        not_json\n1        wrong_type\n" in out
    assert "letters  hour from\n2        2027-01-15T08:00:00.000Z\n" in out
    assert "letters  detail\n1        not_json  why not_json\n" in out
