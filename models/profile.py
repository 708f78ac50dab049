"""The story of one touchpoint: how a customer's profile takes it in, and whether an alert comes of it.

The batch fold (`agents.fold`) calls `observe` for every new touchpoint in log order; tools that play records anew, and
tests, call the same function. A duplicate never gets there: the fold asks `is_duplicate` first and only counts it.
Nothing here reads a clock: the customer's own time is the newest event time.
"""

from hashlib import blake2b
from typing import Final

from models import channel_use, decay, identifiers, orders, statements, windows
from models.channel_use import PURPOSE_OF
from models.episode import Step, step
from models.facts import DETRACTOR, fact_of, remember, roles_of
from models.limits import Limits, limits_of
from models.orders import ORDER_KINDS
from models.policy import DAY_MS, Policy
from models.recommendations import recommend
from models.segments import place_in_segments
from models.sentiment import Scored
from models.spells import extend
from models.state import ANSWER, CONTACT, FEELING, LONG_WAIT, NEGATIVE, ORDER, REWORK, SATISFIED, Profile
from models.touchpoint import Touchpoint

RING_MS: Final = DAY_MS
"""How far back, on the customer's clock, a retry is recognised."""
RING_MOST: Final = 64
"""And among how many touchpoints."""
_COUNTED: Final = CONTACT | FEELING | NEGATIVE | ANSWER | REWORK | LONG_WAIT
"""Roles of which there is a window metric: a touchpoint of no such role is not looked at for windows."""
MARK_BYTES: Final = 8
_EMPTY_MARK: Final = blake2b(digest_size=MARK_BYTES)
_LONGEST_WAIT_S: Final = 7 * 86_400.0
"""A longer wait counts as a week in the mean: one slip of a producer must not be all that it tells."""


def new_profile(customer_id: str) -> Profile:
    """A customer of whom nothing is known yet."""
    return Profile(customer_id)


def observe(profile: Profile, touchpoint: Touchpoint, policy: Policy, mark: bytes | None = None) -> Step | None:
    """Take a touchpoint in: move the clock, remember the id, count, keep the fact, and see what it means for the risk.

    Two negative experiences become a score like this. `roles_of` says that each belongs in the list NEGATIVE,
    `remember` keeps it there (of one case, else channel, and day only the newest), and `step` asks `models.risk`
    for the score: with age = as_of - time each weighs 2**(-age / 45 d); a sum of weights up to 1 is worth 40
    points, the next 1 another 30. Two fresh ones make 70; if the newest answer is a low one, its 12 make 82:
    critical.

    Args:
        profile: changed in place.
        touchpoint: not a duplicate; `feeling_milli`, `topic` and `offset` are set.
        mark: its `fingerprint`, if the caller has it already.

    Returns:
        The publication that the at-risk episode makes of it, or None.
    """
    before_ms = profile.as_of_ms
    _move_clock(profile, touchpoint.at_ms)
    _mark_seen(profile, fingerprint(touchpoint.source, touchpoint.id) if mark is None else mark, before_ms)
    limits = limits_of(policy)
    roles = roles_of(touchpoint, policy, limits)
    profile.touchpoints += 1
    if roles & CONTACT:
        contacts, channel = profile.contacts, touchpoint.channel_code
        contacts[channel] = contacts.get(channel, 0) + 1
    _date_relation(profile, touchpoint, roles, limits, policy.kept.facts)
    if touchpoint.feeling_milli is not None:
        _feel(profile, touchpoint.at_ms, touchpoint.feeling_milli, limits)
    if roles & _COUNTED or touchpoint.wait_s is not None:
        _count_windows(profile, touchpoint, roles, limits)
        if roles & ANSWER and touchpoint.score is not None and touchpoint.score.metric == "nps":
            recommend(profile, touchpoint)
    purpose = PURPOSE_OF.get(touchpoint.kind)
    if purpose is not None:
        channel_use.count(profile, touchpoint, purpose, limits)
    elif touchpoint.preference is not None or touchpoint.consent is not None:
        statements.note(profile, touchpoint, policy.kept.statements)
    if touchpoint.ids is not None:
        identifiers.note(profile, touchpoint, policy.kept.identifiers, policy.identifiers.phone_region)
    remember(profile, fact_of(touchpoint, roles), policy)
    if touchpoint.order is not None or touchpoint.kind in ORDER_KINDS:
        orders.take(profile, touchpoint, policy)
    change = step(profile, touchpoint, roles, policy, limits)
    if policy.segments or profile.segments:  # of those that left the policy nothing is kept
        place_in_segments(profile, policy)
    return change


def fingerprint(source: str, id_: str) -> bytes:
    """8 bytes that tell a touchpoint from every other of the same customer: blake2b of source, 0x00, id."""
    state = _EMPTY_MARK.copy()  # cheaper than setting one up
    state.update(f"{source}\0{id_}".encode())
    return state.digest()


def is_duplicate(profile: Profile, mark: bytes) -> bool:
    """Whether the touchpoint was applied before, as far back as the ring reaches: 64 touchpoints and 24 h.

    Hours are those of the customer's clock, which only events move: after a silence of weeks a retry is still known.
    """
    marks = profile.marks
    place = marks.find(mark)
    while place >= 0:
        if not place % MARK_BYTES:
            return True
        place = marks.find(mark, place + 1)
    return False


def count_duplicate(profile: Profile) -> None:
    """A duplicate changes nothing but this count (and the offset vector)."""
    profile.duplicates += 1


def wants_score(touchpoint: Touchpoint) -> bool:
    """Whether its text is to be scored: the customer's own words, and no feeling given by the producer."""
    return (
        touchpoint.sentiment is None
        and touchpoint.text is not None
        and touchpoint.actor == "customer"
        and touchpoint.direction == "inbound"
        and touchpoint.kind != "agent_note"
    )


def feeling(touchpoint: Touchpoint, scored: Scored | None) -> int | None:
    """The customer's feeling in thousandths, None without evidence; the producer's word wins over our scorer's."""
    if touchpoint.sentiment is not None:
        if touchpoint.actor != "customer" or touchpoint.direction != "inbound" or touchpoint.kind == "agent_note":
            return None
        return round(touchpoint.sentiment * 1000)
    return scored.score_milli if scored is not None and scored.hits else None


def _move_clock(profile: Profile, at_ms: int) -> None:
    """The oldest and the newest event time."""
    if not profile.touchpoints:
        profile.first_ms = profile.as_of_ms = at_ms
    elif at_ms > profile.as_of_ms:
        profile.as_of_ms = at_ms
    elif at_ms < profile.first_ms:
        profile.first_ms = at_ms


def _mark_seen(profile: Profile, mark: bytes, before_ms: int) -> None:
    """Append to the ring; let go what is a day behind, then the oldest beyond 64."""
    gaps_ms = profile.gaps_ms
    if not gaps_ms:
        profile.marks, profile.oldest_mark_ms = mark, profile.as_of_ms
        gaps_ms.append(0)
        return
    profile.marks += mark
    gaps_ms.append(profile.as_of_ms - before_ms)
    oldest_ms, horizon_ms = profile.oldest_mark_ms, profile.as_of_ms - RING_MS
    if oldest_ms >= horizon_ms and len(gaps_ms) <= RING_MOST:
        return
    gone, n = 0, len(gaps_ms)
    while oldest_ms < horizon_ms or n - gone > RING_MOST:
        gone += 1
        oldest_ms += gaps_ms[gone]
    profile.marks = profile.marks[gone * MARK_BYTES :]
    del gaps_ms[:gone]
    gaps_ms[0], profile.oldest_mark_ms = 0, oldest_ms


def _date_relation(profile: Profile, touchpoint: Touchpoint, roles: int, limits: Limits, most: int) -> None:
    """Since when they are a customer, and in which spells they were heard of."""
    if roles & ORDER or touchpoint.kind == "subscription_started":
        _since(profile, touchpoint.at_ms)
    if touchpoint.started_ms:
        _since(profile, touchpoint.started_ms)
    if touchpoint.direction == "inbound":
        extend(profile.spells, touchpoint.at_ms, bool(roles & ORDER), limits.gap_ms, most)


def _since(profile: Profile, at_ms: int) -> None:
    if not 0 < profile.since_ms <= at_ms:
        profile.since_ms = at_ms


def _feel(profile: Profile, at_ms: int, feeling_milli: int, limits: Limits) -> None:
    """Add the feeling to the recent mean and to the customer's own baseline."""
    profile.feeling_n += 1
    decay.add(profile.feeling_short, limits.short_ms, at_ms, feeling_milli)
    decay.add(profile.feeling_long, limits.long_ms, at_ms, feeling_milli)


def _count_windows(profile: Profile, touchpoint: Touchpoint, roles: int, limits: Limits) -> None:
    """Count it in the buckets of each metric that it moves.

    A new metric is a row in `models.windows.METRICS`, which says what it adds up and how it reads, and a line here.
    """
    held, at_ms, as_of_ms = profile.windows, touchpoint.at_ms, profile.as_of_ms
    if roles & CONTACT:
        windows.add(held, windows.CONTACTS, at_ms, as_of_ms)
    if touchpoint.feeling_milli is not None:
        windows.add(held, windows.SENTIMENT, at_ms, as_of_ms, touchpoint.feeling_milli)
    if roles & NEGATIVE:
        windows.add(held, windows.NEGATIVES, at_ms, as_of_ms)
    if roles & ANSWER and touchpoint.score is not None:
        metric, first, second = _answer_sums(touchpoint.score.metric, touchpoint.answer_millionths, roles, limits)
        windows.add(held, metric, at_ms, as_of_ms, first, second)
    if touchpoint.wait_s is not None:
        wait_ms = round(min(touchpoint.wait_s, _LONGEST_WAIT_S) * 1000)
        windows.add(held, windows.WAIT, at_ms, as_of_ms, wait_ms, 1 if roles & LONG_WAIT else 0)
    if roles & (REWORK | LONG_WAIT):
        transferred, reopened = touchpoint.kind == "case_transferred", touchpoint.kind == "case_reopened"
        windows.add(held, windows.EFFORT, at_ms, as_of_ms, int(transferred), int(reopened))


def _answer_sums(metric: str, answer_millionths: int, roles: int, limits: Limits) -> tuple[int, int, int]:
    """(window metric, first sum, second sum) of an answer: what it adds, and whether it passed its bar."""
    if metric == "nps":
        return windows.NPS, 1 if roles & SATISFIED else 0, 1 if answer_millionths <= DETRACTOR else 0
    if metric == "ces":
        return windows.CES, answer_millionths, 1 if answer_millionths >= limits.agrees_millionths else 0
    return windows.CSAT if metric == "csat" else windows.RATING, answer_millionths, 1 if roles & SATISFIED else 0
