"""Whether what lies on the topics is what must lie there: counts, profiles, alerts, dead letters, books.

`run` calls `judge` when everything has drained. What must come out is computed by `reference` from the records as they
lie on the input topic; which of them are bad is known from the feed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from app.dev.simulate.record import Record
from app.verify.books import Books, balance
from app.verify.outcome import Lying, Outcome
from app.verify.reference import replay as reference
from app.verify.reference.touchpoints import feeling, signals
from models.sentiment import Scored, built_in

PROSE: Final = ("schema", "summary", "text", "policy_version", "scorer")
"""What the reference does not say."""


@dataclass(frozen=True)
class Verdict:
    """What was counted; every field but the first six must be 0."""

    produced: int
    """Records on the input topic."""
    customers: int
    bad: int
    """Records that must become dead letters."""
    dead_letters: int
    """Of different records."""
    alerts: int
    """Different ids that must come out."""
    books: Books
    never_arrived: int
    """Records whose acknowledgement the feed has, and which are not on the topic: the broker lost them."""
    not_ours: int
    """Records on the topic that the feed did not send."""
    lost: int
    """Touchpoints missing in the public profiles."""
    counted_twice: int
    """Touchpoints in the public profiles beyond those that were sent."""
    profiles_differ: int
    """Customers whose public profile is another one than the reference's."""
    two_payloads: int
    """Alert ids with more than one payload."""
    alerts_missing: int
    alerts_extra: int
    alerts_differ: int
    """Alerts whose contents are other ones than the reference's."""
    alerts_disordered: int
    """Customers whose alerts came first in another order than the reference's; copies may come behind newer ones."""
    dead_missing: int
    """Bad records without a dead letter."""
    dead_extra: int
    """Dead letters of good records."""
    dead_wrong: int
    """Dead letters with another reason than the bad record was made for."""
    dead_altered: int
    """Dead letters that do not hold the record's key, value and headers as they came."""
    states_missing: int
    """Customers without a state in the changelog."""
    outbox_left: int
    """Alerts in the changelog that nobody has published."""
    not_applied: int
    """Records behind the last applied offset that the changelog tells."""

    def faults(self) -> list[str]:
        """What is wrong, in words; empty when nothing is."""
        counts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        good = ("produced", "customers", "bad", "dead_letters", "alerts", "books")
        wrong = [f"{name.replace('_', ' ')}: {count}" for name, count in counts.items() if name not in good and count]
        if self.books.difference:
            wrong.append(f"books do not balance: {self.books.told()}")
        return wrong


def judge(
    outcome: Outcome, fed: Iterable[Record], topic: str, progressed: Callable[[], None] = lambda: None
) -> Verdict:
    """Compare; `topic` is the input topic's name, of which alerts tell.

    Takes some half a minute for 200,000 records: the reference is slow by intention. `progressed` is called for each
    good record and each customer; what it raises ends the comparison.
    """
    fed = list(fed)
    sent = Counter((record.key, record.value) for record in fed)
    lying = Counter((each.key, each.value) for each in outcome.inputs)
    reason_of = {(record.key, record.value): record.identity for record in fed if record.role == "bad"}
    bad = {(each.partition, each.offset): each for each in outcome.inputs if (each.key, each.value) in reason_of}
    must = _reference((each for each in outcome.inputs if (each.partition, each.offset) not in bad), topic, progressed)
    counts = {customer_id: profile["touchpoints"] for customer_id, profile in outcome.profiles.items()}
    musts = {customer_id: len(customer.touches) for customer_id, customer in must.customers.items()}
    shown = {customer_id: facts_only(profile) for customer_id, profile in outcome.profiles.items()}
    alerts = {alert["id"]: alert for alert in must.alerts}
    published = {id_: facts_only(json.loads(payloads[0])) for id_, payloads in outcome.alerts.items()}
    expected = {place: reason_of[each.key, each.value] for place, each in bad.items()}
    letters = outcome.dead_letters
    return Verdict(
        produced=len(outcome.inputs),
        customers=len(musts),
        bad=len(bad),
        dead_letters=len(letters),
        alerts=len(alerts),
        books=balance(outcome.profiles.values(), len(letters), len(outcome.inputs)),
        never_arrived=(sent - lying).total(),
        not_ours=len(lying.keys() - sent.keys()),
        lost=_beyond(musts, counts),
        counted_twice=_beyond(counts, musts),
        profiles_differ=sum(shown.get(customer_id) != profile for customer_id, profile in must.profiles.items()),
        two_payloads=sum(len(payloads) > 1 for payloads in outcome.alerts.values()),
        alerts_missing=len(alerts.keys() - published.keys()),
        alerts_extra=len(published.keys() - alerts.keys()),
        alerts_differ=sum(published[id_] != alerts[id_] for id_ in published.keys() & alerts.keys()),
        alerts_disordered=_disordered(alerts, published),
        dead_missing=len(expected.keys() - letters.keys()),
        dead_extra=len(letters.keys() - expected.keys()),
        dead_wrong=sum(letters[place] != expected[place] for place in letters.keys() & expected.keys()),
        dead_altered=len(outcome.dead_altered),
        states_missing=len(musts.keys() - outcome.states),
        outbox_left=outcome.outbox,
        not_applied=_not_applied(outcome, bad),
    )


def facts_only(value: Any) -> Any:
    """The JSON value without what is prose or names the running software."""
    if isinstance(value, dict):
        return {name: facts_only(inner) for name, inner in value.items() if name not in PROSE}
    return [facts_only(inner) for inner in value] if isinstance(value, list | tuple) else value


def _beyond(these: dict[str, int], those: dict[str, int]) -> int:
    return sum(max(0, count - those.get(customer_id, 0)) for customer_id, count in these.items())


def _disordered(must: Mapping[str, Any], seen: Mapping[str, Any]) -> int:
    """Customers of whom the ids that both have come in another order; each partition is read in its own order."""

    def by_customer(ids: Iterable[str]) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for id_ in ids:
            if id_ in must and id_ in seen:
                found[must[id_]["customer_id"]].append(id_)
        return found

    came = by_customer(seen)
    return sum(came[customer_id] != ids for customer_id, ids in by_customer(must).items())


def _not_applied(outcome: Outcome, bad: Collection[tuple[int, int]]) -> int:
    """Good records only: a partition that ends in bad ones may not have told so."""
    return sum(
        each.offset > outcome.applied.get(each.partition, -1)
        for each in outcome.inputs
        if (each.partition, each.offset) not in bad
    )


def _reference(records: Iterable[Lying], topic: str, progressed: Callable[[], None]) -> reference.Outcome:
    scorer = built_in()

    @cache
    def scored(language: str | None, text: str) -> Scored:
        (found,) = scorer.score_many([text], [language])
        return found

    def felt(touch: dict[str, Any]) -> int | None:
        def score(text: str) -> int | None:
            found = scored(touch["language"], text)
            return found.score_milli if found.hits else None

        return feeling(touch, score)

    def told(touch: dict[str, Any]) -> Collection[str]:
        read: Callable[[str], Collection[str]] = lambda text: scored(touch["language"], text).signals  # noqa: E731
        found: Collection[str] = signals(touch, read)
        return found

    lying = (each._asdict() | {"topic": topic} for each in records)
    return reference.replay(lying, felt, told, final_only=True, progressed=progressed)
