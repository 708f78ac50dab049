"""Episodes and alerts, each expectation worked out by hand."""

from tests.story import DAY, HOUR, Story


def troubles(story: Story, after_ms: float, *channels: str) -> Story:
    """Reopened cases on some channels: 40, 70, 85 points fresh, H = 45 d, nothing else."""
    for channel in channels:
        story.add(after_ms, "case_reopened", channel)
    return story


def test_two_troubles_open_at_risk_and_the_third_raises() -> None:
    story = troubles(Story(), 0, "email", "chat", "phone")
    assert story.alerts() == [(1, "opened", "at_risk", 70), (2, "raised", "critical", 85)]
    raised = story.replay().alerts[1]
    assert raised["peak_level"] == "critical"
    assert raised["trigger"]["id"] == "t2"
    # Without any one of the three the other two give 70; newest first.
    assert raised["without"] == [{"id": "t2", "score": 70}, {"id": "t1", "score": 70}, {"id": "t0", "score": 70}]


def test_without_names_the_five_strongest_records() -> None:
    story = troubles(Story(), 0, "email", "chat", "phone", "web", "app", "sms")
    story.answer(HOUR, "csat", 1)
    opened, raised = story.replay().alerts
    assert (opened["change"], raised["change"]) == ("opened", "raised")
    story.add(3 * DAY, "page_view")
    reminded = story.replay().alerts[2]
    # Six troubles and a bad answer: c = 7·0.955 = 6.7, so no single one is missed in the 85;
    # only the answer's own 12·2^(-2.96/30) = 11.2 would go: 96 -> 85, all others 96, newest first.
    assert reminded["score"] == 96
    assert reminded["without"] == [
        {"id": "t6", "score": 85},
        {"id": "t5", "score": 96},
        {"id": "t4", "score": 96},
        {"id": "t3", "score": 96},
        {"id": "t2", "score": 96},
    ]


def test_episode_and_alert_ids_are_hashes_of_their_parts() -> None:
    # printf '["at-risk","c1","touchpoints",0,1]' | sha256sum | cut -c1-32, and the same over ["<that>",1].
    alert = troubles(Story(), 0, "email", "chat").replay().alerts[0]
    assert alert["episode_id"] == "948475823352db55d6f8a38db7dc1d45"
    assert alert["id"] == "ad0c2b0380574a12ebf2c65a978a4916"


def test_critical_is_lowered_below_65_and_resolved_below_45() -> None:
    story = troubles(Story(), 0, "email", "chat", "phone")
    # c = 3·2^(-t/45): at 13 d 2.456 -> 76.8, still critical, 13 d > 3 d: reminded.
    story.add(13 * DAY, "page_view")
    # At 27 d c = 1.979 -> 69.4: stays critical; 14 d >= 6 d: reminded again.
    story.add(27 * DAY, "page_view")
    # At 35 d c = 1.750 -> 62.5: lowered.
    story.add(35 * DAY, "page_view")
    # At 55 d c = 1.286 -> 48.6: not below 45; 20 d >= 3 d: reminded.
    story.add(55 * DAY, "page_view")
    # At 63 d c = 1.137 -> 44.1: resolved, with the level it had.
    story.add(63 * DAY, "page_view")
    assert story.alerts()[2:] == [
        (3, "reminded", "critical", 77),
        (4, "reminded", "critical", 69),
        (5, "lowered", "at_risk", 62),
        (6, "reminded", "at_risk", 49),
        (7, "resolved", "at_risk", 44),
    ]
    last = story.replay().alerts[-1]
    assert (last["status"], last["peak_level"]) == ("resolved", "critical")
    assert (last["started_at"], last["ended_at"]) == ("2026-01-01T00:00:00.000Z", "2026-03-05T00:00:00.000Z")


def test_critical_falls_straight_to_resolved() -> None:
    story = troubles(Story(), 0, "email", "chat", "phone").add(70 * DAY, "page_view")
    # c = 3·2^(-70/45) = 1.02 -> 40.6.
    assert story.alerts()[-1] == (3, "resolved", "critical", 41)
    assert story.profile()["risk"]["level"] == "watch"
    assert story.profile()["risk"]["episode_id"] is None


def test_again_within_a_day_is_the_same_episode() -> None:
    def again(after_ms: int) -> Story:
        story = troubles(Story(), 0, "email", "chat", "phone").add(70 * DAY, "page_view")
        # 1.02 old troubles and two new: c = 3.0 -> 85 and a bit less.
        return troubles(story, 70 * DAY + after_ms, "email", "chat")

    # After the first new trouble c = 2.02 -> 70 and 0.3; after the second 85.
    same = again(DAY - 1)
    assert same.alerts()[3:] == [(4, "reopened", "at_risk", 70), (5, "raised", "critical", 85)]
    ids = {alert["episode_id"] for alert in same.replay().alerts}
    assert len(ids) == 1
    reopened = same.replay().alerts[3]
    assert (reopened["peak_level"], reopened["ended_at"]) == ("critical", None)
    assert reopened["started_at"] == "2026-01-01T00:00:00.000Z"

    other = again(DAY)
    assert other.alerts()[3:] == [(1, "opened", "at_risk", 70), (2, "raised", "critical", 85)]
    assert other.replay().alerts[3]["started_at"] == "2026-03-13T00:00:00.000Z"


def six_open_cases() -> Story:
    """100 points for 45 days: c = 6 and an open complaint."""
    story = Story()
    for number in range(6):
        story.add(0, "complaint", case_id=f"k{number}")
    return story


def test_reminders_come_after_3_6_12_24_and_48_days() -> None:
    story = six_open_cases()
    expected = [(1, "opened", "at_risk", 70), (2, "raised", "critical", 85)]
    day = 0
    for number, (delay, score) in enumerate([(3, 100), (6, 100), (12, 100), (24, 100), (48, 83)]):
        story.add((day + delay) * DAY - 1, "page_view")
        assert story.alerts() == expected
        day += delay
        story.add(day * DAY, "page_view")
        expected.append((3 + number, "reminded", "critical", score))
        # At 93 d: c = 6·2^(-93/45) = 1.432 -> 40 + 13.0, and 30 for the complaint.
        assert story.alerts() == expected
    story.add(141 * DAY, "page_view")
    # c = 6·2^(-141/45) = 0.684 -> 27.4, and 30: lowered; the next reminder is due 3 d after it.
    story.add(144 * DAY - 1, "page_view").add(144 * DAY, "page_view")
    assert story.alerts()[7:] == [(8, "lowered", "at_risk", 57), (9, "reminded", "at_risk", 56)]


def test_late_touchpoint_steps_at_the_customers_as_of() -> None:
    story = troubles(Story(), 10 * DAY, "email").add(10 * DAY, "page_view")
    troubles(story, 10 * DAY - HOUR, "chat")
    (alert,) = story.replay().alerts
    # The second trouble is told an hour late: 40 + 30·(2^(-1/1080)) = 69.98.
    assert (alert["score"], alert["as_of"]) == (70, "2026-01-11T00:00:00.000Z")
    assert alert["trigger"]["at"] == "2026-01-10T23:00:00.000Z"


def test_duplicate_never_steps() -> None:
    story = troubles(Story(), 0, "email", "chat")
    story.add(3 * DAY, "page_view", id="x").add(3 * DAY, "page_view", id="x").add(9 * DAY, "page_view", id="y")
    assert [change for _, change, _, _ in story.alerts()] == ["opened", "reminded", "reminded"]
