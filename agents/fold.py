"""One batch of records turned into new states, alerts and dead letters: synchronous, and without effect outside.

`agents.profiles` calls `fold_batch` in step 1. Each record is tested in this order: offset guard (replayed),
`decode` (rejected), id ring (duplicate), `observe` (applied). What costs is paid per customer where it can be:
a state is decoded when the batch first needs it and encoded once.
"""

from collections.abc import Callable, Sequence
from typing import Final

from agents.batch import Batch, Record
from agents.books import Books
from agents.folded import Customer, Folded, Rules
from agents.ports import Item, Outgoing
from models.alert import headers, render, to_json
from models.alert_record import Place
from models.codec import encode_outbox, encode_profile, outbox_key, profile_key
from models.dead_letter import dead_letter_headers
from models.envelope import decode
from models.envelope.unknown import SAMPLED, unknown_fields
from models.episode import Step
from models.profile import count_duplicate, feeling, fingerprint, is_duplicate, observe, wants_score
from models.sentiment import Scored
from models.state import Profile
from models.touchpoint import OTHER, Rejected, Touchpoint

GRACE_MS: Final = 300_000
"""An event this much behind its customer's newest is counted as late; it is applied all the same."""
TEXT_BYTES: Final = 64 << 10
"""A longer text is scored by its beginning."""

FAILED, APPLIED, LATE, DUPLICATE = range(4)


Work = tuple[Customer, Touchpoint, Record]


class Fold:
    """The state of one fold; `fold_batch` runs its passes in order."""

    def __init__(self, batch: Batch, topic: int, place: Place, epoch: int, rules: Rules) -> None:
        self.batch, self.topic, self.place, self.epoch, self.rules = batch, topic, place, epoch, rules
        self.customers: dict[bytes | None, Customer] = {}
        self.work: list[Work] = []
        self.outcome = bytearray()
        self.rejected: dict[int, tuple[Record, Rejected]] = {}
        """By offset."""
        self.texts: dict[int, str] = {}
        """By place in `work`."""
        self.scores: dict[int, Scored] = {}
        self.alerts: dict[int, tuple[int, bytes, list[tuple[str, bytes]]]] = {}
        """Place in `work` -> (seq, record value, record headers)."""
        self.books = Books(batches=1, read=len(batch.records))

    def read(self, load: Callable[[Sequence[bytes]], Sequence[bytes | None]]) -> None:
        """Pass 1: guard against replays, decode, and collect the texts to score."""
        ids = list({record.key for record in self.batch.records} - {None})
        raws = dict(zip(ids, load([profile_key(id_) for id_ in ids]), strict=True))  # type: ignore[arg-type]
        customers, work, texts, topic = self.customers, self.work, self.texts, self.topic
        future_ms, max_age_ms = self.rules.future_ms, self.rules.max_age_ms
        replayed = 0
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
            if customer.profile is None:
                customer.restore(touchpoint.customer_id)
                customer.since = len(work)
            if touchpoint.text is not None and wants_score(touchpoint):
                texts[len(work)] = touchpoint.text
            if not offset % SAMPLED:
                self.books.unknown_fields += unknown_fields(record.value)
            touchpoint.topic, touchpoint.offset = topic, offset
            work.append((customer, touchpoint, record))
        self.outcome = bytearray(len(work))
        self.books.replayed = replayed

    def score(self) -> None:
        """One call for all texts of the batch; if it raises, text by text."""
        texts = [self._cut(text) for text in self.texts.values()]
        languages = [self.work[place][1].language for place in self.texts]
        self.books.texts_scored = len(texts)
        if not texts:
            return
        score_many = self.rules.scorer.score_many
        try:
            self.scores = dict(zip(self.texts, score_many(texts, languages), strict=True))
        except Exception:  # noqa: BLE001 - whichever text it was, the others go on
            for place, text, language in zip(self.texts, texts, languages, strict=True):
                try:
                    (self.scores[place],) = score_many([text], [language])
                except Exception as error:  # noqa: BLE001
                    self._reject(place, "scorer", error)

    def _cut(self, text: str) -> str:
        if len(text) * 4 <= TEXT_BYTES or len(raw := text.encode("utf-8", "replace")) <= TEXT_BYTES:
            return text
        self.books.texts_cut += 1
        return raw[:TEXT_BYTES].decode("utf-8", "ignore")

    def observe(self) -> None:
        """Pass 2: take the touchpoints in, in log order."""
        outcome, take, failed = self.outcome, self._take, self.rejected
        for place, (customer, touchpoint, _) in enumerate(self.work):
            if touchpoint.offset in failed:
                continue
            try:
                outcome[place] = take(place, customer.profile, touchpoint)  # type: ignore[arg-type]
            except Exception as error:  # noqa: BLE001 - one touchpoint must not stop the others
                self._refold_without(place, error)

    def _take(self, place: int, profile: Profile, touchpoint: Touchpoint) -> int:
        """Duplicate or applied; an alert is rendered at once, before the customer's next touchpoint."""
        mark = fingerprint(touchpoint.source, touchpoint.id)
        if is_duplicate(profile, mark):
            count_duplicate(profile)
            profile.offsets[self.topic] = touchpoint.offset
            return DUPLICATE
        touchpoint.feeling_milli = feeling(touchpoint, self.scores.get(place))
        late = touchpoint.at_ms < profile.as_of_ms - GRACE_MS
        step = observe(profile, touchpoint, self.rules.policy, mark)
        if step is not None:
            self._render(place, profile, step)
        profile.offsets[self.topic] = touchpoint.offset
        return LATE if late else APPLIED

    def _render(self, place: int, profile: Profile, step: Step) -> None:
        alert = render(profile, step, self.place, self.rules.policy, self.rules.scorer.name)
        self.alerts[place] = (alert["seq"], to_json(alert), headers(alert))

    def _refold_without(self, failed: int, error: Exception) -> None:
        """The live object may be half changed: take the customer's last good bytes and fold the earlier ones again.

        What holds afterwards is taken as last good, so that no touchpoint is folded a third time.
        """
        customer, touchpoint, _ = self.work[failed]
        self._reject(failed, "fold", error)
        profile = customer.restore(touchpoint.customer_id)
        earlier = [place for place in self._places(customer) if place < failed]
        for place in earlier:
            self.alerts.pop(place, None)
            self.outcome[place] = self._take(place, profile, self.work[place][1])
        if earlier:
            customer.good = encode_profile(profile, self.epoch)
        customer.since = failed + 1

    def _refold_by_one(self, customer: Customer) -> bytes | None:
        """The state cannot be encoded: fold again and look after each touchpoint which one it is."""
        for place in self._places(customer):
            touchpoint = self.work[place][1]
            self.alerts.pop(place, None)
            profile = customer.restore(touchpoint.customer_id)
            try:
                self.outcome[place] = self._take(place, profile, touchpoint)
                customer.good = encode_profile(profile, self.epoch)
            except Exception as error:  # noqa: BLE001
                self.alerts.pop(place, None)
                self._reject(place, "fold", error)
        return customer.good

    def _places(self, customer: Customer) -> list[int]:
        """Where in the work stand the customer's touchpoints that took effect and are not in the good bytes."""
        places = range(customer.since, len(self.work))
        return [place for place in places if self.work[place][0] is customer and self.outcome[place]]

    def _reject(self, place: int, step: str, error: Exception) -> None:
        self.outcome[place] = FAILED
        record = self.work[place][2]
        detail = f"value: the {step} failed on it ({type(error).__name__})"
        self.rejected[record.offset] = (record, Rejected("handler_error", detail))
        self.books.handler_error += 1

    def finish(self) -> Folded:
        """Encode each changed customer once, and lay everything out as it will be written."""
        states: dict[bytes, bytes] = {}
        changed: list[tuple[bytes, Customer]] = []
        for customer in self.customers.values():
            if customer.profile is None or customer.id is None:
                continue
            try:
                value: bytes | None = encode_profile(customer.profile, self.epoch)
            except Exception:  # noqa: BLE001
                value = self._refold_by_one(customer)
            if value is not None and customer.profile.offsets.get(self.topic, -1) > customer.last:
                key = profile_key(customer.id)
                states[key] = value
                changed.append((key, customer))
        outbox = self._outbox()
        groups: list[list[Item]] = [[(key, states[key]), *customer.outbox] for key, customer in changed]
        new = {customer.id for _, customer in changed}
        dirty = [id_ for id_, c in self.customers.items() if id_ is not None and (c.raw is not None or id_ in new)]
        self._count(len(states), len(outbox))
        return Folded(states, groups, outbox, self._dead_letters(), dirty, self.books)

    def _outbox(self) -> list[tuple[bytes, Outgoing]]:
        entries = []
        for place in sorted(self.alerts):
            seq, value, alert_headers = self.alerts[place]
            customer, touchpoint, _ = self.work[place]
            key = outbox_key(self.topic, touchpoint.offset, seq)
            assert customer.id is not None
            customer.outbox.append((key, encode_outbox(value, alert_headers, customer.id, self.epoch)))
            entries.append((key, Outgoing(customer.id, value, alert_headers)))
        return entries

    def _dead_letters(self) -> list[Outgoing]:
        batch, group = self.batch, self.rules.group
        return [
            Outgoing(
                record.key,
                record.value,
                dead_letter_headers(
                    rejected, batch.topic, batch.partition, offset, record.timestamp, record.headers, group
                ),
            )
            for offset, (record, rejected) in sorted(self.rejected.items())
        ]

    def _count(self, states: int, alerts: int) -> None:
        books, outcome = self.books, self.outcome
        books.late = outcome.count(LATE)
        books.applied = outcome.count(APPLIED) + books.late
        books.duplicate = outcome.count(DUPLICATE)
        books.rejected = len(self.rejected)
        books.alerts = alerts
        books.profiles_written = states
        books.unknown_channel = sum([w[1].channel_code == OTHER and w[1].channel != "other" for w in self.work])
        books.custom_kind = sum(["." in w[1].kind for w in self.work])


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
