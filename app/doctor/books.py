"""The books for ever: produced = counted in the profiles + duplicates + distinct dead letters, partition by partition.

`kanarya doctor --books` asks. Everything is read from the topics, with no word of the workers: states from the
changelog up to the offset that its meta record calls applied, dead letters up to the same offset. So it holds while
workers run. What cannot be known any more (dead letters that retention removed, an input topic read from the middle)
is told as such, never guessed.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from aiokafka import TopicPartition

from app import catalogue
from app.counted import counted
from app.doctor.finding import Finding
from app.kafka import reader
from app.reading.letters import letters
from app.reading.records import records
from app.settings import Settings
from app.topics import existing_partitions
from models.codec import META_KEY, Meta, decode_counts, decode_meta, is_profile_key
from models.epoch_fence import EpochFence
from models.redrive import Letter

Say = Callable[[str], object]
_READINGS: Final = 5
"""A partition with open books is read so often again, as long as its worker goes on writing."""
_WHY: Final = "every record read must be in one column: this is what exactness means"
_REPORT: Final = "keep the topics as they are, and report it with the output of `kanarya doctor --books --json`"


class Account(msgspec.Struct):
    """One partition number, up to what its changelog calls applied."""

    partition: int
    applied: dict[str, int] = {}
    """Input topic -> last applied offset."""
    produced: int = 0
    """Offsets of the input topics up to the last applied one, all generations together."""
    touchpoints: int = 0
    """Sum over the profiles."""
    duplicates: int = 0
    """Sum over the profiles."""
    dead_letters: int = 0
    """Distinct ones, by topic, partition and offset of the record."""
    no_records: int = 0
    """Of `produced`, offsets that no consumer gets: markers of transactions, and records taken back."""
    is_renewed: bool = False
    """Whether an input topic was made anew: the dead letters of its generations cannot be told apart."""
    is_cut: bool = False
    """Whether an input topic begins behind its first offset by now, so that it cannot be counted."""

    @property
    def open_records(self) -> int:
        """Produced and in no column; negative: counted more than once."""
        return self.produced - self.no_records - self.touchpoints - self.duplicates - self.dead_letters


async def check_books(settings: Settings, say: Say = lambda _: None) -> Finding:
    """Read changelog and dead letters whole; `say` is told how far it is. Raises `KafkaError`, `StateError`."""
    count = (await existing_partitions(settings)).get(catalogue.changelog(settings), 0)
    accounts = [await _account(settings, number, count, say) for number in range(count)]
    say("reading the dead letters")
    _enter(accounts, await letters(settings))
    again = [account for account in accounts if account.open_records]
    for account in again:
        accounts[account.partition] = await _account_again(settings, account, count, say)
    return judged(accounts, letters_cut=bool(again) and await _letters_cut(settings, count), start=settings.start)


async def _account_again(settings: Settings, account: Account, count: int, say: Say) -> Account:
    """Read a partition whose books are open until they close, or its worker has written nothing in between.

    What a batch writes is cut into RecordBatches, and the meta record in the first of them tells all of it as applied:
    read between two of them, sound books are open.
    """
    for _ in range(_READINGS):
        before = account.applied
        account = await _account(settings, account.partition, count, say)
        _enter([account], await letters(settings))
        if account.open_records > 0:  # there may be offsets without a record
            say(f"counting the records of partition {account.partition}")
            await _count(settings, account)
        if not account.open_records or account.applied == before:
            break
    return account


async def _account(settings: Settings, partition: int, count: int, say: Say) -> Account:
    say(f"reading the states of partition {partition}, the last is {count - 1}")
    newest: dict[bytes, bytes | None] = {}
    fence = EpochFence()
    async for record in records(settings, catalogue.changelog(settings), partition=partition):
        newest.update(fence.counting([(record.key, record.value)]))
    account = Account(partition)
    for key, value in newest.items():
        if value is not None and is_profile_key(key):
            touchpoints, duplicates = decode_counts(value)
            account.touchpoints += touchpoints
            account.duplicates += duplicates
    stored = newest.get(META_KEY)
    meta = decode_meta(stored) if stored is not None else Meta({})
    account.applied = {name: topic.applied for name, topic in meta.topics.items()}
    account.produced = sum(offset + 1 for offset in account.applied.values())
    account.is_renewed = any(topic.generation for topic in meta.topics.values())
    return account


def _enter(accounts: Sequence[Account], found: Sequence[Letter]) -> None:
    """A dead letter is written before the offset of its record counts as applied; later ones are not yet due."""
    by_number = {account.partition: account for account in accounts}
    for topic, partition, offset in {(each.told.topic, each.told.partition, each.told.offset) for each in found}:
        account = by_number.get(partition)
        if account is not None and offset <= account.applied.get(topic, -1):
            account.dead_letters += 1


async def _count(settings: Settings, account: Account) -> None:
    """Find the offsets that hold no record, where the input topics are still whole."""
    places = [TopicPartition(topic, account.partition) for topic in settings.inputs if topic in account.applied]
    async with reader(settings, "books") as consumer:
        begins = await consumer.beginning_offsets(places)
    account.is_cut = any(begins.values())
    if account.is_cut:
        return
    for place in places:
        last = account.applied[place.topic]
        there = 0
        async for record in records(settings, place.topic, partition=place.partition, committed=True):
            there += record.offset <= last
        account.no_records += last + 1 - there


async def _letters_cut(settings: Settings, count: int) -> bool:
    places = [TopicPartition(catalogue.dead_letters(settings), number) for number in range(count)]
    async with reader(settings, "books") as consumer:
        return any((await consumer.beginning_offsets(places)).values())


def judged(accounts: Sequence[Account], *, letters_cut: bool, start: str) -> Finding:
    """The finding over all partitions.

    Args:
        accounts: one for each partition number.
        letters_cut: retention has removed dead letters.
        start: KANARYA_START: anything but `earliest` leaves out what came before.
    """
    sums = {
        name: sum(getattr(account, name) for account in accounts)
        for name in ("produced", "touchpoints", "duplicates", "dead_letters", "no_records")
    }
    rows = [{"open_records": account.open_records} | msgspec.to_builtins(account) for account in accounts]
    details = {**sums, "open_records": sum(abs(account.open_records) for account in accounts), "partitions": rows}
    told = (
        f"{sums['produced'] - sums['no_records']} produced = {sums['touchpoints']} in profiles"
        f" + {counted(sums['duplicates'], 'duplicate')} + {counted(sums['dead_letters'], 'dead letter')}"
    )
    wrong = [account for account in accounts if account.open_records]
    if not wrong:
        what = f"the books are closed: {told}" if sums["produced"] else "nothing has been applied yet"
        return Finding("books", "ok", what, details=details)
    where = ", ".join(f"partition {each.partition} by {each.open_records}" for each in wrong[:8])
    what = f"the books are open ({where}): {told}"
    excuse = _excuse(wrong, letters_cut=letters_cut, start=start)
    if excuse and all(each.open_records > 0 or each.is_renewed for each in wrong):
        return Finding("books", "warn", what, f"it cannot be proven any more: {excuse}", _REPORT, details)
    return Finding("books", "fault", what, _WHY, _REPORT, details)


def _excuse(wrong: Sequence[Account], *, letters_cut: bool, start: str) -> str:
    """What explains records in no column without a fault; empty when nothing does."""
    if any(each.is_renewed for each in wrong):
        return "an input topic was made anew, and dead letters of its generations cannot be told apart"
    if letters_cut:
        return "retention has removed dead letters"
    if start != "earliest":
        return f"the group may have begun in the middle (KANARYA_START = {start})"
    if any(each.is_cut for each in wrong):
        return "retention has removed records of an input topic, perhaps before they were read"
    return ""
