"""Points, each expectation worked out by hand from the table of rules."""

from typing import Any

import pytest

from tests.story import DAY, HOUR, Story


def test_one_fresh_low_rating_is_52_and_watch() -> None:
    story = Story().answer(0, "csat", 1)
    # negative_experience 40·1, satisfaction 12·1.
    assert story.points() == {"negative_experience": 40, "satisfaction": 12}
    assert story.profile()["risk"]["score"] == 52
    assert story.profile()["risk"]["level"] == "watch"
    assert story.alerts() == []


def test_two_fresh_low_ratings_are_82_and_critical() -> None:
    story = Story().answer(0, "csat", 1, "email").answer(0, "csat", 2, "chat")
    # c = 2: 40 + 30 = 70; csat 2 is x = 0.25, still dissatisfied: 12.
    assert story.points() == {"negative_experience": 70, "satisfaction": 12}
    assert story.alerts() == [(1, "opened", "critical", 82)]
    assert story.evidence("negative_experience") == ["t1", "t0"]


def test_two_low_ratings_on_one_channel_and_day_are_one_trouble() -> None:
    story = Story().answer(0, "csat", 1).answer(23 * HOUR, "csat", 1)
    # Thinned to t1, fresh: 40 + 12.
    assert story.points() == {"negative_experience": 40, "satisfaction": 12}
    assert story.evidence("negative_experience") == ["t1"]


def test_midnight_parts_two_troubles_of_one_channel() -> None:
    story = Story().answer(DAY - 1, "csat", 1).answer(DAY, "csat", 1)
    assert story.points()["negative_experience"] == 70


def test_points_fade_by_their_half_lives() -> None:
    story = Story().answer(0, "csat", 1).add(45 * DAY, "page_view")
    # 40·2^-1 = 20; 12·2^-1.5 = 4.24.
    assert story.points() == {"negative_experience": 20, "satisfaction": 4}


def test_third_trouble_adds_15_and_the_fourth_nothing() -> None:
    story = Story()
    for channel, c_points in zip(["email", "chat", "phone", "web"], [40, 70, 85, 85], strict=True):
        story.add(0, "case_reopened", channel, actor="human", direction="outbound")
        assert story.points() == {"negative_experience": c_points}


def test_a_half_rounds_to_even() -> None:
    story = Story().answer(0, "nps", 5).add(90 * DAY, "page_view")
    # nps 15·2^-1 = 7.5 -> 8; negative 40·2^-2 = 10.
    assert story.points() == {"negative_experience": 10, "nps": 8}
    story = Story().add(0, "call", wait_s=600, duration_s=60).add(14 * DAY, "page_view")
    # long_wait 5·2^-1 = 2.5 -> 2.
    assert story.points() == {"long_wait": 2}


@pytest.mark.parametrize(
    ("age_ms", "points"),
    # 19 + whole days, from more than 24 h on, at most 30; gone at 30 d.
    [(DAY, 0), (DAY + 1, 20), (2 * DAY, 21), (11 * DAY, 30), (20 * DAY, 30), (30 * DAY - 1, 30), (30 * DAY, 0)],
)
def test_complaint_without_case_is_open_for_more_than_a_day_and_less_than_thirty(age_ms: int, points: int) -> None:
    story = Story().add(0, "complaint").add(age_ms, "page_view")
    assert story.points().get("open_complaint", 0) == points


def test_oldest_open_complaint_counts() -> None:
    story = Story().add(0, "complaint").add(DAY, "complaint").add(3 * DAY, "page_view")
    # The first is 3 d old: 19 + 3.
    assert story.points()["open_complaint"] == 22
    assert story.evidence("open_complaint") == ["t0"]


def test_satisfied_answer_closes_older_complaints_without_case_only() -> None:
    story = Story().add(0, "complaint").add(0, "complaint", case_id="k").answer(HOUR, "csat", 4)
    story.add(2 * DAY, "complaint").add(5 * DAY, "page_view")
    # t0 is settled by the answer; t1 has a case and stays open, 5 d: 24.
    assert story.evidence("open_complaint") == ["t1"]
    assert story.points()["open_complaint"] == 24
    story.add(5 * DAY, "case_closed", case_id="k")
    # Now t3, 3 d: 22.
    assert story.evidence("open_complaint") == ["t3"]


def test_of_equal_times_the_later_id_settles_the_earlier_one_only() -> None:
    story = Story().add(0, "complaint", id="b").answer(0, "csat", 5, id="a").add(2 * DAY, "page_view")
    assert story.points()["open_complaint"] == 21
    story = Story().add(0, "complaint", id="b").answer(0, "csat", 5, id="c").add(2 * DAY, "page_view")
    assert "open_complaint" not in story.points()


def test_complaint_with_case_stays_open_until_a_later_closing() -> None:
    story = Story().add(DAY, "complaint", case_id="k").add(0, "case_closed", case_id="k")
    story.add(61 * DAY, "page_view")
    assert story.points()["open_complaint"] == 30
    story.add(DAY, "case_resolved", "email", id="t3", case_id="k")
    # Same time as the complaint t0, and "t3" > "t0": later.
    assert "open_complaint" not in story.points()


def test_case_opened_alone_opens_no_complaint() -> None:
    assert Story().add(0, "case_opened", case_id="k").add(2 * DAY, "page_view").points() == {}


def test_complaint_older_than_the_oldest_of_a_full_closing_list_is_closed() -> None:
    story = Story().add(0, "complaint", case_id="k")
    for number in range(15):
        story.add(DAY + number, "case_closed", case_id=f"x{number}")
    story.add(3 * DAY, "page_view")
    assert story.points()["open_complaint"] == 22
    story.add(3 * DAY, "case_closed", case_id="x15")
    assert "open_complaint" not in story.points()


@pytest.mark.parametrize(("first_ms", "points"), [(0, 20), (-1, 0)])
def test_three_contacts_on_two_channels_within_seven_days_are_a_repeat(first_ms: int, points: int) -> None:
    story = Story().add(first_ms, "message").add(DAY, "message").add(7 * DAY, "call", "phone")
    assert story.points().get("repeat_contact", 0) == points
    if points:
        assert story.evidence("repeat_contact") == ["t2", "t1", "t0"]


def test_three_contacts_on_one_channel_are_no_repeat() -> None:
    assert Story().add(0, "message").add(1, "message").add(2, "message").points() == {}


def test_repeat_needs_one_key() -> None:
    story = Story().add(0, "message", issue="a").add(1, "call", "phone", issue="a").add(2, "visit", "in_store")
    assert story.points() == {}
    # The case wins over the issue.
    story.add(3, "message", issue="a", case_id="k")
    assert story.points() == {}
    story.add(4, "message", issue="a")
    assert story.points() == {"repeat_contact": 20}


def test_repeat_fades_with_the_newest_contact_that_qualifies() -> None:
    story = Story().add(0, "message").add(1, "call", "phone").add(2, "message").add(14 * DAY + 2, "message")
    # The contact of day 14 is alone in its week; t2 qualifies: 20·2^-1.
    assert story.points() == {"repeat_contact": 10}


def test_repeat_without_case_is_settled_by_a_later_satisfied_answer() -> None:
    story = Story().add(0, "message").add(1, "call", "phone").add(3, "message").answer(2, "csat", 5)
    assert story.points() == {"repeat_contact": 20}
    assert Story().add(0, "message").add(1, "call", "phone").add(3, "message").answer(4, "csat", 5).points() == {}


def test_repeat_of_a_case_is_settled_by_its_closing_only() -> None:
    story = Story().add(0, "message", case_id="k").add(1, "call", "phone", case_id="k").add(2, "message", case_id="k")
    story.answer(3, "csat", 5).add(4, "case_closed", case_id="other")
    assert story.points() == {"repeat_contact": 20}
    assert story.add(5, "case_resolved", case_id="k").points() == {}


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (0, {"negative_experience": 40, "nps": 20}),
        (3, {"negative_experience": 40, "nps": 20}),
        (4, {"negative_experience": 40, "nps": 15}),
        (6, {"negative_experience": 40, "nps": 15}),
        (7, {}),
        (8, {}),
        # -10 alone is clamped to 0 by a reason of its own.
        (9, {"promoter": -10, "limit": 10}),
        (10, {"promoter": -10, "limit": 10}),
    ],
)
def test_nps_bands(value: int, points: dict[str, int]) -> None:
    assert Story().answer(0, "nps", value).points() == points


def test_only_the_newest_answer_of_a_metric_counts() -> None:
    story = (
        Story().answer(0, "nps", 0).answer(HOUR, "nps", 8).answer(0, "csat", 1).answer(HOUR, "rating", 5, min=1, max=5)
    )
    # Both low ones still are negatives of one channel and day: thinned to one of 1 h age, 40·2^(-1/1080) = 39.97.
    assert story.points() == {"negative_experience": 40}


@pytest.mark.parametrize(("value", "good"), [(2, "up"), (6, "down")])
def test_effort_on_both_directions_of_its_scale(value: int, good: str) -> None:
    story = Story().answer(0, "ces", value, min=1, max=7, good=good)
    # 1/6 of the way up, or 5/6 flipped: dissatisfied.
    assert story.points() == {"negative_experience": 40, "effort": 8}


def test_sentiment_fall_of_three_feelings() -> None:
    story = Story().add(0, "review", sentiment=0.8).add(90 * DAY, "message", sentiment=-0.3)
    assert story.points() == {}
    story.add(90 * DAY, "message", sentiment=-0.3)
    # 14 d: (0.8·2^(-90/14) - 0.6) / (2^(-90/14) + 2) = -0.2937; 90 d: (0.4 - 0.6) / 2.5 = -0.08.
    # 15·(0.2137 / 0.5) = 6.41.
    assert story.points() == {"sentiment_fall": 6}
    assert story.evidence("sentiment_fall") == []


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({"wait_s": 600}, 5),
        ({"wait_s": 599.9, "duration_s": 1}, 0),
        ({"wait_s": 0.1, "duration_s": 0}, 5),
        ({"wait_s": 0, "duration_s": 0}, 0),
        ({"wait_s": 30}, 0),
        ({"wait_s": 600, "actor": "system", "direction": "outbound"}, 5),
    ],
)
def test_long_waits_and_abandoned_calls(fields: dict[str, Any], points: int) -> None:
    assert Story().add(0, "call", "phone", **fields).points().get("long_wait", 0) == points


def test_long_waits_add_up_to_ten() -> None:
    story = Story()
    for points in (5, 10, 10):
        assert story.add(0, "message", "chat", wait_s=900).points() == {"long_wait": points}


def test_money_troubles_weigh_eight_together() -> None:
    story = Story().add(0, "payment_failed", actor="system").add(0, "order_refunded", direction="outbound")
    assert story.points() == {"money_trouble": 8}
    # Two at half: c = 1 again.
    assert story.add(30 * DAY, "page_view").points() == {"money_trouble": 8}
    # c = 0.5.
    assert story.add(60 * DAY, "page_view").points() == {"money_trouble": 4}


@pytest.mark.parametrize(("after_ms", "points"), [(0, -12), (14 * DAY, -12), (14 * DAY + 1, 0)])
def test_recovery_is_a_satisfied_answer_within_two_weeks_of_a_resolved_case(after_ms: int, points: int) -> None:
    story = Story().add(0, "case_resolved").answer(after_ms, "csat", 4)
    assert story.points().get("recovered", 0) == points
    if points:
        assert story.evidence("recovered")[-1] == "t0"


def test_new_order_takes_eight_off() -> None:
    story = Story().answer(0, "csat", 1).add(0, "order_placed", "web", actor="system")
    assert story.points() == {"negative_experience": 40, "satisfaction": 12, "new_order": -8}
    assert story.profile()["risk"]["score"] == 44


def test_limit_brings_the_sum_to_a_hundred() -> None:
    story = Story()
    for channel in ("email", "chat", "phone"):
        story.add(0, "complaint", channel)
    story.answer(0, "nps", 0, "web").answer(0, "csat", 1, "app").answer(0, "ces", 1, "sms", min=1, max=5)
    # 85 + repeat 20 + nps 20 + satisfaction 12 + effort 8 = 145.
    assert story.points()["limit"] == -45
    assert sum(story.points().values()) == story.profile()["risk"]["score"] == 100


@pytest.mark.parametrize(
    ("sentiment", "fields", "negative"),
    [
        (-0.4, {}, True),
        (-0.399, {}, False),
        (-0.9, {"actor": "human"}, False),
        (-0.9, {"direction": "outbound"}, False),
        (-0.9, {"score": {"metric": "csat", "value": 4}}, False),
        (-0.9, {"score": {"metric": "csat", "value": 3}}, True),
    ],
)
def test_bad_feelings_are_negative_from_minus_0_4_on(sentiment: float, fields: dict[str, Any], negative: bool) -> None:
    story = Story().add(0, "message", sentiment=sentiment, **fields)
    assert ("negative_experience" in story.points()) is negative
