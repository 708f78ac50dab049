"""When a thank-you is due: a bad spell that ended well, an anniversary, a round number of orders.

`models.public_profile` calls `appreciation_due` at the time asked; nothing of it is stored, and nothing is sent.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from models.facts import kept, order_key
from models.instant import rfc3339
from models.policy import DAY_MS, Policy
from models.profile_record import AppreciationDue
from models.risk.reasons import repair
from models.state import NEGATIVE, ORDER, RESOLVED, SATISFIED, Profile

Reached = tuple[int, Literal["recovered", "tenure", "orders"], int]
"""(epoch ms, reason, its value or 0)."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR: Final = 9999


def appreciation_due(profile: Profile, at_ms: int, policy: Policy) -> list[AppreciationDue]:
    """What is due at a time not before the profile's as_of, oldest first; nothing while an episode fires."""
    if profile.episode is not None and profile.episode.firing:
        return []
    due_ms = policy.appreciation.due_days * DAY_MS
    return [
        {"reason": reason, "value": value or None, "at": rfc3339(reached_ms)}
        for reached_ms, reason, value in sorted(_reached(profile, at_ms, due_ms, policy))
        if 0 <= at_ms - reached_ms < due_ms
    ]


def _reached(profile: Profile, at_ms: int, due_ms: float, policy: Policy) -> Iterator[Reached]:
    """All that may be due."""
    ended_ms = _bad_spell_ended_ms(profile, policy)
    if ended_ms is not None:
        yield ended_ms, "recovered", 0
    if profile.since_ms and at_ms - profile.since_ms >= DAY_MS:
        # No year has fewer days than 365, so only the years of this age can be due.
        oldest = (at_ms - profile.since_ms) // (365 * DAY_MS)
        newest = (at_ms - profile.since_ms - due_ms) // (366 * DAY_MS)
        for years in policy.appreciation.tenure_years:
            if newest <= years <= oldest:
                yield _years_after(profile.since_ms, years), "tenure", years
    orders = profile.orders
    if orders is not None and orders.placed in policy.appreciation.orders:
        placed = kept(profile, ORDER)
        if placed:
            yield placed[-1].at_ms, "orders", orders.placed


def _bad_spell_ended_ms(profile: Profile, policy: Policy) -> int | None:
    """When the customer was satisfied soon after a case was resolved, having had a bad time, and none since."""
    resolved, negatives = kept(profile, RESOLVED), kept(profile, NEGATIVE)
    if not resolved or not negatives:
        return None
    pair = repair(kept(profile, SATISFIED), resolved, policy.recovered.within_days * DAY_MS)
    return pair[1].at_ms if pair is not None and order_key(negatives[-1]) < order_key(pair[1]) else None


def _years_after(since_ms: int, years: int) -> int:
    """The same day and time so many years later, in UTC; 29 February has its anniversary on 1 March in other years."""
    since = _EPOCH + timedelta(milliseconds=since_ms)
    year = min(since.year + years, _LAST_YEAR)
    try:
        then = since.replace(year=year)
    except ValueError:
        then = since.replace(year=year, month=3, day=1)
    return (then - _EPOCH) // timedelta(milliseconds=1)
