"""Each reason by the demand it answers, and the episode's life, with the sums worked out."""

from itertools import pairwise

import pytest

from models.episode import Step
from models.policy import DAY_MS, Policy
from models.profile import new_profile, observe
from models.risk import Risk, assess
from models.state import Profile
from models.touchpoint import CHANNEL_CODE, Metric, Score, Touchpoint

START_MS = 1_790_000_000_000
POLICY = Policy()


class Customer:
    """A customer to whom things happen at given days after the start."""

    def __init__(self) -> None:
        self.profile: Profile = new_profile("c")
        self.steps: list[Step] = []
        self.told: list[tuple[str, int, int]] = []
        """(change, score, seq) of each publication; a step's episode lives on."""

    def meets(self, kind: str, day: float = 0, channel: str = "web", **fields: object) -> "Customer":
        n = self.profile.touchpoints
        point = Touchpoint(id=str(n), time=0, channel=channel, kind=kind)
        point.at_ms, point.offset = START_MS + round(day * DAY_MS), n
        point.channel_code = CHANNEL_CODE[channel]
        for name, value in fields.items():
            setattr(point, name, value)
        step = observe(self.profile, point, POLICY)
        if step is not None:
            self.steps.append(step)
            self.told.append((step.change, step.risk.score, step.episode.seq))
        return self

    def answers(self, metric: Metric, millionths: int, day: float = 0, **fields: object) -> "Customer":
        score = Score(metric, 0, 0, 10)
        return self.meets("survey_answered", day, "survey", score=score, answer_millionths=millionths, **fields)

    def risk(self, day: float | None = None) -> Risk:
        at_ms = self.profile.as_of_ms if day is None else START_MS + round(day * DAY_MS)
        return assess(self.profile, at_ms, POLICY)

    def points(self, day: float | None = None) -> dict[str, int]:
        return {reason.rule: reason.points for reason in self.risk(day).reasons}


def test_s40_one_low_rating_is_watched_and_two_fresh_ones_are_critical() -> None:
    """40 + 12 = 52; with a second negative experience 70 + 12 = 82. Two on one day and channel are one."""
    customer = Customer().answers("csat", 0, day=0)
    assert customer.risk().score == 52
    assert customer.told == []
    customer.answers("csat", 0, day=0.01)
    assert customer.risk().score == 52
    customer.answers("csat", 0, day=1.0)
    assert customer.points() == {"negative_experience": 70, "satisfaction": 12}
    assert customer.told == [("opened", 82, 1)]


def test_s29_three_contacts_on_two_channels_about_one_unresolved_issue_escalate() -> None:
    customer = Customer()
    for hour, channel in ((0, "email"), (5, "phone")):
        customer.meets("message", hour / 24, channel, issue="delivery")
    customer.meets("message", 6 / 24, "chat", issue="invoice")
    assert "repeat_contact" not in customer.points()
    customer.meets("call", 7, "phone", issue="delivery")
    assert customer.points() == {"repeat_contact": 20}
    (reason,) = customer.risk().reasons
    assert [fact.id for fact in reason.evidence] == ["0", "1", "3"]
    customer.answers("csat", 1_000_000, day=7.01)
    assert customer.points() == {}


def test_three_contacts_on_one_channel_or_over_more_than_7_days_do_not() -> None:
    one_channel, too_slow = Customer(), Customer()
    for day in (0.0, 1.0, 2.0):
        one_channel.meets("message", day, "email")
    for day, channel in ((0.0, "email"), (4.0, "phone"), (7.001, "chat")):
        too_slow.meets("message", day, channel)
    assert one_channel.points() == too_slow.points() == {}


def test_s38_an_open_complaint_grows_by_a_point_a_day_until_its_case_is_closed() -> None:
    customer = Customer().meets("complaint", 0, case_id="k")
    assert "open_complaint" not in customer.points(1.0)
    assert customer.points(1.001)["open_complaint"] == 20
    assert customer.points(3.5)["open_complaint"] == 22
    assert customer.points(60)["open_complaint"] == 30
    customer.meets("case_resolved", 4, case_id="k", actor="human", direction="outbound")
    assert "open_complaint" not in customer.points(60)


def test_a_complaint_without_a_case_ends_with_a_satisfied_answer_or_after_30_days() -> None:
    customer = Customer().meets("complaint", 0)
    assert customer.points(29.99)["open_complaint"] == 30
    assert "open_complaint" not in customer.points(30)
    customer.answers("rating", 800_000, day=2)
    assert "open_complaint" not in customer.points(3)


@pytest.mark.parametrize(("answer", "points"), [(3, 20), (4, 15), (6, 15), (7, None), (8, None)])
def test_the_newest_recommendation_answer_counts(answer: int, points: int | None) -> None:
    customer = Customer().answers("nps", 0).answers("nps", answer * 100_000, day=1)
    assert customer.points().get("nps") == points


def test_s41_success_takes_points_off() -> None:
    """Resolved, then satisfied within 14 d: -12; a 9 of 10: -10; a new order: -8."""
    customer = Customer().meets("case_resolved", 0, case_id="k", actor="human").answers("csat", 1_000_000, day=13)
    assert customer.points() == {"recovered": -12, "limit": 12}
    customer.answers("nps", 900_000, day=13).meets("order_placed", 13)
    assert customer.points() == {"recovered": -12, "promoter": -10, "new_order": -8, "limit": 30}
    assert customer.risk().score == 0
    late = Customer().meets("case_resolved", 0, case_id="k", actor="human").answers("csat", 1_000_000, day=14.001)
    assert late.points() == {}


def test_s12_a_fall_below_the_customers_own_baseline_counts() -> None:
    """Two good texts long ago, one middling now: the short mean falls to it faster than the long one."""
    customer = Customer()
    for day, feeling in ((0, 900), (1, 900), (60, -300)):
        customer.meets("message", day, "email", feeling_milli=feeling)
    fall = customer.points()["sentiment_fall"]
    assert 10 <= fall <= 15
    assert customer.points(200).get("sentiment_fall") == fall


def test_s28_waits_and_calls_given_up_count_up_to_10() -> None:
    customer = Customer().meets("call", 0, "phone", wait_s=600.0).meets("call", 0.01, "phone", wait_s=5.0, duration_s=0)
    assert customer.points()["long_wait"] == 10
    assert "long_wait" not in Customer().meets("call", 0, "phone", wait_s=599.9, duration_s=30).points()


def test_a_score_stays_within_100_and_the_limit_is_a_reason() -> None:
    customer = Customer()
    for day in range(4):
        customer.meets("complaint", day).answers("csat", 0, day=day).answers("nps", 0, day=day)
        customer.meets("payment_failed", day).meets("call", day, "phone", wait_s=900.0)
    risk = customer.risk(4.5)
    assert risk.score == 100
    assert sum(reason.points for reason in risk.reasons) == 100
    assert customer.points(4.5)["limit"] < 0


def test_an_episode_opens_is_reminded_lowered_resolved_and_reopened_within_a_day() -> None:
    """w = 2**(-age / 45 d): at day 28 c = 1.34, so 40 + 10 + 6 = 56: below 65 in the critical level; at 40 d, 38."""
    customer = Customer().answers("csat", 0, day=0).answers("csat", 0, day=1)
    for day in (2, 3.9, 4, 9, 28):
        customer.meets("page_view", day)
    assert [(change, seq) for change, _, seq in customer.told] == [
        ("opened", 1), ("reminded", 2), ("lowered", 3),
    ]  # fmt: skip
    customer.meets("order_placed", 40)
    change, score, seq = customer.told[-1]
    assert (change, seq) == ("resolved", 4)
    assert score < 45
    ended = customer.steps[-1].episode
    assert (ended.firing, ended.ended_ms) == (False, START_MS + 40 * DAY_MS)
    customer.answers("csat", 0, day=40.5).answers("csat", 0, day=41)
    reopened = customer.steps[-1]
    assert customer.told[-1][0::2] == ("reopened", 5)
    assert reopened.episode is ended
    assert (ended.started_ms, ended.ended_ms, ended.peak_level) == (START_MS + DAY_MS, 0, 2)


def test_reminders_wait_3_6_12_24_48_and_then_48_days_of_the_customers_clock() -> None:
    """A case that nobody closes keeps the episode firing; the customer is heard of every seven hours."""
    customer = Customer().answers("csat", 0)
    for hour in range(1, 200 * 24, 7):
        day = hour / 24
        customer.meets("complaint" if hour % 168 < 7 else "page_view", day, case_id="k")
    assert {change for change, _, _ in customer.told} <= {"opened", "raised", "reminded"}
    published = [(step.change, step.touchpoint.at_ms) for step in customer.steps]
    last_change = max(place for place, (change, _) in enumerate(published) if change != "reminded")
    waits = [(b - a) / DAY_MS for (_, a), (_, b) in pairwise(published[last_change:])]
    assert len(waits) >= 5
    for wait, least in zip(waits, (3, 6, 12, 24, 48, 48), strict=False):
        assert least <= wait < least + 7 / 24
