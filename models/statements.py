"""Preferences and consents as customers stated them: of each name the newest word, of the newest names.

`models.profile.observe` hands touchpoints with a preference or a consent to `note`; `models.channel_use` and
`models.interests` ask what is stated, `models.public_profile` shows it with the records that told it. Whoever
wrote it down, it is the customer's word.
"""

from bisect import insort
from typing import Any, Final

from models.alert_record import Place
from models.care_record import ConsentRecord, PreferenceRecord
from models.instant import rfc3339
from models.reference_record import Reference
from models.state import Profile
from models.stated import Statement, Statements, Value
from models.touchpoint import Touchpoint

_LONGEST: Final = 256
_64_BITS: Final = 1 << 63


def note(profile: Profile, touchpoint: Touchpoint, most: int) -> None:
    """Keep what a `preference_set` or a `consent_changed` states; by (time, source, id) the newest of a name wins.

    Args:
        most: names of preferences, and purposes, that are kept: those with the newest word.
    """
    if touchpoint.kind == "preference_set" and touchpoint.preference is not None:
        value, large = _kept(touchpoint.preference.value)
        stated = _statement(touchpoint, touchpoint.preference.name, value, large)
        _keep(statements_of(profile).preferences, stated, most)
    elif touchpoint.kind == "consent_changed" and touchpoint.consent is not None:
        stated = _statement(touchpoint, touchpoint.consent.purpose, touchpoint.consent.granted, large=False)
        _keep(statements_of(profile).consents, stated, most)


def statements_of(profile: Profile) -> Statements:
    """What the customer stated, to be added to."""
    if profile.statements is None:
        profile.statements = Statements()
    return profile.statements


def preference(profile: Profile, name: str) -> Statement | None:
    """The preference of that name in force, None if it was never stated or is withdrawn."""
    if profile.statements is None:
        return None
    for stated in profile.statements.preferences:
        if stated.name == name:
            return stated if in_force(stated) else None
    return None


def in_force(stated: Statement) -> bool:
    """Whether a preference is not withdrawn."""
    return stated.value is not None or stated.large


def preferences(profile: Profile, place: Place) -> list[PreferenceRecord]:
    """Preferences in force, newest first."""
    if profile.statements is None:
        return []
    return [
        {
            "name": one.name,
            "value": one.value,
            "at": rfc3339(one.at_ms),
            "source": "stated",
            "evidence": evidence(one, place),
        }
        for one in reversed(profile.statements.preferences)
        if in_force(one)
    ]


def consents(profile: Profile, place: Place) -> list[ConsentRecord]:
    """The newest word on each purpose, newest first."""
    if profile.statements is None:
        return []
    return [
        {
            "purpose": one.name,
            "granted": one.value is True,
            "at": rfc3339(one.at_ms),
            "evidence": evidence(one, place),
        }
        for one in reversed(profile.statements.consents)
    ]


def evidence(stated: Statement, place: Place) -> Reference:
    """The record that told it."""
    return {
        "topic": place.topics[stated.topic],
        "partition": place.partition,
        "offset": stated.offset,
        "id": stated.id,
        "at": rfc3339(stated.at_ms),
    }


def _statement(touchpoint: Touchpoint, name: str, value: Value, large: bool) -> Statement:
    at_ms, source, id_ = touchpoint.at_ms, touchpoint.source, touchpoint.id
    return Statement(name, value, at_ms, source, id_, touchpoint.topic, touchpoint.offset, large)


def _kept(value: Any) -> tuple[Value, bool]:
    """The value as it is kept, and whether it is too large for that."""
    if isinstance(value, bool):  # before the numbers: compiled, an int is a number and no truth value any more
        return value, False
    if isinstance(value, str):
        return (value, False) if len(value) <= _LONGEST else (None, True)
    if isinstance(value, int):
        return (value, False) if -_64_BITS <= value < _64_BITS else (None, True)
    if value is None or isinstance(value, float):
        return value, False
    return None, True


def _order_key(stated: Statement) -> tuple[int, str, str, str]:
    """The name parts what one record tells, should a record be told twice."""
    return (stated.at_ms, stated.source, stated.id, stated.name)


def _keep(held: list[Statement], new: Statement, most: int) -> None:
    """Keep the newest word of a name, and the names with the newest words: whatever the order they come in.

    A name that is let go has `most` names with newer words before it, and words only become newer.
    """
    for place, other in enumerate(held):
        if other.name == new.name:
            if _order_key(other) > _order_key(new):
                return
            del held[place]
            break
    insort(held, new, key=_order_key)
    while len(held) > most:
        del held[0]
