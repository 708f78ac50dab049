"""Other names of a customer: e-mail addresses and telephone numbers in one form each, and whatever else `ids` held.

`models.profile.observe` hands touchpoints with `ids` to `note`; `models.public_profile` shows them. They stand in
no alert, no log and no error.
"""

from bisect import insort
from functools import lru_cache
from typing import Final

import phonenumbers

from models.care_record import IdentifierRecord
from models.instant import rfc3339
from models.state import Profile
from models.stated import AS_IT_CAME, COMMON, FREE, Identifier
from models.statements import statements_of
from models.touchpoint import Touchpoint

KINDS_MOST: Final = 8
"""So many times the identifiers of one kind are kept in all."""
_LONGEST_KIND: Final = 64
_LONGEST: Final = 256


def note(profile: Profile, touchpoint: Touchpoint, most: int, phone_region: str) -> None:
    """Keep the identifiers of a touchpoint, each with its newest time.

    Args:
        most: kept of one kind, the newest by (time, source, id); of all kinds together `KINDS_MOST` times that.
        phone_region: two letters of the country whose numbers may come without `+`; empty for none.
    """
    for kind, given in (touchpoint.ids or {}).items():
        value, form = common_form(kind, given, phone_region)
        if value and len(value) <= _LONGEST and len(kind) <= _LONGEST_KIND:
            new = Identifier(kind, value, form, touchpoint.at_ms, touchpoint.source, touchpoint.id)
            _keep(statements_of(profile).identifiers, new, most)


def common_form(kind: str, given: str, phone_region: str) -> tuple[str, int]:
    """(value, form): blanks around it go; `email` gets its domain in small letters, `phone` becomes E.164.

    A value that cannot be brought to that form stays as it came, and its form says so.
    """
    given = given.strip()
    if kind == "phone":
        number = e164(given, phone_region)
        return (given, AS_IT_CAME) if number is None else (number, COMMON)
    if kind == "email":
        local, _, domain = given.rpartition("@")
        if not local or not domain or any(map(str.isspace, given)):
            return given, AS_IT_CAME
        return f"{local}@{domain.lower()}", COMMON
    return given, FREE


@lru_cache(maxsize=1 << 12)
def e164(given: str, phone_region: str) -> str | None:
    """A telephone number as `+` and digits; None for what is none, needs a region, or leads to an extension."""
    if len(given) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(given, phone_region or None)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identifiers(profile: Profile) -> dict[str, list[IdentifierRecord]]:
    """Kind -> its identifiers, newest first; kinds by name."""
    if profile.statements is None:
        return {}
    held = profile.statements.identifiers
    by_kind: dict[str, list[IdentifierRecord]] = {kind: [] for kind in sorted({one.kind for one in held})}
    for one in reversed(held):
        normalized = None if one.form == FREE else one.form == COMMON
        by_kind[one.kind].append({"value": one.value, "normalized": normalized, "at": rfc3339(one.at_ms)})
    return by_kind


def _order_key(one: Identifier) -> tuple[int, str, str, str, str]:
    """Kind and value part what one touchpoint brings."""
    return (one.at_ms, one.source, one.id, one.kind, one.value)


def _keep(held: list[Identifier], new: Identifier, most: int) -> None:
    """Keep each value with its newest time, and of each kind and of all the newest: whatever order they come in.

    What is let go has enough newer ones before it. One of those only ever leaves for a newer one of its own kind,
    so their number does not fall, and the one let go would never come back.
    """
    of_kind = 0
    for place in range(len(held) - 1, -1, -1):
        other = held[place]
        if other.kind == new.kind:
            if other.value == new.value:
                if _order_key(other) > _order_key(new):
                    return
                del held[place]
                continue
            of_kind += 1
    insort(held, new, key=_order_key)
    if of_kind >= most:
        del held[next(place for place, other in enumerate(held) if other.kind == new.kind)]
    while len(held) > KINDS_MOST * most:
        del held[0]
