"""What the loops need from outside, as Protocols; `app.topology` gives the real ones, tests give their own."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from agents.batch import Batch

Item = tuple[bytes, bytes | None]
"""Key and value of a changelog record; None deletes the key."""
Say = Callable[..., object]
"""Logs an event with keys."""


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A record to be published."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


class Delivery(Protocol):
    """One fetched batch on loan: what is told here moves back-pressure and the committable offset."""

    @property
    def batch(self) -> Batch:
        """The records, until it is applied; then only where they lay."""

    @property
    def is_current(self) -> bool:
        """Whether its partition was neither revoked nor sought since: if it was, these records are read again."""

    def applied(self) -> None:
        """Its states are durable and in the store: room for another batch. Its records may be let go."""

    def held(self) -> None:
        """It waits for a person: it takes no room from other partitions, and of its own nothing more is fetched."""

    def released(self) -> None:
        """It waits no more: its partition is fetched again."""

    def done(self) -> None:
        """Everything that follows from it is published: its offset may be committed."""


class Store(Protocol):
    """The states of the partitions on this worker, as bytes; in memory, or on disk behind the same calls.

    On disk every call may raise `Stop`, and reading a partition that is not here does.
    """

    def get(self, partition: int, key: bytes) -> bytes | None:
        """The value of one key."""

    def get_many(self, partition: int, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of several keys, in their order."""

    def apply(self, partition: int, items: Iterable[Item], changelog_offset: int, at_ms: int | None = None) -> None:
        """Take over changelog records, in order, the last of them at `changelog_offset`; both or neither.

        `at_ms`: when the last of them was written, epoch ms; 0 if unknown, None for those just sent.
        """

    def scan(self, partition: int, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """All items whose key begins with `prefix`, ascending by key."""

    def keys(self, partition: int) -> list[bytes]:
        """All keys, ascending; no value is held in memory for it."""

    def count(self, partition: int, prefix: bytes) -> int:
        """How many keys begin with `prefix`; on disk an estimate when they are many."""

    def offset(self, partition: int) -> int | None:
        """The changelog offset up to which it is applied: the recovery reads on behind it. None: from the beginning."""


class RecoverableStore(Store, Protocol):
    """What the engine asks of a store besides, to fill it from the changelog and to let partitions go."""

    async def take(self, partition: int) -> None:
        """The partition is this worker's from now on; one that it has already stays as it is. May raise `Stop`."""

    def sent(self, partition: int, first_offset: int, records: int, at_ms: int) -> None:
        """This worker's RecordBatch of `at_ms` stands in the changelog from `first_offset` on; `apply` follows.

        May raise `Stop`.
        """

    def drop(self, partition: int) -> None:
        """The partition went to another worker; its offset goes too, until it is taken again."""

    def clear(self) -> None:
        """Start from nothing: no state, no offset."""

    def close(self) -> None:
        """The worker ends: let everything go."""


class ChangelogRecord(Protocol):
    """A record as it lies in the changelog."""

    @property
    def offset(self) -> int:
        """Place in the partition."""

    @property
    def key(self) -> bytes | None:
        """See `models.state_envelope`."""

    @property
    def value(self) -> bytes | None:
        """The same; None deletes the key."""


class Changelog(Protocol):
    """The one durable place of states and outbox entries."""

    @property
    def topic(self) -> str:
        """Its name."""

    async def send(self, partition: int, groups: Iterable[Sequence[Item]], meta: Item, expected: int) -> list[range]:
        """Write `groups` and return the offsets of each RecordBatch, once the broker has acknowledged all.

        The items of one group never part over two RecordBatches, and `meta` begins each RecordBatch. The next
        RecordBatch is sent when the one before it is acknowledged. `expected` is the first offset at which they may
        lie. Raises `Stop` when the broker refuses one; then nothing more of this call is sent.
        """

    async def read(self, partition: int, begin: int, end: int) -> Sequence[ChangelogRecord]:
        """What lies from `begin` on, at least to `end`; waits while the broker is away."""

    async def end(self, partition: int) -> int:
        """An offset that is not beyond the partition's end, and beyond the first record of its last RecordBatch.

        -1 while the broker does not tell.
        """


class Publisher(Protocol):
    """A topic that others read."""

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        """Returns when the broker has acknowledged all; raises `Stop` when it refuses one.

        `partition` is the input partition they stem from; where they go is the publisher's matter.
        """


SourceEnds = Callable[[int, Mapping[str, int]], Awaitable[Mapping[str, int]]]
"""Partition number, topic -> highest applied offset; gives the end offset of each input topic as of now.

An end that is not beyond the applied offset is looked at closely, as the worker will refuse the topic for it.
"""


Committed = Callable[[int], Awaitable[Mapping[str, int]]]
"""Partition number -> input topic -> the offset that the group has committed behind records it has dealt with. Topics
where it has only set its beginning, or where a person has set its place, are left out."""


class Stop(Exception):  # noqa: N818 - it is an instruction to the worker, the error is its cause
    """The worker must stop. The message is one plain sentence that begins with `topic[partition]@offset`."""

    def __init__(self, topic: str, partition: int, offset: int | None, sentence: str) -> None:
        place = f"{topic}[{partition}]" if offset is None else f"{topic}[{partition}]@{offset}"
        super().__init__(f"{place}: {sentence}")
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.sentence = sentence

    def met_at(self, batch: Batch) -> "Stop":
        """The same, told by the place of the batch that was worked on."""
        return Stop(
            batch.topic, batch.partition, batch.first_offset,
            f"what follows from it is not written: {self}; once that is mended, a restarted worker goes on here",
        )  # fmt: skip
