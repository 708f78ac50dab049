"""Bad lines, counted by what is wrong in them."""

from app.produce.records import BadLine
from app.produce.tally import Tally


def test_the_number_of_groups_is_bounded_and_no_line_is_lost() -> None:
    tally = Tally()
    for number in range(1, 1001):
        tally.add(BadLine(number, "not_csv", f"value: {number} cells"))
    tally.add(BadLine(1001, "not_json", "value: is not JSON"))

    told = tally.as_list()

    assert len(told) == 52
    assert sum(each["lines"] for each in told) == tally.bad == 1001
    assert told[0] == {
        "reason": "not_csv", "detail": "other details", "lines": 950, "first_lines": [51, 52, 53, 54, 55],
    }  # fmt: skip
    assert {"reason": "not_json", "detail": "other details", "lines": 1, "first_lines": [1001]} in told
