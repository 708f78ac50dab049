"""One batch of records turned into new states, alerts and dead letters: synchronous, and without effect outside.

`agents.profiles` calls `fold_batch` in step 1. Each record is tested in this order: offset guard (replayed),
`decode` (rejected), id ring (duplicate), `observe` (applied). What costs is paid per customer where it can be:
a state is decoded when the batch first needs it and encoded once.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Final

from agents.batch import Batch, Record
from agents.books import Books
from agents.customer import Customer, Work
from agents.folded import Folded, Rules
from agents.ports import Item, Outgoing
from models.alert import headers, render, to_json
from models.alert_record import Place
from models.codec import encode_outbox, encode_profile, last_offset, outbox_key, profile_key
from models.dead_letter import dead_letter_headers
from models.envelope import decode
from models.envelope.unknown import SAMPLED, unknown_fields
from models.facts import roles_of_signals
from models.profile import count_duplicate, feeling, fingerprint, is_duplicate, observe, wants_score
from models.sentiment import Scored
from models.sentiment.mail import own_words
from models.state import Profile
from models.touchpoint import OTHER, Rejected, Touchpoint

GRACE_MS: Final = 300_000
"""An event this much behind its customer's newest is counted as late; it is applied all the same."""
TEXT_BYTES: Final = 64 << 10
"""A longer text is scored by its beginning."""

FAILED, APPLIED, LATE, DUPLICATE = range(4)


class Fold:
    """The state of one fold; `fold_batch` runs its passes in order."""

    def __init__(self, batch: Batch, topic: int, place: Place, epoch: int, rules: Rules) -> None:
        self.batch, self.topic, self.place, self.epoch, self.rules = batch, topic, place, epoch, rules
        self.customers: dict[bytes | None, Customer] = {}
        self.outcome = bytearray()
        """By place in the batch's work, that is among the touchpoints decoded."""
        self.rejected: dict[int, tuple[Record, Rejected]] = {}
        """By offset."""
        self.said: list[Work] = []
        """The touchpoints whose text is to be scored."""
        self.scores: dict[int, Scored] = {}
        """By place."""
        self.alerts: dict[int, tuple[int, bytes, list[tuple[str, bytes]]]] = {}
        """Place -> (seq, record value, record headers), of the customer that is being folded."""
        self.outbox: list[tuple[int, bytes, Outgoing]] = []
        """(source offset, changelog key, alert record), by customer."""
        self.states: dict[bytes, bytes] = {}
        self.groups: list[list[Item]] = []
        self.books = Books(batches=1, read=len(batch.records))

    def read(self, load: Callable[[Sequence[bytes]], Sequence[bytes | None]]) -> None:
        """Pass 1: guard against replays, decode, and collect the texts to score."""
        ids = list({record.key for record in self.batch.records} - {None})
        raws = dict(zip(ids, load([profile_key(id_) for id_ in ids]), strict=True))  # type: ignore[arg-type]
        customers, said, books, topic = self.customers, self.said, self.books, self.topic
        future_ms, max_age_ms = self.rules.future_ms, self.rules.max_age_ms
        place = replayed = 0
        for record in self.batch.records:
            id_ = record.key
            customer = customers.get(id_)
            if customer is None:
                customer = customers[id_] = Customer(id_, raws.get(id_), topic)
            offset = record.offset
            if offset <= customer.last:
                replayed += 1
                continue
            touchpoint = decode(
                id_, record.value, record.headers, record.timestamp, future_ms=future_ms, max_age_ms=max_age_ms
            )
            if isinstance(touchpoint, Rejected):
                self.rejected[offset] = (record, touchpoint)
                continue
            touchpoint.topic, touchpoint.offset = topic, offset
            touchpoint.attributes = None  # nobody reads them, and a batch of them would not fit the cache
            work = (place, touchpoint, record)
            if touchpoint.text is not None and wants_score(touchpoint):
                said.append(work)
            if touchpoint.channel_code == OTHER and touchpoint.channel != "other":
                books.unknown_channel += 1
            if "." in touchpoint.kind:
                books.custom_kind += 1
            if not offset % SAMPLED:
                books.unknown_fields += unknown_fields(record.value)
            customer.work.append(work)
            place += 1
        self.outcome = bytearray(place)
        books.replayed = replayed

    def score(self) -> None:
        """One call for all texts of the batch; if it raises, text by text."""
        said = self.said
        texts = [self._cut(touchpoint.text or "", touchpoint.channel) for _, touchpoint, _ in said]
        languages = [touchpoint.language for _, touchpoint, _ in said]
        self.books.texts_scored = len(texts)
        if not texts:
            return
        score_many = self.rules.scorer.score_many
        try:
            self.scores = {work[0]: scored for work, scored in zip(said, score_many(texts, languages), strict=True)}
        except Exception:  # noqa: BLE001 - whichever text it was, the others go on
            for work, text, language in zip(said, texts, languages, strict=True):
                try:
                    (self.scores[work[0]],) = score_many([text], [language])
                except Exception as error:  # noqa: BLE001
                    self._reject(work, "scorer", error)
        said.clear()

    def _cut(self, text: str, channel: str) -> str:
        """What of a text is scored: its beginning, and of a mail only what its writer said."""
        if len(text) * 4 > TEXT_BYTES and len(raw := text.encode("utf-8", "replace")) > TEXT_BYTES:
            self.books.texts_cut += 1
            text = raw[:TEXT_BYTES].decode("utf-8", "ignore")
        return own_words(text) if channel == "email" else text

    def observe(self) -> None:
        """Pass 2: customer by customer, take the touchpoints in, in log order, and encode the state once.

        One live profile at a time: it stays in the processor's cache, and its memory serves the next one.
        """
        for customer in self.customers.values():
            if customer.work and customer.id is not None:
                self._fold(customer)
                customer.work = []

    def _fold(self, customer: Customer) -> None:
        """Raises `StateError`."""
        outcome, take, failed = self.outcome, self._take, self.rejected
        profile = customer.restore()
        for place, touchpoint, _ in customer.work:
            if failed and touchpoint.offset in failed:
                continue
            try:
                outcome[place] = take(place, profile, touchpoint)
            except Exception as error:  # noqa: BLE001 - one touchpoint must not stop the others
                profile = self._refold_without(customer, place, error)
        try:
            value: bytes | None = encode_profile(profile, self.epoch)
            applied = profile.offsets.get(self.topic, -1)
        except Exception:  # noqa: BLE001
            value = self._refold_by_one(customer)
            applied = -1 if value is None else last_offset(value, self.topic)
        if value is not None and applied > customer.last:
            self._keep(customer, value)
        self.alerts.clear()

    def _keep(self, customer: Customer, state: bytes) -> None:
        """Lay out what is written of a customer: the new state, and the alerts that must not part from it."""
        id_ = customer.id
        assert id_ is not None
        key = profile_key(id_)
        group: list[Item] = [(key, state)]
        if self.alerts:
            for place, touchpoint, _ in customer.work:
                alert = self.alerts.get(place)
                if alert is not None:
                    seq, value, alert_headers = alert
                    entry_key = outbox_key(self.topic, touchpoint.offset, seq)
                    group.append((entry_key, encode_outbox(value, alert_headers, id_, self.epoch)))
                    self.outbox.append((touchpoint.offset, entry_key, Outgoing(id_, value, alert_headers)))
        customer.changed = True
        self.states[key] = state
        self.groups.append(group)

    def _take(self, place: int, profile: Profile, touchpoint: Touchpoint) -> int:
        """Duplicate or applied; an alert is rendered at once, before the customer's next touchpoint."""
        mark = fingerprint(touchpoint.source, touchpoint.id)
        if is_duplicate(profile, mark):
            count_duplicate(profile)
            profile.offsets[self.topic] = touchpoint.offset
            return DUPLICATE
        scored = self.scores.get(place)
        touchpoint.feeling_milli = feeling(touchpoint, scored)
        if scored is not None and scored.signals:
            touchpoint.signal_roles = roles_of_signals(scored)
        late = touchpoint.at_ms < profile.as_of_ms - GRACE_MS
        policy = self.rules.policy
        step = observe(profile, touchpoint, policy, mark)
        if step is not None:
            alert = render(profile, step, self.place, policy, self.rules.scorer.name)
            self.alerts[place] = (alert["seq"], to_json(alert), headers(alert))
        profile.offsets[self.topic] = touchpoint.offset
        return LATE if late else APPLIED

    def _refold_without(self, customer: Customer, failed: int, error: Exception) -> Profile:
        """The live object may be half changed: take the customer's last good bytes and fold the earlier ones again.

        What holds afterwards is taken as last good, so that no touchpoint is folded a third time.
        """
        profile = customer.restore()
        earlier = False
        for work in customer.work[customer.held :]:
            place, touchpoint, _ = work
            customer.held += 1
            if place == failed:
                self._reject(work, "fold", error)
                break
            if self.outcome[place]:
                self.alerts.pop(place, None)
                self.outcome[place] = self._take(place, profile, touchpoint)
                earlier = True
        if earlier:
            customer.good = encode_profile(profile, self.epoch)
        return profile

    def _refold_by_one(self, customer: Customer) -> bytes | None:
        """The state cannot be encoded: fold again and look after each touchpoint which one it is."""
        for work in customer.work[customer.held :]:
            place, touchpoint, _ = work
            if not self.outcome[place]:
                continue
            self.alerts.pop(place, None)
            profile = customer.restore()
            try:
                self.outcome[place] = self._take(place, profile, touchpoint)
                customer.good = encode_profile(profile, self.epoch)
            except Exception as error:  # noqa: BLE001
                self.alerts.pop(place, None)
                self._reject(work, "fold", error)
        return customer.good

    def _reject(self, work: Work, step: str, error: Exception) -> None:
        place, _, record = work
        self.outcome[place] = FAILED
        detail = f"value: the {step} failed on it ({type(error).__name__})"
        self.rejected[record.offset] = (record, Rejected("handler_error", detail))
        self.books.handler_error += 1

    def finish(self) -> Folded:
        """Put together what was folded."""
        self.outbox.sort(key=itemgetter(0))
        outbox = [(key, record) for _, key, record in self.outbox]
        dirty = [id_ for id_, c in self.customers.items() if id_ is not None and (c.changed or c.good is not None)]
        self._count()
        reasons: dict[int, str] = {offset: rejected.reason for offset, (_, rejected) in self.rejected.items()}
        return Folded(self.states, self.groups, outbox, self._dead_letters(), dirty, self.books, reasons)

    def _dead_letters(self) -> list[Outgoing]:
        batch, group = self.batch, self.rules.group
        return [
            Outgoing(
                record.key,
                record.value,
                dead_letter_headers(
                    rejected,
                    batch.topic,
                    batch.partition,
                    offset,
                    record.timestamp,
                    record.headers,
                    group,
                    timestamp_type=record.timestamp_type,
                ),
            )
            for offset, (record, rejected) in sorted(self.rejected.items())
        ]

    def _count(self) -> None:
        books, outcome = self.books, self.outcome
        books.late = outcome.count(LATE)
        books.applied = outcome.count(APPLIED) + books.late
        books.duplicate = outcome.count(DUPLICATE)
        books.rejected = len(self.rejected)
        books.alerts = len(self.outbox)
        books.profiles_written = len(self.states)


def fold_batch(
    batch: Batch,
    topic: int,
    place: Place,
    epoch: int,
    rules: Rules,
    load: Callable[[Sequence[bytes]], Sequence[bytes | None]],
) -> Folded:
    """Fold a batch on the states that `load` gives.

    Args:
        topic: small id of the batch's topic; `place.topics` names it.
        load: changelog keys -> the newest state bytes of each, None for an unknown customer.

    Raises:
        StateError: a state cannot be decoded; the worker must stop.
    """
    fold = Fold(batch, topic, place, epoch, rules)
    fold.read(load)
    fold.score()
    fold.observe()
    return fold.finish()
