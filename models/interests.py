"""What a customer cares for: products and issues they looked at or put on a wish list, and what they said themselves.

`models.public_profile` calls `interests`. Observed ones come from the kept facts of the list `INTEREST`: of one
product (else issue) and one UTC day the newest, wishes apart, and of those the newest; so they are the same in
whatever order touchpoints came. A stated preference `interest.NAME` wins over what was observed.
"""

from collections.abc import Sequence
from math import exp2
from typing import Final, Literal

from models.alert_record import Place
from models.care_record import Interest
from models.facts import is_wish, kept, order_key
from models.instant import rfc3339
from models.policy import DAY_MS, Policy
from models.references import reference
from models.state import INTEREST, Fact, Profile
from models.stated import Statement
from models.statements import evidence, in_force

_STATED: Final = "interest."

Thing = tuple[str, bool]
"""(name, whether it is an issue and no product)."""


def interests(profile: Profile, place: Place, policy: Policy, at_ms: int) -> list[Interest]:
    """Stated ones, newest first; then observed ones, the strongest first, of equal ones the newest.

    With age = at - time each kept observation weighs 2**(-age / H).
    """
    facts_seen = kept(profile, INTEREST)
    if not facts_seen and profile.statements is None:
        return []
    stated = {one.name[len(_STATED) :]: one for one in _stated(profile)}
    observed = _observed(facts_seen)
    half_life_ms = policy.interests.half_life_days * DAY_MS
    found: list[Interest] = []
    for name, one in reversed(stated.items()):
        if one.value is not False:
            things = [thing for thing in ((name, False), (name, True)) if thing in observed]
            facts = [fact for thing in things for fact in observed[thing]]
            found.append(
                {
                    "name": name,
                    "about": _about(things[0]) if things else None,
                    "source": "stated",
                    "strength": _strength(facts, at_ms, half_life_ms) if facts else None,
                    "n": len(facts),
                    "on_wish_list": _wished(facts),
                    "at": rfc3339(one.at_ms),
                    "evidence": evidence(one, place),
                }
            )
    seen = [
        (_strength(facts, at_ms, half_life_ms), order_key(facts[-1]), thing, facts)
        for thing, facts in observed.items()
        if thing[0] not in stated
    ]
    for strength, _, thing, facts in sorted(seen, key=lambda one: one[:2], reverse=True):
        found.append(
            {
                "name": thing[0],
                "about": _about(thing),
                "source": "observed",
                "strength": strength,
                "n": len(facts),
                "on_wish_list": _wished(facts),
                "at": rfc3339(facts[-1].at_ms),
                "evidence": reference(facts[-1], place),
            }
        )
    return found


def _stated(profile: Profile) -> list[Statement]:
    """Preferences in force that speak of an interest, ascending."""
    held = profile.statements.preferences if profile.statements is not None else []
    return [one for one in held if one.name.startswith(_STATED) and in_force(one)]


def _observed(facts: Sequence[Fact]) -> dict[Thing, list[Fact]]:
    """Thing -> its observations, ascending; what was taken off the wish list begins anew."""
    things: dict[Thing, list[Fact]] = {}
    for fact in facts:
        thing = (fact.product or fact.issue or "", fact.product is None)
        if is_wish(fact.kind) and _last_part(fact).startswith("wishlist_removed"):
            things.pop(thing, None)
        else:
            things.setdefault(thing, []).append(fact)
    return things


def _about(thing: Thing) -> Literal["product", "issue"]:
    return "issue" if thing[1] else "product"


def _wished(facts: Sequence[Fact]) -> bool:
    return any(is_wish(fact.kind) for fact in facts)


def _last_part(fact: Fact) -> str:
    return str(fact.kind).rpartition(".")[2]


def _strength(facts: Sequence[Fact], at_ms: int, half_life_ms: float) -> float:
    return round(sum([exp2((fact.at_ms - at_ms) / half_life_ms) for fact in facts]), 4)
