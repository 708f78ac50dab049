"""Remember the newest touchpoints that matter, in bounded lists that do not depend on arrival order.

`models.profile.observe` asks `roles_of` in which lists a touchpoint belongs and hands the fact to
`remember`; `models.risk` and the views read the lists. A fact is one object, whatever number of lists
it stands in: `Fact.roles` says which, so that its reference is stored once.
"""

from functools import lru_cache
from typing import Final

from models.limits import Limits
from models.policy import DAY_MS, Policy
from models.sentiment.scored import Scored
from models.state import (
    ANSWER,
    CANCELLATION,
    CASE,
    CES,
    CLOSING,
    COMPETITOR,
    COMPLAINT,
    CONTACT,
    CSAT,
    FEELING,
    HUMAN,
    INTEREST,
    LEGAL,
    LONG_WAIT,
    MONEY_TROUBLE,
    NEGATIVE,
    NO_METRIC,
    NPS,
    OPENED,
    ORDER,
    RATING,
    RESOLVED,
    REWORK,
    ROLE_COUNT,
    SATISFIED,
    TIMELINE,
    Fact,
    Profile,
)
from models.touchpoint import KIND_CODE, KINDS, Touchpoint

METRIC_CODE: Final[dict[str, int]] = {"csat": CSAT, "nps": NPS, "ces": CES, "rating": RATING}
"""Metric's name on the wire -> its code in a fact."""

CLOSING_KINDS: Final = ("case_resolved", "case_closed")
_CASE_KINDS = ("case_opened", "case_updated", "case_transferred", "case_resolved", "case_reopened", "case_closed")
_BY_CUSTOMER: Final[dict[str, int]] = {
    **dict.fromkeys(("message", "call", "visit", "case_opened"), CONTACT),
    "complaint": CONTACT | COMPLAINT | NEGATIVE,
    **dict.fromkeys(("page_view", "search"), INTEREST),
}
_BY_ANYONE: Final[dict[str, int]] = {
    "case_resolved": RESOLVED,
    "case_reopened": NEGATIVE | REWORK,
    "case_transferred": REWORK,
    "order_placed": ORDER,
    **dict.fromkeys(("payment_failed", "order_cancelled", "order_refunded", "subscription_cancelled"), MONEY_TROUBLE),
}
_IN_CASE: Final[dict[str, int]] = {
    **dict.fromkeys((*_CASE_KINDS, "complaint"), CASE),
    **dict.fromkeys(CLOSING_KINDS, CASE | CLOSING),
    "case_opened": CASE | OPENED,
}
_ROLES: Final[dict[str, tuple[int, int, int]]] = {
    kind: (_BY_ANYONE.get(kind, 0), _BY_CUSTOMER.get(kind, 0), _IN_CASE.get(kind, 0)) for kind in KINDS
}
_NOT_AN_ANSWER: Final = frozenset(("survey_offered", "survey_declined"))
_PROMOTER: Final = 900_000
DETRACTOR: Final = 600_000
"""Recommendation answers up to here (0-6 of 10) are detractors', in millionths."""
_OF_SIGNAL: Final[dict[str, int]] = {
    "human_wanted": HUMAN,
    "legal": LEGAL,
    "competitor": COMPETITOR,
    "cancel": CANCELLATION,
}
"""Signal of a text -> the list it puts its touchpoint in."""
_WORDS: Final = HUMAN | LEGAL | COMPETITOR | CANCELLATION
_LISTS: Final = (
    *(1 << place for place in range(1, ROLE_COUNT)),
    OPENED,
    HUMAN,
    LEGAL,
    COMPETITOR,
    CANCELLATION,
    REWORK,
    INTEREST,
)
"""Every list but the timeline, which is read off the stored facts."""
_MOST_DEAD: Final = 512


def roles_of(touchpoint: Touchpoint, policy: Policy, limits: Limits) -> int:
    """The lists a touchpoint belongs in, as a bit mask, before any of them is bounded or thinned."""
    kind = touchpoint.kind
    anyone, customer, in_case = _ROLES.get(kind) or (0, INTEREST if is_wish(kind) else 0, 0)
    roles = anyone | touchpoint.signal_roles
    if in_case and touchpoint.case_id:
        roles |= in_case
    if touchpoint.actor == "customer" and touchpoint.direction == "inbound":
        roles |= customer
        if touchpoint.score is not None and kind not in _NOT_AN_ANSWER:
            roles |= _answer_roles(touchpoint.score.metric, touchpoint.answer_millionths, limits)
        if roles & INTEREST and not (touchpoint.product or touchpoint.issue):
            roles ^= INTEREST
    feeling = touchpoint.feeling_milli
    if feeling is not None:
        roles |= FEELING
        if feeling <= limits.negative_milli and not roles & SATISFIED:
            roles |= NEGATIVE
    wait_s = touchpoint.wait_s
    if wait_s and (wait_s >= policy.long_wait.wait_s or (kind == "call" and touchpoint.duration_s == 0)):
        roles |= LONG_WAIT
    return roles


def roles_of_signals(scored: Scored) -> int:
    """The lists that the signals of a text put its touchpoint in; a price tells only when the text is a complaint."""
    roles = 0
    for signal in scored.signals:
        roles |= _OF_SIGNAL.get(signal, 0)
    if scored.score_milli < 0 and "price" in scored.signals:
        roles |= COMPETITOR
    return roles


def is_wish(kind: str | int) -> bool:
    """Whether a custom kind tells of a wish list: what follows its last dot begins with `wishlist`."""
    return isinstance(kind, str) and "." in kind and kind.rpartition(".")[2].startswith("wishlist")


def _answer_roles(metric: str, answer_millionths: int, limits: Limits) -> int:
    """Roles of a customer's own answer; the recommendation question has its own bounds (9-10, 0-6)."""
    if metric == "nps":
        satisfied, dissatisfied = answer_millionths >= _PROMOTER, answer_millionths <= DETRACTOR
    else:
        satisfied = answer_millionths >= limits.satisfied_millionths
        dissatisfied = answer_millionths <= limits.dissatisfied_millionths
    return ANSWER | (SATISFIED if satisfied else NEGATIVE if dissatisfied else 0)


def fact_of(touchpoint: Touchpoint, roles: int) -> Fact:
    """What is remembered of a touchpoint: its place, its references, its answer; never its text."""
    score = touchpoint.score
    return Fact(
        touchpoint.at_ms,
        touchpoint.source,
        touchpoint.id,
        touchpoint.topic,
        touchpoint.offset,
        roles,
        KIND_CODE.get(touchpoint.kind, touchpoint.kind),
        touchpoint.channel_code,
        touchpoint.case_id or None,
        touchpoint.issue or None,
        touchpoint.product or None,
        METRIC_CODE[score.metric] if score is not None and roles & ANSWER else NO_METRIC,
        touchpoint.answer_millionths if roles & ANSWER else -1,
    )


def order_key(fact: Fact) -> tuple[int, str, str]:
    """(time, source, id): "newest" and "oldest" mean by this key."""
    return (fact.at_ms, fact.source, fact.id)


def kept(profile: Profile, role: int) -> list[Fact]:
    """The facts of one list, ascending; picked from the stored facts once, then kept up by `remember`."""
    held = profile.lists.get(role)
    if held is None:
        held = profile.lists[role] = [fact for fact in profile.facts if fact.roles & role]
    return held


def timeline(profile: Profile) -> list[Fact]:
    """The newest touchpoints of any kind, ascending."""
    return [fact for fact in profile.facts if fact.roles & TIMELINE]


def all_kept(profile: Profile) -> dict[int, list[Fact]]:
    """Every list by its role."""
    lists = profile.lists
    if len(lists) < len(_LISTS):
        missing = [role for role in _LISTS if role not in lists] if lists else _LISTS
        for role in missing:
            lists[role] = []
        wanted = sum(missing)
        for fact in profile.facts:
            roles = fact.roles & wanted
            while roles:
                role = roles & -roles
                roles ^= role
                lists[role].append(fact)
    return lists


@lru_cache(maxsize=1 << 12)
def each_list(roles: int) -> tuple[int, ...]:
    """The single roles of a mask, of those with a list but the timeline."""
    return tuple(role for role in _LISTS if role & roles)


def remember(profile: Profile, fact: Fact, policy: Policy) -> None:
    """Put a fact into each list of `fact.roles`, thin and bound those lists, and keep it while one holds it."""
    lists, wanted, most = profile.lists, fact.roles & ~FEELING, policy.kept
    fact.roles = 0
    while wanted:
        role = wanted & -wanted
        wanted ^= role
        held = lists.get(role)
        if held is None:
            held = kept(profile, role)
        if role & _GROUPED and held and not _replaces(held, fact, role):
            continue
        fact.roles |= role
        insert(held, fact)
        if len(held) > (most.signals if role & _WORDS else 1 if role == ORDER else most.facts):
            held.pop(0).roles &= ~role
    _put_in_timeline(profile, fact, most.timeline)


def _put_in_timeline(profile: Profile, fact: Fact, most: int) -> None:
    """Keep the fact if it is among the newest `most` of all or stands in a list; whom it pushes out likewise."""
    facts = profile.facts
    place = insert(facts, fact)
    leaving = len(facts) - most - 1
    if place <= leaving:
        if not fact.roles:
            del facts[place]
        return
    fact.roles |= TIMELINE
    while leaving >= 0 and facts[leaving].roles & TIMELINE:
        facts[leaving].roles ^= TIMELINE
        if not facts[leaving].roles:
            del facts[leaving]
        leaving -= 1
    if len(facts) > _MOST_DEAD:
        drop_forgotten(profile)


def insert(facts: list[Fact], fact: Fact) -> int:
    """Insert by order key; tells the place. Streams are nearly in order, so it is looked for from the newest down."""
    at_ms, place = fact.at_ms, len(facts)
    if not place or facts[place - 1].at_ms < at_ms:
        facts.append(fact)
        return place
    while place:
        other = facts[place - 1]
        if other.at_ms < at_ms or (other.at_ms == at_ms and order_key(other) <= order_key(fact)):
            break
        place -= 1
    facts.insert(place, fact)
    return place


def drop_forgotten(profile: Profile) -> None:
    """Forget the facts that stand in no list any more."""
    profile.facts = [fact for fact in profile.facts if fact.roles]


_BY_CASE: Final = CLOSING | CASE | OPENED
_GROUPED: Final = NEGATIVE | COMPLAINT | CLOSING | CASE | OPENED | INTEREST


def _group(fact: Fact, role: int) -> tuple[object, ...]:
    """Facts of one group are one fact, the newest: a case's closing; a day's trouble or interest in one thing."""
    if role & _BY_CASE:
        return (fact.case_id,)
    if role == INTEREST:
        return (fact.product is None, fact.product or fact.issue, is_wish(fact.kind), fact.at_ms // DAY_MS)
    return (fact.case_id is None, fact.case_id or fact.channel, fact.at_ms // DAY_MS)


def _replaces(held: list[Fact], fact: Fact, role: int) -> bool:
    """Whether the fact is the newest of its group; the one it outdates then leaves the list."""
    group = _group(fact, role)
    # None before the day is of its group, unless groups are cases.
    since_ms = 0 if role & _BY_CASE else fact.at_ms - fact.at_ms % DAY_MS
    for place in range(len(held) - 1, -1, -1):
        other = held[place]
        if other.at_ms < since_ms:
            break
        if _group(other, role) == group:
            if order_key(other) > order_key(fact):
                return False
            other.roles &= ~role
            del held[place]
            return True
    return True
