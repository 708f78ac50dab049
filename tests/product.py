"""The product without Kafka: its batch fold over records in memory, for comparing and for laws.

`run` feeds records to `agents.fold.fold_batch` as the worker does, batch after batch, and keeps what the worker would
have made durable: state bytes by customer, alerts, dead letters.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.batch import batch_of
from agents.books import Books
from agents.fold import fold_batch
from agents.folded import Rules
from models.alert_record import Place
from models.codec import decode_profile
from models.policy import Policy
from models.profile import new_profile
from models.public_profile import render, view
from models.sentiment import Scored
from models.state import Profile
from tests.happenings import SIGNALS, TEXTS

EPOCH = 1
POLICY = Policy()
PROSE = ("schema", "summary", "text", "policy_version", "scorer")
"""What the oracle does not say."""


class TableScorer:
    """Knows the texts of `tests.happenings` and no other."""

    name = "table"

    def score_many(self, texts: Sequence[str], languages: Sequence[str | None]) -> Sequence[Scored]:
        known = [TEXTS[text] for text in texts]
        told = [SIGNALS.get(text, ()) for text in texts]
        return [
            Scored(milli or 0, 0 if milli is None else 1, "en", signals)
            for milli, signals in zip(known, told, strict=True)
        ]


@dataclass(frozen=True)
class Read:
    """A record as aiokafka would give it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    timestamp_type: int = 0


@dataclass
class Worker:
    """What is durable, and what was published, in order."""

    topics: tuple[str, ...] = ()
    """By small id, in the order in which they were met."""
    partition: int = 0
    rules: Rules = field(default_factory=lambda: Rules(POLICY, TableScorer(), "test"))
    states: dict[bytes, bytes] = field(default_factory=dict)
    alerts: list[bytes] = field(default_factory=list)
    dead: list[tuple[str, int, int]] = field(default_factory=list)
    books: Books = field(default_factory=Books)

    @property
    def place(self) -> Place:
        return Place(self.partition, self.topics)

    def feed(self, records: Sequence[dict[str, Any]], cuts: Collection[int] = ()) -> "Worker":
        """Fold records; a batch ends where the topic changes and before each index in `cuts`."""
        begin = 0
        for end in range(1, len(records) + 1):
            if end == len(records) or end in cuts or records[end]["topic"] != records[begin]["topic"]:
                self._fold(records[begin:end])
                begin = end
        return self

    def _fold(self, records: Sequence[dict[str, Any]]) -> None:
        topic = records[0]["topic"]
        if topic not in self.topics:
            self.topics += (topic,)
        read = [Read(r["offset"], r["timestamp_ms"], r["key"], r["value"], r["headers"]) for r in records]
        batch = batch_of(topic, self.partition, read)

        def load(keys: Sequence[bytes]) -> list[bytes | None]:
            return [self.states.get(key) for key in keys]

        folded = fold_batch(batch, self.topics.index(topic), self.place, EPOCH, self.rules, load)
        self.states |= folded.states
        self.alerts += [outgoing.value for _, outgoing in folded.outbox if outgoing.value is not None]
        self.dead += [_origin(outgoing.headers) for outgoing in folded.dead]
        self.books.add(folded.books)

    def profiles(self) -> dict[str, Profile]:
        """Customer -> state, decoded from its bytes."""
        ids = {key[1:].decode(): value for key, value in self.states.items()}
        return {customer_id: decode_profile(customer_id, value) for customer_id, value in ids.items()}

    def shown(self) -> dict[str, dict[str, Any]]:
        """Customer -> public profile, without prose."""
        policy, scorer = self.rules.policy, self.rules.scorer.name
        profiles = self.profiles().items()
        return {id_: facts_only(json.loads(render(profile, self.place, policy, scorer))) for id_, profile in profiles}

    def shown_at(self, customer_id: str, at_ms: int) -> dict[str, Any]:
        """One public profile at a later time, without prose."""
        profile = self.profiles()[customer_id]
        seen: dict[str, Any] = facts_only(view(profile, self.place, self.rules.policy, self.rules.scorer.name, at_ms))
        return seen

    def told(self) -> list[dict[str, Any]]:
        """The alerts, without prose."""
        return [facts_only(json.loads(alert)) for alert in self.alerts]


def run(records: Sequence[dict[str, Any]], cuts: Collection[int] = ()) -> Worker:
    """A new worker that has folded all records of one partition."""
    return Worker().feed(records, cuts)


def forget(profile: Profile, fields: Sequence[str]) -> None:
    """Make some fields what they are in a new profile."""
    new = new_profile(profile.customer_id)
    for name in fields:
        setattr(profile, name, getattr(new, name))


def facts_only(value: Any) -> Any:
    """The JSON value without what is prose or names the running software."""
    if isinstance(value, dict):
        return {name: facts_only(inner) for name, inner in value.items() if name not in PROSE}
    return [facts_only(inner) for inner in value] if isinstance(value, list | tuple) else value


def _origin(headers: Sequence[tuple[str, bytes | None]]) -> tuple[str, int, int]:
    """The record a dead letter was."""
    told = {name: (value or b"").decode() for name, value in headers if name.startswith("__streams.errors.")}
    return (
        told["__streams.errors.topic"],
        int(told["__streams.errors.partition"]),
        int(told["__streams.errors.offset"]),
    )
