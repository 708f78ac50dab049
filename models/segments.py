"""Named groups of customers, by rules in the policy: who is in, since when, and who left.

`models.profile.observe` calls `place_in_segments` after each touchpoint when the policy or the customer has segments;
the profile shows `memberships`. Like an episode a membership steps with touchpoints, at the customer's `as_of`, and so
it is a function of the log order: a late touchpoint does not rewrite when somebody came in.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from models.instant import rfc3339, rfc3339_or_none
from models.policy import Policy
from models.profile_policy import Condition
from models.profile_record import MembershipRecord
from models.relation import Membership
from models.segment_fields import Read, field_of
from models.state import Profile

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
Test = tuple[Read, Callable[[Any, Any], bool], Decimal | str]


@lru_cache(maxsize=8)
def _tests(policy: Policy) -> tuple[tuple[str, tuple[Test, ...]], ...]:
    """(segment, its tests) by name; remembered by the policy's identity."""
    return tuple(sorted((segment.name, tuple(map(_test, segment.when))) for segment in policy.segments))


def _test(condition: Condition) -> Test:
    field, value = field_of(condition.field), condition.value
    if field is None:
        raise ValueError(f"no field {condition.field!r}: a policy is made by models.policy_mapping, which checks it")
    return field.read, _COMPARE[condition.comparison], value if isinstance(value, str) else Decimal(repr(value))


def place_in_segments(profile: Profile, policy: Policy) -> None:
    """Let the customer into the segments whose conditions all hold at their as_of, and out of the others.

    Of a segment that the policy has no more nothing is kept.
    """
    as_of_ms = profile.as_of_ms
    before = {membership.segment: membership for membership in profile.segments}
    after = []
    for name, tests in _tests(policy):
        membership = before.get(name)
        inside = membership is not None and not membership.left_ms
        if all(_holds(test, profile, as_of_ms, policy) for test in tests) != inside:
            if membership is None or not inside:
                membership = Membership(name, as_of_ms)
            else:
                membership.left_ms = as_of_ms
        if membership is not None:
            after.append(membership)
    profile.segments = after


def _holds(test: Test, profile: Profile, at_ms: int, policy: Policy) -> bool:
    read, compare, value = test
    found = read(profile, at_ms, policy)
    return found is not None and compare(found, value)


def memberships(profile: Profile, policy: Policy) -> list[MembershipRecord]:
    """The segments of the policy that the customer is in or was in last, by name."""
    if not policy.segments:
        return []
    names = {segment.name for segment in policy.segments}
    return [
        {
            "segment": held.segment,
            "member": not held.left_ms,
            "entered_at": rfc3339(held.entered_ms),
            "left_at": rfc3339_or_none(held.left_ms),
        }
        for held in profile.segments
        if held.segment in names
    ]
