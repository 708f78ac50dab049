"""Lists, ids, stages and what a profile shows, each expectation worked out by hand."""

from tests.story import DAY, HOUR, START_MS, Story


def test_of_equal_times_source_then_id_decide() -> None:
    story = Story().add(0, "page_view", id="b").add(0, "page_view", id="a", source="s").add(0, "page_view", id="a")
    assert [shown["id"] for shown in story.profile()["timeline"]] == ["a", "b", "a"]
    assert [shown["offset"] for shown in story.profile()["timeline"]] == [1, 0, 2]


def test_timeline_is_the_newest_ten() -> None:
    story = Story()
    for hour in (11, 3, 5, 1, 2, 4, 6, 7, 8, 9, 10, 0):
        story.add(hour * HOUR, "acme.points_earned", "pigeon")
    timeline = story.profile()["timeline"]
    assert [shown["at"][11:13] for shown in timeline] == [f"{hour:02d}" for hour in range(11, 1, -1)]
    assert {(shown["kind"], shown["channel"]) for shown in timeline} == {("acme.points_earned", "other")}


def test_case_stays_open_until_its_newest_event_ends_it() -> None:
    story = Story().add(0, "case_opened", case_id="a").add(1, "complaint", case_id="b").add(2, "message", case_id="c")
    story.add(3, "case_closed", case_id="a").add(5, "case_reopened", case_id="a").add(4, "case_resolved", case_id="b")
    cases = story.profile()["open_cases"]
    # c has only a message; b is resolved; a was closed, then reopened.
    assert [(case["case_id"], case["kind"]) for case in cases] == [("a", "case_reopened")]


def test_only_the_sixteen_cases_with_the_newest_events_are_kept() -> None:
    story = Story()
    for number in range(17):
        story.add(number, "case_opened", case_id=f"k{number}")
    assert [case["case_id"] for case in story.profile()["open_cases"]] == [f"k{n}" for n in range(16, 0, -1)]


def test_contacts_count_for_ever_and_ties_of_the_preferred_channel_go_by_name() -> None:
    story = Story().add(0, "call", "phone").add(400 * DAY, "visit", "in_store").add(1, "call", "phone", actor="bot")
    assert story.profile()["contacts"] == {"phone": 1, "in_store": 1}
    assert story.profile()["preferred_channel"] == "in_store"
    assert Story().add(0, "page_view", "web").profile()["preferred_channel"] is None


def test_satisfaction_per_product_comes_from_the_kept_answers() -> None:
    story = Story().answer(0, "csat", 1, product="lamp").answer(1, "csat", 10, product="lamp", min=0, max=10)
    story.answer(2, "csat", 4, product="door").answer(3, "nps", 9, product="door").answer(4, "csat", 3)
    # lamp: x = 0 and 1 -> 3.0; door: 4.0.
    assert story.profile()["satisfaction"] == [
        {
            "product": "door",
            "metric": "csat",
            "mean": 4.0,
            "n": 1,
            "last_at": "2026-01-01T00:00:00.002Z",
            "trend": None,
        },
        {
            "product": "lamp",
            "metric": "csat",
            "mean": 3.0,
            "n": 2,
            "last_at": "2026-01-01T00:00:00.001Z",
            "trend": None,
        },
    ]


def test_customer_since_is_the_earliest_order_or_subscription() -> None:
    story = Story().add(40 * DAY, "page_view")
    assert (story.profile()["customer_since"], story.profile()["stage"]) == (None, "lead")
    story.add(11 * DAY, "order_placed")
    assert (story.profile()["customer_since"], story.profile()["stage"]) == ("2026-01-12T00:00:00.000Z", "new")
    story.add(10 * DAY, "subscription_started")
    assert (story.profile()["customer_since"], story.profile()["stage"]) == ("2026-01-11T00:00:00.000Z", "active")
    story.add(12 * DAY, "usage_reported", subscription={"started_at": "2025-12-31T23:00:00-01:00"})
    assert story.profile()["customer_since"] == "2026-01-01T00:00:00.000Z"


def test_anonymous_goes_before_lead_and_after_won_back() -> None:
    assert Story("anon:7").add(0, "page_view").profile()["stage"] == "anonymous"
    story = Story("anon:7").add(0, "page_view").add(180 * DAY, "order_placed")
    assert story.profile()["stage"] == "won_back"


def test_lapsed_after_180_days_without_an_inbound_touchpoint() -> None:
    story = Story().add(0, "order_placed").add(180 * DAY - 1, "outbound_sent", direction="outbound")
    assert story.profile()["stage"] == "active"
    story.add(180 * DAY, "outbound_sent", direction="outbound")
    assert story.profile()["stage"] == "lapsed"
    # Never inbound: from first_seen on.
    story = Story().add(0, "outbound_sent", direction="outbound").add(180 * DAY, "outbound_sent", direction="outbound")
    assert story.profile()["stage"] == "lapsed"


def test_won_back_for_thirty_days_from_the_first_order_after_the_gap() -> None:
    story = Story().add(0, "order_placed").add(180 * DAY, "visit").add(181 * DAY, "order_placed")
    assert story.profile()["stage"] == "won_back"
    story.add(190 * DAY, "order_placed").add(211 * DAY - 1, "visit")
    assert story.profile()["stage"] == "won_back"
    assert story.add(211 * DAY, "visit").profile()["stage"] == "active"


def test_late_touchpoint_bridges_the_gap() -> None:
    story = Story().add(0, "order_placed").add(180 * DAY, "order_placed")
    assert story.profile()["stage"] == "won_back"
    assert story.add(90 * DAY, "visit").profile()["stage"] == "active"


def test_at_risk_while_an_episode_fires_but_lapsed_goes_first() -> None:
    story = Story().answer(0, "csat", 1, "email").answer(0, "csat", 1, "chat")
    assert story.profile()["stage"] == "at_risk"
    assert story.profile()["risk"]["level"] == "critical"


def test_ring_forgets_after_24_hours_of_the_customers_time() -> None:
    story = Story().add(0, "page_view", id="x").add(DAY, "page_view", id="y").add(0, "page_view", id="x")
    assert (story.profile()["touchpoints"], story.profile()["duplicates"], story.profile()["revision"]) == (2, 1, 3)
    story.add(DAY + 1, "page_view", id="z").add(0, "page_view", id="x")
    assert (story.profile()["touchpoints"], story.profile()["duplicates"], story.profile()["revision"]) == (4, 1, 5)


def test_ring_reaches_64_touchpoints_back_and_a_duplicate_does_not_renew_its_place() -> None:
    story = Story().add(0, "page_view", id="x")
    for number in range(63):
        story.add(number, "page_view")
    assert story.add(0, "page_view", id="x").profile()["duplicates"] == 1
    story.add(64, "page_view", id="one more").add(0, "page_view", id="x")
    assert (story.profile()["touchpoints"], story.profile()["duplicates"]) == (66, 1)


def test_same_id_of_another_source_is_no_duplicate() -> None:
    story = Story().add(0, "page_view", id="x").add(0, "page_view", id="x", source="shop")
    assert story.profile()["duplicates"] == 0


def test_bad_records_are_told_by_their_place() -> None:
    story = Story()
    story.add(0, "page_view").add(0, "dance").add(0, "page_view", time=1_767_225_600).add(0, "page_view", id="")
    story.add(0, "page_view", customer_id="c2").add(0, "page_view", time=START_MS + 300_001)
    story.answer(0, "ces", 3).answer(0, "csat", 6).answer(0, "nps", 7.5).answer(0, "csat", 3, min=5, max=1)
    story.records.append(story.records[0] | {"offset": 10, "value": None})
    story.records.append(story.records[0] | {"offset": 11, "value": b"[]"})
    story.records.append(story.records[0] | {"offset": 12, "key": None})
    outcome = story.replay()
    assert [offset for _, _, offset in outcome.rejected] == list(range(1, 13))
    assert outcome.profiles["c1"]["touchpoints"] == 1
