"""Which dead letters go back, and why the others do not."""

import pytest

from models.dead_letter import DeadLetter
from models.redrive import Letter, Selection, judge

INPUTS = ("in", "in.two")
ALL = Selection()


def letter(
    offset: int,
    record: int,
    *,
    redrives: int = 0,
    of: str = "",
    topic: str = "in",
    reason: str = "not_json",
    **more: str,
) -> Letter:
    """The dead letter at 0@`offset`, of the record at in[3]@`record`."""
    told = DeadLetter(topic, 3, record, 1, reason, more.get("detail", "d"), redrives, of)
    return Letter(0, offset, 1000 + offset, told)


def causes(letters: list[Letter], selection: Selection = ALL, limit: int | None = None) -> list[str | None]:
    return [verdict.cause for verdict in judge(letters, selection, INPUTS, limit)]


def test_letters_go_back_in_their_order() -> None:
    letters = [letter(0, 7), letter(1, 8, topic="in.two")]

    assert [(verdict.letter, verdict.cause) for verdict in judge(letters, ALL, INPUTS)] == [
        (letters[0], None),
        (letters[1], None),
    ]


@pytest.mark.parametrize(("redrives", "cause"), [(2, None), (3, "redrives"), (7, "redrives")])
def test_a_record_that_was_redriven_three_times_is_refused(redrives: int, cause: str | None) -> None:
    assert causes([letter(0, 7, redrives=redrives)]) == [cause]


@pytest.mark.parametrize("topic", ["other", "", "in "])
def test_a_topic_that_is_no_input_topic_is_refused(topic: str) -> None:
    assert causes([letter(0, 7, topic=topic)]) == ["topic"]


def test_a_letter_whose_value_was_left_out_is_refused() -> None:
    assert causes([letter(0, 7, detail="value: d; the value is left out, as key and value are 9 bytes")]) == ["value"]


def test_of_a_record_that_came_back_only_the_newest_letter_goes() -> None:
    """Else each redrive would double what the one before it sent."""
    letters = [
        letter(0, 7),
        letter(1, 8),
        letter(2, 20, redrives=1, of="in[3]@7"),
        letter(3, 30, redrives=2, of="in[3]@20"),
    ]

    verdicts = judge(letters, ALL, INPUTS)

    assert [verdict.cause for verdict in verdicts] == ["came_back", None, "came_back", None]
    assert verdicts[0].why.endswith("came back as 0@2")


def test_a_record_that_a_crash_wrote_twice_as_a_letter_goes_once() -> None:
    assert causes([letter(0, 7), letter(1, 7)]) == ["again", None]


def test_a_letter_that_names_no_record_stands_for_itself() -> None:
    letters = [letter(0, -1, topic=""), letter(1, -1, topic="")]

    assert causes(letters) == ["topic", "topic"]


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (ALL, [0, 1, 2]),
        (Selection(reasons=frozenset({"not_json"})), [0, 2]),
        (Selection(reasons=frozenset({"not_json", "not_utf8"})), [0, 1, 2]),
        (Selection(topic="in.two"), [2]),
        (Selection(since_ms=1001), [1, 2]),
        (Selection(until_ms=1001), [0]),
        (Selection(since_ms=1001, until_ms=1002), [1]),
        (Selection(places=frozenset({(0, 2), (0, 0), (1, 1)})), [0, 2]),
        (Selection(places=frozenset({(0, 2)}), topic="in"), []),
    ],
)
def test_what_is_selected_fits_everything_that_is_given(selection: Selection, taken: list[int]) -> None:
    letters = [letter(0, 7), letter(1, 8, reason="not_utf8"), letter(2, 9, topic="in.two")]

    assert [each.offset for each in letters if selection.takes(each)] == taken
    assert causes(letters, selection) == [None if each.offset in taken else "filter" for each in letters]


def test_a_letter_that_is_not_selected_still_tells_that_a_record_came_back() -> None:
    letters = [letter(0, 7), letter(1, 20, redrives=1, of="in[3]@7", reason="not_utf8")]

    assert causes(letters, Selection(reasons=frozenset({"not_json"}))) == ["came_back", "filter"]


def test_the_limit_counts_what_is_sent() -> None:
    letters = [letter(0, 6, redrives=3), letter(1, 7), letter(2, 8), letter(3, 9)]

    assert causes(letters, limit=2) == ["redrives", None, None, "limit"]
