"""The open cases of a customer, as whoever picks up the phone needs them.

`models.alert` and `models.public_profile` call `open_cases`. All of it is read off kept lists: the cases, openings,
complaints, contacts and promises.
"""

from models.facts import CLOSING_KINDS, kept
from models.instant import rfc3339, rfc3339_or_none
from models.profile_record import OpenCase
from models.references import kind_of
from models.state import CASE, COMPLAINT, CONTACT, OPENED, Fact, Profile
from models.touchpoint import CHANNELS


def open_cases(profile: Profile, at_ms: int) -> list[OpenCase]:
    """Cases whose newest event does not close them, newest first, at a time not before the profile's as_of."""
    held = kept(profile, CASE)
    cases = [fact for fact in reversed(held) if kind_of(fact) not in CLOSING_KINDS] if held else held
    if not cases:
        return []
    opened_ms = {fact.case_id: fact.at_ms for fact in reversed(kept(profile, COMPLAINT))}
    opened_ms |= {fact.case_id: fact.at_ms for fact in kept(profile, OPENED)}
    promised_ms: dict[str | None, int] = {promise.case_id: promise.promised_ms for promise in profile.promises}
    contacts: dict[str | None, list[Fact]] = {}
    for contact in kept(profile, CONTACT):
        contacts.setdefault(contact.case_id, []).append(contact)
    return [
        _open_case(
            fact, at_ms, opened_ms.get(fact.case_id, 0), contacts.get(fact.case_id, []), promised_ms.get(fact.case_id)
        )
        for fact in cases
    ]


def _open_case(fact: Fact, at_ms: int, opened_ms: int, contacts: list[Fact], promised_ms: int | None) -> OpenCase:
    return {
        "case_id": fact.case_id or "",
        "kind": kind_of(fact),
        "at": rfc3339(fact.at_ms),
        "opened_at": rfc3339_or_none(opened_ms),
        "contacts": len(contacts),
        "channels": sorted({CHANNELS[contact.channel] for contact in contacts}),
        "issue": contacts[-1].issue if contacts else None,
        "promised_at": rfc3339_or_none(promised_ms or 0),
        "promise_late": promised_ms is not None and promised_ms < at_ms,
    }
