"""Segments of a policy, told step by step and worked out by hand."""

from typing import Any

from models.policy import Policy
from models.policy_mapping import from_mapping
from models.profile import new_profile, observe
from models.segments import memberships
from models.state import Profile
from models.touchpoint import Order, Touchpoint

DAY = 86_400_000
START_MS = 1_767_225_600_000


def policy(**segments: list[tuple[str, str, float | str]]) -> Policy:
    names = ("field", "is", "value")
    table = [
        {"name": name, "when": [dict(zip(names, condition, strict=True)) for condition in when]}
        for name, when in segments.items()
    ]
    return from_mapping({"segments": table})


def tell(profile: Profile, rules: Policy, day: float, kind: str, **fields: Any) -> dict[str, tuple[bool, int, int]]:
    """Segment -> (member, day in, day out or -1) after one more touchpoint."""
    made = Touchpoint(id=f"{profile.touchpoints}", kind=kind, **fields)
    made.at_ms = START_MS + int(day * DAY)
    observe(profile, made, rules)
    return {
        held.segment: (not held.left_ms, day_of(held.entered_ms), day_of(held.left_ms)) for held in profile.segments
    }


def day_of(at_ms: int) -> int:
    return (at_ms - START_MS) // DAY if at_ms else -1


def test_a_customer_comes_in_goes_out_and_comes_again() -> None:
    rules, profile = policy(quiet=[("days_since_inbound", ">=", 10)]), new_profile("c")
    assert tell(profile, rules, 0, "visit") == {}
    assert tell(profile, rules, 12, "outbound_sent", direction="outbound") == {"quiet": (True, 12, -1)}
    assert tell(profile, rules, 13, "outbound_sent", direction="outbound") == {"quiet": (True, 12, -1)}
    assert tell(profile, rules, 14, "visit") == {"quiet": (False, 12, 14)}
    assert tell(profile, rules, 30, "outbound_sent", direction="outbound") == {"quiet": (True, 30, -1)}


def test_all_conditions_must_hold() -> None:
    rules, profile = policy(vip=[("orders", ">=", 2), ("spent.EUR", ">=", 100.1)]), new_profile("c")
    assert tell(profile, rules, 0, "order_placed", order=Order("a", "60.05", "EUR")) == {}
    assert tell(profile, rules, 1, "order_placed", order=Order("b", "40.05", "EUR")) == {"vip": (True, 1, -1)}
    assert tell(profile, rules, 2, "order_refunded", order=Order("b", "0.01", "EUR")) == {"vip": (False, 1, 2)}


def test_what_a_customer_does_not_have_meets_no_condition() -> None:
    rules = policy(never=[("nps", "<", 10)], other=[("nps", "!=", 10)], poor=[("spent.USD", "<=", 0)])
    assert tell(new_profile("c"), rules, 0, "visit") == {}


def test_a_late_touchpoint_is_judged_when_it_comes() -> None:
    rules, profile = policy(talks=[("contacts", ">=", 2)]), new_profile("c")
    tell(profile, rules, 0, "call")
    tell(profile, rules, 9, "page_view")
    assert tell(profile, rules, 3, "call") == {"talks": (True, 9, -1)}


def test_a_segment_that_left_the_policy_is_forgotten_and_never_shown() -> None:
    both, one = policy(a=[("touchpoints", ">=", 1)], b=[("touchpoints", ">=", 1)]), policy(b=[("touchpoints", ">", 5)])
    profile = new_profile("c")
    assert set(tell(profile, both, 0, "visit")) == {"a", "b"}
    assert [held["segment"] for held in memberships(profile, one)] == ["b"]
    assert tell(profile, one, 2, "visit") == {"b": (False, 0, 2)}


def test_memberships_are_told_by_name_with_their_times() -> None:
    rules = policy(b=[("stage", "=", "lead")], a=[("stage", "!=", "lapsed")])
    profile = new_profile("c")
    tell(profile, rules, 0, "visit")
    tell(profile, rules, 1, "order_placed")
    assert memberships(profile, rules) == [
        {"segment": "a", "member": True, "entered_at": "2026-01-01T00:00:00.000Z", "left_at": None},
        {
            "segment": "b",
            "member": False,
            "entered_at": "2026-01-01T00:00:00.000Z",
            "left_at": "2026-01-02T00:00:00.000Z",
        },
    ]


def test_a_segment_that_left_the_policy_is_forgotten_and_one_that_comes_back_is_entered_anew() -> None:
    """Also when it was the last segment of the policy."""
    seen, profile = policy(seen=[("touchpoints", ">=", 1)]), new_profile("c")
    assert tell(profile, seen, 0, "visit") == {"seen": (True, 0, -1)}
    assert memberships(profile, Policy()) == []
    assert tell(profile, Policy(), 1, "visit") == {}
    assert tell(profile, seen, 2, "visit") == {"seen": (True, 2, -1)}
    other = policy(other=[("touchpoints", ">=", 1)])
    assert tell(profile, other, 3, "visit") == {"other": (True, 3, -1)}
    assert tell(profile, seen, 4, "visit") == {"seen": (True, 4, -1)}
