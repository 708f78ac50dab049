"""What each record changes of the scene."""

import pytest

from app.dev.demo.view.scene import FRESH_S, HELD_S, Scene
from tests.scenes import alert, profile, scene


def test_counts_are_those_of_the_newest_profile_of_each_customer() -> None:
    told = Scene()
    told.profile("a", profile("a", "ok", 0, {}, revision=3, touchpoints=3, duplicates=0), 1)
    told.profile("b", profile("b", "ok", 0, {}, revision=9, touchpoints=7, duplicates=2), 1)
    told.profile("a", profile("a", "ok", 0, {}, revision=6, touchpoints=5, duplicates=1), 2)
    told.profile("a", profile("a", "ok", 0, {}, revision=4, touchpoints=4, duplicates=0), 3)  # redelivered

    assert (told.applied, told.duplicates) == (12, 3)


def test_what_is_neither_applied_nor_rejected_nor_a_duplicate_is_on_the_way() -> None:
    told = Scene()
    for _ in range(20):
        told.sent(5)
    told.profile("a", profile("a", "ok", 0, {}, revision=6, touchpoints=5, duplicates=1), 2)
    told.rejected |= {("in", 0, 1), ("in", 1, 1)}
    told.rejected.add(("in", 0, 1))  # sent twice, it is one

    assert told.waiting == 12


def test_the_rate_is_that_of_the_last_ten_seconds() -> None:
    told = Scene()
    for second in range(40):
        told.applied += 10 if second < 25 else 50
        told.tick(second)

    assert told.rate == pytest.approx(50)


def test_the_clock_is_the_newest_event_time_of_the_round_and_bad_records_have_none() -> None:
    told = Scene()
    told.begin_round(1, 1000)
    for at_ms in (1500, 1200, 0):
        told.sent(at_ms)
    assert told.clock_ms == 1500

    told.begin_round(2, 1100)
    assert (told.clock_ms, told.fed) == (1100, 3)


def test_customers_are_ranked_by_level_and_score_and_those_not_heard_of_stand_behind() -> None:
    told = Scene()
    for customer_id, level, score, heard_s in (
        ("old", "critical", 100, 0),
        ("c", "at_risk", 79, 90),
        ("b", "critical", 70, 90),
        ("a", "critical", 95, 90),
        ("w", "watch", 59, 90),
    ):
        told.profile(customer_id, profile(customer_id, level, score, {}), heard_s)
    told.tick(FRESH_S + 1)

    assert [customer_id for customer_id, _ in told.ranked()] == ["a", "b", "c", "old"]

    told.profile("a", profile("a", "ok", 30, {}, revision=13), 95)
    assert [customer_id for customer_id, _ in told.ranked()] == ["b", "c", "old"]


def test_an_alert_names_the_score_of_the_publication_before_of_its_episode() -> None:
    told = Scene()
    told.alert(alert("a", "opened", "at_risk", 61))
    told.alert(alert("b", "opened", "critical", 82))
    told.alert(alert("a", "raised", "critical", 90))
    told.alert(alert("a", "opened", "at_risk", 64, episode_id="another"))

    assert [(each.customer_id, each.before, each.score) for each in told.alerts] == [
        ("a", None, 61), ("b", None, 82), ("a", 61, 90), ("a", None, 64),
    ]  # fmt: skip
    assert told.alert_count == 4


def test_the_focus_follows_the_newest_worsening_and_stays_long_enough_to_read() -> None:
    told = Scene()
    told.alert(alert("a", "opened", "at_risk", 61))
    told.tick(1)
    assert told.focus == "a"

    told.alert(alert("b", "opened", "at_risk", 61))
    told.alert(alert("c", "resolved", "at_risk", 41))
    told.tick(HELD_S)
    assert told.focus == "a"

    told.tick(1 + HELD_S)
    assert told.focus == "b"


def test_a_killed_worker_is_followed_by_another_and_the_gap_is_known() -> None:
    told = Scene()
    told.worker_started(1, 0)
    told.worker_ready(4)
    assert (told.worker.state, told.worker.restarts, told.worker.killed_s) == ("running", 0, None)

    told.worker_killed(50)
    assert told.worker.state == "killed"
    told.worker_started(2, 50.5)
    assert (told.worker.state, told.worker.pid, told.worker.back_after_s) == ("starting", 2, None)
    told.worker_ready(58)
    assert (told.worker.state, told.worker.restarts, told.worker.back_after_s) == ("running", 1, 8)


def test_the_example_scene_holds_together() -> None:
    told = scene()

    assert told.fed == told.applied + told.duplicates + len(told.rejected) + told.waiting
    assert all(sum(points for _, points in each.reasons) == each.score for each in told.alerts)
    for _, seen in told.ranked():
        assert sum(points for _, points in seen.reasons) == seen.score
