"""Facts as public references: what an alert's evidence and a profile's timeline point at.

`models.alert` and `models.public_profile` call these; a reference names a record, never what was said in it.
"""

from collections.abc import Sequence
from functools import lru_cache

from models.alert_record import Place, ReasonRecord, TimelineEntry
from models.facts import kept
from models.instant import rfc3339
from models.reference_record import Reference
from models.risk import Reason
from models.state import Fact, Profile
from models.touchpoint import CHANNELS, KINDS

_TEXT = {
    "negative_experience": "{n} negative experience{s}, the newest {age}",
    "open_complaint": "a complaint is still open, made {age}",
    "repeat_contact": "{n} contacts about one thing over several channels, unresolved",
    "nps": "would not recommend ({value} of 10), {age}",
    "satisfaction": "dissatisfied answer, {age}",
    "effort": "found it hard, {age}",
    "sentiment_fall": "feeling has fallen below the customer's own baseline",
    "long_wait": "{n} long wait{s} or call{s} given up, the newest {age}",
    "money_trouble": "{n} failed payment{s}, cancellation{s} or refund{s}, the newest {age}",
    "human_wanted": "asked for a person, {age}",
    "legal_threat": "spoke of a lawyer, a court or an authority, {age}",
    "competitor": "spoke of another company or of the price, {age}",
    "cancellation": "spoke of cancelling, {age}",
    "recovered": "satisfied again after a case was resolved",
    "promoter": "would recommend ({value} of 10), {age}",
    "new_order": "ordered, {age}",
    "limit": "a score stays between 0 and 100",
}


def references(newest_last: Sequence[Fact], place: Place) -> list[Reference]:
    """The records behind some facts, in reverse order."""
    topics, partition = place.topics, place.partition
    return [
        {
            "topic": topics[fact.topic],
            "partition": partition,
            "offset": fact.offset,
            "id": fact.id,
            "at": rfc3339(fact.at_ms),
        }
        for fact in reversed(newest_last)
    ]


def reference(fact: Fact, place: Place) -> Reference:
    """The record behind a fact."""
    return references((fact,), place)[0]


def timeline_entries(newest_last: Sequence[Fact], place: Place) -> list[TimelineEntry]:
    """The records behind some facts, in reverse order, and what kind of thing each was."""
    topics, partition = place.topics, place.partition
    return [
        {
            "at": rfc3339(fact.at_ms),
            "kind": kind if isinstance(kind := fact.kind, str) else KINDS[kind],
            "channel": CHANNELS[fact.channel],
            "topic": topics[fact.topic],
            "partition": partition,
            "offset": fact.offset,
            "id": fact.id,
        }
        for fact in reversed(newest_last)
    ]


def timeline_entry(fact: Fact, place: Place) -> TimelineEntry:
    """The record behind a fact, and what kind of thing it was."""
    return timeline_entries((fact,), place)[0]


def kind_of(fact: Fact) -> str:
    """Its name on the wire."""
    return fact.kind if isinstance(fact.kind, str) else KINDS[fact.kind]


def newest(profile: Profile, role: int, place: Place) -> TimelineEntry | None:
    """The newest fact of a list, None without any."""
    facts = kept(profile, role)
    return timeline_entry(facts[-1], place) if facts else None


def reason_record(reason: Reason, place: Place, as_of_ms: int) -> ReasonRecord:
    """A reason with its words and its evidence, newest first."""
    rule, points, facts = reason
    age, value = "", -1
    if facts:
        newest_fact = facts[-1]
        age, value = _age(as_of_ms - newest_fact.at_ms), newest_fact.answer_millionths // 100_000
    text = _text(rule, len(facts), age, value)
    return {"rule": rule, "points": points, "text": text, "evidence": references(facts, place)}


@lru_cache(maxsize=1 << 12)
def _text(rule: str, n: int, age: str, value: int) -> str:
    """What a rule found, by so many facts; age and answer are those of the newest one."""
    return _TEXT[rule].format(n=n, s="" if n == 1 else "s", age=age, value=value)


def _age(age_ms: int) -> str:
    """How long before the newest event, in the largest whole unit: `3 d ago`, `5 h ago`, `just now`."""
    minutes = age_ms // 60_000
    if minutes < 60:
        return f"{minutes} min ago" if minutes else "just now"
    return f"{minutes // 60} h ago" if minutes < 2880 else f"{minutes // 1440} d ago"
