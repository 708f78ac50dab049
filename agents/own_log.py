"""The changelog partition as its owner writes it: fenced against others, and mended behind them.

`agents.profiles` opens a partition and writes its batches through it. An owner is the only writer, so it knows at which
offset each RecordBatch of its must lie. If one lies behind another place, or the end has moved while nothing was
written, somebody else wrote: a worker that was frozen until its partitions belonged to another, or a retried send that
arrived twice. What counts is settled by the log alone (`models.epoch_fence`):

- Before the owner's opening record: what lies there counts, whoever wrote it; the owner takes it over.
- Behind it: what is of its epoch or an older one does not count. The compaction knows nothing of epochs and would keep
  it, so the owner writes its own value again for every key found there.
- A higher epoch: a newer owner has opened the partition, and this worker is the one that woke up late. Nothing of what
  it was writing counts, so nothing of it may be applied, published or committed (`FencedError`).

And if one lies *before* its place, the broker has lost what it had acknowledged: the changelog was deleted and made
anew, or its newest records went with a broker. The owner still holds every state, and writes all of them again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from agents.books import Books
from agents.ports import Changelog, ChangelogRecord, Item, Say, Stop, Store
from models.codec import META_KEY, Meta, TopicMeta, decode_meta, encode_meta, is_profile_key, restamped
from models.epoch_fence import EpochFence
from models.generation import present

FRESH_S: Final = 1.0
"""An answer that took longer may be of before another worker opened the partition."""
_GRACE_S: Final = 0.5
"""Who must go waits no longer for the answer to an idle owner's question: the broker may be away."""
_AT_ONCE: Final = 10_000
"""Keys that are read from the store and written again together."""


class FencedError(Exception):
    """A newer owner has opened the partition."""

    def __init__(self, epoch: int, newest: int) -> None:
        super().__init__(f"opened at epoch {epoch}, and by another worker at epoch {newest}")
        self.epoch = epoch
        self.newest = newest

    def stop(self, topic: str, partition: int) -> Stop:
        """What a worker stops with from which no rebalance takes the partition."""
        return Stop(
            topic, partition, None,
            f"another worker has opened it (at epoch {self.newest}, this one at {self.epoch}), and the group has not"
            " taken the partition from this one. If that was a frozen worker that woke up and is gone, a restart is"
            " enough; if this comes again, look for a second installation with this KANARYA_GROUP",
        )  # fmt: skip


class OwnLog:
    """One partition of the changelog, from one assignment to its revocation."""

    def __init__(
        self, partition: int, topics: Sequence[str], store: Store, changelog: Changelog, fence: EpochFence,
        books: Sequence[Books], say: Say, warn: Say,
    ) -> None:  # fmt: skip
        """`fence`: has read what the store holds; `books`: all that are to count.

        Raises `StateError` when the meta record cannot be read.
        """
        self._partition, self._topics, self._store, self._changelog = partition, topics, store, changelog
        self._fence, self._books, self._say, self._warn = fence, books, say, warn
        self.meta = self._as_next_owner()
        self._next = self._behind_store()
        """Where the next RecordBatch must lie."""
        self._own_begin = -1
        """Where the last one lies."""
        self._cut_at: int | None = None
        """Where a RecordBatch landed for which the broker must have lost others; None while it has lost none."""
        self._fenced: FencedError | None = None
        self._writing = asyncio.Lock()  # what is under way is not to be taken for somebody else's
        self._question: asyncio.Task[int] | None = None
        """An idle owner's, for the end; `at_rest` may give it up, as nothing hangs on the answer."""

    def _as_next_owner(self) -> Meta:
        stored = self._store.get(self._partition, META_KEY)
        return next_owner(decode_meta(stored) if stored is not None else Meta({}), self._topics)

    def _behind_store(self) -> int:
        held = self._store.offset(self._partition)
        return 0 if held is None else held + 1

    async def open(self) -> list[bytes]:
        """Write the opening record, behind which nobody else's counts; take over what arrived since the recovery.

        Then write again what an older owner overwrote. Returns its customers. Raises `Stop` and `StateError`.
        """
        while True:
            meta = (META_KEY, encode_meta(self.meta))
            (span,) = await self._changelog.send(self._partition, [], meta, self._next)
            begin = max(self._next, self._behind_store())
            self._landed(span, begin)
            if begin < span.start:
                counting = self._fence.counting(_items(await self._between(begin, span.start)))
                self._store.apply(self._partition, counting, span.start - 1)
                tried, self.meta = self.meta, self._as_next_owner()
                if self.meta.epoch > tried.epoch:
                    continue  # another one opened it at the same epoch, before this one
            self._store.apply(self._partition, self._fence.counting([meta]), span.stop - 1)
            break
        fence = self._fence
        stale, records = fence.stale - {META_KEY}, fence.late
        fence.stale, fence.late = set(), 0
        found = await self._make_whole()
        return await self._mend(stale | self._differing(found), records + len(found))

    async def write(self, groups: list[list[Item]]) -> list[bytes]:
        """Write one batch's items with the meta record, and apply them; returns customers whose states it mended.

        Raises `Stop`, `StateError` and `FencedError`; then nothing is applied.
        """
        async with self._turn():
            found = await self._append(groups)
            found += await self._make_whole()
            return await self._mend(self._differing(found), len(found)) if found else []

    async def look(self) -> list[bytes]:
        """Whether somebody else wrote while nothing was to be written; as `write`.

        Finds nothing where `at_rest` gives the question up.
        """
        async with self._turn():
            self._question = question = asyncio.create_task(self._changelog.end(self._partition))
            try:
                await asyncio.wait({question})
            finally:
                self._question = None
                question.cancel()
            return [] if question.cancelled() else await self._mend_before(question.result())

    async def look_afresh(self, monotonic_s: Callable[[], float]) -> list[bytes]:
        """The same by an answer that is there, and not old: this worker may be frozen between question and answer."""
        customers: list[bytes] = []
        while True:
            began_s = monotonic_s()
            async with self._turn():
                customers += await self._mend_before(await self._changelog.end(self._partition))
            if monotonic_s() - began_s < FRESH_S:
                return customers

    async def _mend_before(self, end: int) -> list[bytes]:
        """What `end`, as the broker has told it, gives to do."""
        if 0 <= end <= self._own_begin:  # before what was acknowledged: where another write lands tells why
            found = [*await self._append([]), *await self._make_whole()]
        elif end <= self._next:
            return []
        else:
            found = list(await self._changelog.read(self._partition, self._next, end))
            self._next = max([end, *(record.offset + 1 for record in found)])
            self._refuse_newer(found)
        return await self._mend(self._differing(found), len(found))

    async def at_rest(self) -> None:
        """Return once nothing is being written: cut off while it makes the changelog whole, it would leave a part.

        A question of `look` that stays without an answer is given up: while the broker is away there is none, and what
        it would have found the next owner finds when it opens the partition.
        """
        if (question := self._question) is not None:
            await asyncio.wait({question}, timeout=_GRACE_S)
            question.cancel()
        async with self._writing:
            pass

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with self._writing:
            if self._fenced is not None:
                raise self._fenced
            yield

    async def _append(self, groups: list[list[Item]]) -> list[ChangelogRecord]:
        """Write and apply; returns what others wrote since."""
        meta = (META_KEY, encode_meta(self.meta))
        found = await self._send(groups, meta)
        self._store.apply(self._partition, [meta, *(item for group in groups for item in group)], self._next - 1)
        return found

    async def _send(self, groups: list[list[Item]], meta: Item) -> list[ChangelogRecord]:
        found: list[ChangelogRecord] = []
        for span in await self._changelog.send(self._partition, groups, meta, self._next):
            if span.start > self._next:
                found += await self._between(self._next, span.start)
            self._landed(span, self._next)
        if found:
            self._refuse_newer(found)
        return found

    def _landed(self, span: range, expected: int) -> None:
        if span.start < expected:
            self._cut_at = span.start
        self._own_begin, self._next = span.start, span.stop

    async def _make_whole(self) -> list[ChangelogRecord]:
        """Write all states again where the broker has lost some; returns what others wrote meanwhile.

        Until all are there the meta record says that nothing is applied: whoever finds but a part of them is refused
        (`agents.lost_states`). Alerts go first: of those whose customers are missing the input gives the same again.
        """
        found: list[ChangelogRecord] = []
        while self._cut_at is not None:
            nothing = {name: TopicMeta(each.id, each.generation, -1) for name, each in present(self.meta).items()}
            meta = (META_KEY, encode_meta(Meta(self.meta.topics | nothing, self.meta.epoch)))
            keys = [key for key in reversed(self._store.keys(self._partition)) if key != META_KEY]
            told = {"partition": self._partition, "keys": len(keys)}
            self._warn("changelog_cut", **told, offset=self._cut_at)
            self._cut_at = None
            self._fence.stale.update(keys)  # should it be cut off, this worker's next opening goes on
            for first in range(0, len(keys), _AT_ONCE):
                own = [self._own(key) for key in keys[first : first + _AT_ONCE]]
                found += await self._send([[item] for item in own], meta)
                self._store.apply(self._partition, own, self._next - 1)
            found += await self._append([])
            self._fence.stale.difference_update(keys)
            self._say("changelog_made_whole", **told)
        return found

    async def _between(self, begin: int, end: int) -> list[ChangelogRecord]:
        return [record for record in await self._changelog.read(self._partition, begin, end) if record.offset < end]

    def _refuse_newer(self, found: Sequence[ChangelogRecord]) -> None:
        fence = EpochFence(encode_meta(self.meta))
        fence.counting(_items(found))
        if fence.newest > self.meta.epoch:
            self._fenced = FencedError(self.meta.epoch, fence.newest)
            raise self._fenced

    def _differing(self, found: Sequence[ChangelogRecord]) -> set[bytes]:
        """Keys whose last value among these is not the owner's, of its epoch."""
        meta = {META_KEY: (META_KEY, encode_meta(self.meta))}
        return {item[0] for item in dict(_items(found)).items() if item != meta.get(item[0], self._own(item[0]))}

    async def _mend(self, stale: set[bytes], records: int) -> list[bytes]:
        """Write the owner's values of these keys, until nobody writes in between; returns the customers among them."""
        customers: set[bytes] = set()
        while stale:
            told = {"partition": self._partition, "keys": len(stale)}
            self._warn("foreign_write_found", **told, records=records, epoch=self.meta.epoch)
            for books in self._books:
                books.foreign_records += records
                books.keys_mended += len(stale)
            customers.update(key[1:] for key in stale if is_profile_key(key))
            self._fence.stale |= stale  # should it be cut off, this worker's next opening goes on
            found = await self._append([[self._own(key)] for key in sorted(stale) if key != META_KEY])
            self._fence.stale -= stale
            self._say("foreign_write_mended", **told)
            stale, records = self._differing(found), len(found)
        return sorted(customers)

    def _own(self, key: bytes) -> Item:
        """This owner's value, of its epoch; a key that it does not have is deleted."""
        value = self._store.get(self._partition, key)
        return key, None if value is None else restamped(value, self.meta.epoch)


def _items(records: Sequence[ChangelogRecord]) -> list[Item]:
    return [(record.key, record.value) for record in records if record.key is not None]


def next_owner(meta: Meta, topics: Sequence[str]) -> Meta:
    """The meta record as a new owner writes it: one epoch on, and a small id for every input topic."""
    known = dict(meta.topics)
    for name in topics:
        if name not in known:
            known[name] = TopicMeta(len(known), 0, -1)
    return Meta(known, meta.epoch + 1)
