"""Whether a dead letter holds its record byte for byte, and what of a changelog a broker may lose."""

from typing import Any

import pytest

from app.verify.fault import Expect, Fault
from app.verify.faults.lost_changelog import halves
from app.verify.faults.steady import strike
from app.verify.outcome import Lying, as_it_came
from app.verify.plan import Size
from app.verify.play import _slow
from app.verify.result import Result
from app.verify.watch import META_KEY

RECORD = Lying(1, 7, b"ada", b"{", {"trace": b"1"}, 5)
LETTER = Lying(0, 0, b"ada", b"{", {"trace": b"1", "kanarya-reason": b"not_json", "kanarya-detail": b"is no JSON"}, 9)
LEFT_OUT = {"kanarya-detail": b"is no JSON; the value is left out, as key and value are 3000000 bytes: it stands at"}


def test_a_letter_as_it_came_has_more_headers_and_nothing_else() -> None:
    assert as_it_came(LETTER, RECORD)


@pytest.mark.parametrize(
    "changed",
    [
        {"value": b"{}"},
        {"value": None},
        {"key": None},
        {"key": b"bob"},
        {"headers": {"kanarya-detail": b""}},
        {"value": None, "headers": LETTER.headers | LEFT_OUT},
    ],
)
def test_a_letter_that_lacks_something_of_its_record_is_told(changed: dict[str, Any]) -> None:
    assert not as_it_came(LETTER._replace(**changed), RECORD)


def test_only_what_is_too_large_may_be_left_out() -> None:
    letter = LETTER._replace(value=None, key=None, headers=LEFT_OUT)

    assert as_it_came(letter, RECORD._replace(value=bytes(2 << 20)))
    assert not as_it_came(letter, RECORD._replace(value=bytes(1 << 20)))


def test_the_older_half_of_a_changelog_ends_with_a_whole_record_batch() -> None:
    def written(partition: int, keys: str) -> list[Lying]:
        return [
            Lying(partition, offset, META_KEY if key == "m" else key.encode(), b"", {}, 0)
            for offset, key in enumerate(keys)
        ]

    left = halves([*written(0, "mabmcdmef"), *written(1, "m"), *written(2, "mabcdefg")])

    assert [(each.partition, each.offset) for each in left] == [(0, 0), (0, 1), (0, 2)]


def test_a_figure_above_its_bound_is_told() -> None:
    size = Size(1000, 100, 0)
    fault = Fault("f", (1,), "", strike, size, size, expect=Expect(figures={"mb": 1.0}))
    result = Result("f", (1,), 7, "", "long", 1000, 100)

    result.figures = {"mb": 1.0}
    assert _slow(result, fault) == []
    result.figures = {"mb": 1.2}
    assert _slow(result, fault) == ["mb is 1.2, at most 1 expected"]
