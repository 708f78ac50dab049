"""Windows, against the known vectors and by hand at their edges."""

from typing import Any

import pytest

from tests.story import DAY, HOUR, Story

MINUTE = 60_000


def window(story: Story, metric: str, span: str) -> dict[str, Any]:
    numbers: dict[str, Any] = story.profile()["windows"][metric][span]
    return numbers


def test_nps_of_10_9_8_6_3_is_0() -> None:
    story = Story()
    for value in (10, 9, 8, 6, 3):
        story.answer(0, "nps", value)
    # p = 0.4, d = 0.4.
    assert window(story, "nps", "1h") == {"n": 5, "promoters": 2, "detractors": 2, "score": 0.0, "complete": False}


def test_csat_of_5_4_3_2_1_has_top2_of_40_percent_and_mean_3() -> None:
    story = Story()
    for value in (5, 4, 3, 2, 1):
        story.answer(0, "csat", value)
    assert window(story, "csat", "1h") == {"n": 5, "mean": 3.0, "top2": 0.4, "complete": False}


def test_ces_of_5_4_4_2_on_1_to_5_is_5_125_on_1_to_7_and_75_percent_agree() -> None:
    story = Story()
    for value in (5, 4, 4, 2):
        story.answer(0, "ces", value, min=1, max=5)
    # Mean x = 2.75/4: 1 + 6·0.6875.
    assert window(story, "ces", "1h") == {"n": 4, "mean": 5.125, "agree": 0.75, "complete": False}


def test_five_of_seven_agrees_and_four_does_not() -> None:
    story = Story().answer(0, "ces", 5, min=1, max=7).answer(0, "ces", 4, min=1, max=7)
    assert window(story, "ces", "1h")["agree"] == 0.5


def test_rating_of_ten_reads_on_one_to_five() -> None:
    story = Story().answer(0, "rating", 8, min=1, max=10).answer(0, "rating", 10, min=1, max=10)
    # x = 0.777778 and 1: 1 + 4·0.888889 = 4.5556; both satisfied.
    assert window(story, "rating", "30d") == {"n": 2, "mean": 4.5556, "top2": 1.0, "complete": False}


def test_nothing_in_a_window_reads_null_and_a_metric_silent_for_30_days_is_left_out() -> None:
    story = Story().answer(0, "csat", 5).add(29 * DAY, "page_view")
    assert window(story, "csat", "7d") == {"n": 0, "mean": None, "top2": None, "complete": True}
    assert window(story, "csat", "30d") == {"n": 1, "mean": 5.0, "top2": 1.0, "complete": False}
    story.add(30 * DAY, "page_view")
    assert story.profile()["windows"] == {}


@pytest.mark.parametrize(
    ("span", "inside_ms", "outside_ms"),
    # as_of stands 1 ms before the end of its bucket, so the window reaches N whole buckets back from there.
    [
        ("1h", 60 * MINUTE - 1, 60 * MINUTE),
        ("24h", 24 * HOUR - 1, 24 * HOUR),
        ("7d", 7 * DAY - 1, 7 * DAY),
        ("30d", 30 * DAY - 1, 30 * DAY),
    ],
)
def test_window_holds_whole_buckets(span: str, inside_ms: int, outside_ms: int) -> None:
    now = 100 * DAY - 1
    for age_ms, n in ((inside_ms, 1), (outside_ms, 0)):
        story = Story().add(now - age_ms, "message").add(now, "visit")
        assert window(story, "contacts", span)["n"] == 1 + n


def test_late_touchpoint_lands_in_the_bucket_of_its_time() -> None:
    story = Story().add(10 * DAY, "page_view").add(9 * DAY, "message").add(2 * DAY, "message")
    assert [window(story, "contacts", span)["n"] for span in ("24h", "7d", "30d")] == [0, 1, 2]
    # first_seen is day 2 now: 8 days are known.
    assert [window(story, "contacts", span)["complete"] for span in ("24h", "7d", "30d")] == [True, True, False]


def test_thinned_troubles_all_count_in_windows() -> None:
    story = Story().add(0, "complaint").add(1, "complaint").add(2, "message", sentiment=-0.5)
    assert window(story, "negatives", "1h")["n"] == 3
    assert window(story, "contacts", "1h")["n"] == 3
    assert window(story, "sentiment", "1h") == {"n": 1, "mean": -0.5, "complete": False}


def test_answers_of_others_are_no_answers() -> None:
    story = Story().answer(0, "csat", 1, actor="human").answer(0, "csat", 1, direction="outbound")
    story.add(0, "survey_offered", score={"metric": "csat", "value": 1})
    assert story.profile()["windows"] == {}
