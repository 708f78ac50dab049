"""Cases, feelings, tenure, stages and thanks due, each expectation worked out by hand."""

from typing import Any

import pytest

from tests.story import DAY, HOUR, Story


def the_case(story: Story) -> dict[str, Any]:
    (case,) = story.profile()["open_cases"]
    found: dict[str, Any] = case
    return found


def test_an_open_case_tells_its_contacts_its_topic_and_its_last_promise() -> None:
    story = Story().add(0, "case_opened", "web", case_id="k", issue="delivery")
    story.add(HOUR, "call", "phone", case_id="k", issue="bill").add(2 * HOUR, "call", "phone", case_id="other")
    promise = {"promised_at": "2026-01-02T00:00:00Z"}
    story.add(3 * HOUR, "case_updated", "email", case_id="k", actor="human", direction="outbound", order=promise)
    assert the_case(story) == {
        "case_id": "k",
        "kind": "case_updated",
        "at": "2026-01-01T03:00:00.000Z",
        "opened_at": "2026-01-01T00:00:00.000Z",
        "contacts": 2,
        "channels": ["phone", "web"],
        "issue": "bill",
        "promised_at": "2026-01-02T00:00:00.000Z",
        "promise_late": False,
    }
    story.add(25 * HOUR, "page_view")
    assert the_case(story)["promise_late"]
    # A new promise, by a mail that is no event of the case; an older one that is told later does not count.
    for after_ms, day in ((26 * HOUR, 5), (HOUR, 9)):
        story.add(after_ms, "outbound_sent", case_id="k", order={"promised_at": f"2026-01-0{day}T00:00:00Z"})
    assert (the_case(story)["promised_at"], the_case(story)["promise_late"]) == ("2026-01-05T00:00:00.000Z", False)


def test_a_case_without_an_opening_was_opened_by_its_oldest_complaint() -> None:
    story = Story().add(DAY, "complaint", "chat", case_id="k").add(0, "complaint", "email", case_id="k")
    assert the_case(story)["opened_at"] == "2026-01-01T00:00:00.000Z"
    assert the_case(Story().add(0, "case_reopened", case_id="k"))["opened_at"] is None
    story.add(2 * DAY, "case_opened", case_id="k")
    assert the_case(story)["opened_at"] == "2026-01-03T00:00:00.000Z"


def test_a_trend_is_newer_half_less_older_half_from_four_answers_on() -> None:
    story = Story()
    for hour, value in enumerate((1, 2, 5)):
        story.answer(hour * HOUR, "csat", value, product="lamp")
    assert story.profile()["satisfaction"][0]["trend"] is None
    story.answer(3 * HOUR, "csat", 4, product="lamp")
    # Newer half 5 and 4, older half 1 and 2.
    assert story.profile()["satisfaction"][0]["trend"] == 3.0
    story.answer(4 * HOUR, "csat", 1, product="lamp")
    # The middle one, 5, is in neither: (4 + 1) / 2 - (1 + 2) / 2.
    assert story.profile()["satisfaction"][0]["trend"] == 1.0


def test_a_product_has_a_row_for_csat_and_one_for_ratings() -> None:
    story = Story()
    for hour, (metric, value) in enumerate([("csat", 1), ("rating", 5), ("csat", 2), ("rating", 4)]):
        story.answer(hour * HOUR, metric, value, product="lamp", min=1, max=5)
    story.answer(2 * HOUR, "csat", 3, product="door")
    rows = [(each["product"], each["metric"], each["n"], each["mean"]) for each in story.profile()["satisfaction"]]
    assert rows == [("lamp", "rating", 2, 4.5), ("door", "csat", 1, 3.0), ("lamp", "csat", 2, 1.5)]


def test_five_products_are_shown_those_answered_about_last() -> None:
    story = Story()
    for number in range(6):
        story.answer(number, "csat", 3, product=f"p{number}")
    assert [each["product"] for each in story.profile()["satisfaction"]] == ["p5", "p4", "p3", "p2", "p1"]


@pytest.mark.parametrize("about", [{"case_id": "k"}, {"product": "lamp"}, {"issue": "bill"}, {"order": {"id": "a"}}])
def test_the_last_recommendation_of_each_sort_outlives_the_kept_answers(about: dict[str, Any]) -> None:
    story = Story().answer(0, "nps", 9).answer(HOUR, "nps", 3, **about).answer(-HOUR, "nps", 5)
    for number in range(16):
        story.answer(DAY + number, "csat", 4)
    assert story.profile()["relationship"]["nps"] == {
        "relationship": {"value": 9, "at": "2026-01-01T00:00:00.000Z"},
        "transactional": {"value": 3, "at": "2026-01-01T01:00:00.000Z"},
    }


def test_recent_feeling_stands_beside_the_baseline() -> None:
    assert Story().add(0, "visit").profile()["relationship"]["sentiment"] == {"recent": None, "baseline": None, "n": 0}
    story = Story().add(0, "message", sentiment=0.8).add(90 * DAY, "message", sentiment=-0.2)
    sentiment = story.profile()["relationship"]["sentiment"]
    # Weights 1 : 2 after 90 d of the long half-life, 1 : 2^(90/14) = 86.1 of the short one.
    assert sentiment["n"] == 2
    assert sentiment["baseline"] == pytest.approx((0.8 - 0.4) / 3, abs=1e-4)
    assert sentiment["recent"] == pytest.approx((0.8 - 0.2 * 86.1) / 87.1, abs=1e-3)


def test_tenure_counts_whole_days_to_the_time_asked() -> None:
    story = Story().add(0, "page_view")
    assert story.profile()["tenure_days"] is None
    story.add(0, "order_placed").add(DAY - 1, "page_view")
    assert story.profile()["tenure_days"] == 0
    assert story.add(DAY, "page_view").profile()["tenure_days"] == 1


def test_each_stage_is_entered_where_its_condition_begins_or_the_one_before_it_ends() -> None:
    def entered(story: Story) -> tuple[str, str]:
        profile = story.profile()
        return profile["stage"], profile["stage_entered_at"][:10]

    story = Story().add(0, "page_view").add(DAY, "visit")
    assert entered(story) == ("lead", "2026-01-01")
    assert entered(story.add(10 * DAY, "order_placed")) == ("new", "2026-01-11")
    assert entered(story.add(50 * DAY, "visit")) == ("active", "2026-02-10")
    story.add(55 * DAY, "case_reopened", "email").add(56 * DAY, "case_reopened", "chat")
    assert entered(story) == ("at_risk", "2026-02-26")
    # c = 2 · 2^(-d/45) falls below what gives 45 points 36 d later: resolved by the visit on day 100.
    assert entered(story.add(100 * DAY, "visit")) == ("active", "2026-04-11")
    story.add(290 * DAY, "outbound_sent", direction="outbound")
    assert entered(story) == ("lapsed", "2026-10-08")  # day 280
    assert entered(story.add(300 * DAY, "visit")) == ("active", "2026-10-28")
    assert entered(story.add(310 * DAY, "order_placed")) == ("won_back", "2026-11-07")
    assert entered(story.add(345 * DAY, "visit")) == ("active", "2026-12-07")


def due(story: Story) -> list[tuple[str, int | None, str]]:
    return [(each["reason"], each["value"], each["at"][:10]) for each in story.profile()["appreciation_due"]]


def test_an_anniversary_is_due_for_thirty_days() -> None:
    story = Story().add(0, "subscription_started").add(364 * DAY, "visit")
    assert due(story) == []
    assert due(story.add(365 * DAY, "visit")) == [("tenure", 1, "2027-01-01")]
    assert due(story.add(395 * DAY - 1, "visit")) == [("tenure", 1, "2027-01-01")]
    assert due(story.add(395 * DAY, "visit")) == []


def test_who_came_on_a_leap_day_is_thanked_on_the_first_of_march() -> None:
    leap = {"started_at": "2024-02-29T12:00:00Z"}
    story = Story().add(60 * DAY, "visit", subscription=leap)
    assert due(story) == [("tenure", 2, "2026-03-01")]


def test_the_tenth_order_is_noticed_until_the_next() -> None:
    story = Story()
    for number in range(10):
        story.add(number * HOUR, "order_placed")
    assert due(story) == [("orders", 10, "2026-01-01")]
    assert due(story.add(DAY, "order_placed")) == []


def test_a_bad_spell_that_ended_well_is_worth_a_thank_you_unless_there_is_new_trouble() -> None:
    story = Story().answer(0, "csat", 1).add(HOUR, "case_resolved", case_id="k")
    assert due(story) == []
    story.answer(14 * DAY + HOUR, "csat", 5)
    assert due(story) == [("recovered", None, "2026-01-15")]
    assert due(story.add(15 * DAY, "case_reopened", case_id="k")) == []


def test_nobody_is_thanked_in_the_middle_of_trouble() -> None:
    story = Story().add(0, "subscription_started").add(366 * DAY, "case_reopened", "email")
    assert due(story) == [("tenure", 1, "2027-01-01")]
    assert due(story.add(366 * DAY, "case_reopened", "chat")) == []
