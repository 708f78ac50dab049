"""`agents.ports.RecoverableStore` on disk: one RocksDB for each partition, in one locked folder for each worker.

What is written here has been acknowledged as part of the changelog, so a crash leaves a copy behind the changelog and
never ahead of it; the recovery reads on from the offset that the copy names. A copy that is damaged, of another
changelog, or cannot be followed by the changelog any more, is dropped and read anew.
"""

import shutil
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import structlog

from agents.ports import Item, Stop
from app.engine.disk.fault import Fault, fault_of
from app.engine.disk.folder import Folder
from app.engine.disk.partition import FORMAT, Kept, Partition
from app.engine.disk.recent import Recent
from app.engine.disk.tuning import options

FOLLOWED_MS: Final = 12 * 3_600_000
"""A copy that is behind must not be older: Kafka forgets after 24 h (`delete.retention.ms`) what was deleted."""
_HOUR_MS: Final = 3_600_000
_RECENT_SHARE: Final = 4
"""One part in so many of the memory is for states as they were read or written last."""

log = structlog.get_logger()
T = TypeVar("T")


class _Held:
    """A partition that is here."""

    __slots__ = ("applied", "at_ms", "behind", "copy", "kept_offset", "next_own", "sent_ms")

    def __init__(self, copy: Partition, kept: Kept | None) -> None:
        self.copy = copy
        self.applied = self.kept_offset = -1 if kept is None else kept.offset
        self.at_ms = 0 if kept is None else kept.at_ms
        """When the record at the kept offset was written."""
        self.next_own = self.applied + 1
        """Where this worker's next RecordBatch lands, if it is the only one that writes."""
        self.sent_ms: int | None = None
        """When it sent the last one."""
        self.behind = False
        """Another worker wrote in between: from here on the copy names no higher offset."""


class DiskStore:
    """The states of this worker's partitions."""

    def __init__(
        self,
        folder: Path,
        memory_bytes: int,
        changelog: str,
        *,
        topic_id: Callable[[], str | None],
        end: Callable[[int, int], Awaitable[int]],
        now_ms: Callable[[], int],
        wal: bool = False,
    ) -> None:
        """Lock the folder.

        Args:
            folder: this worker's own; made if it is not there.
            memory_bytes: of all partitions together, for states and blocks read and writes held.
            changelog: name of the topic.
            topic_id: the broker's id of it, if it gives one.
            end: partition and kept offset -> the end offset of the changelog as of now.
            now_ms: wall clock.
            wal: write RocksDB's own log as well; for the benchmark.

        Raises:
            SettingsError: the folder cannot be written, or another worker has it.
        """
        self._folder = Folder(folder)
        self._recent = Recent(memory_bytes // _RECENT_SHARE)
        self._options = options(memory_bytes - memory_bytes // _RECENT_SHARE)
        self._changelog, self._topic_id, self._end, self._now_ms, self._wal = changelog, topic_id, end, now_ms, wal
        self._held: dict[int, _Held] = {}

    async def take(self, partition: int) -> None:
        """Open the copy of a partition, or begin one. Raises `Stop` when the disk does not let it."""
        if partition in self._held:
            return
        copy, kept, why = self._opened(partition)
        try:
            if why is None and kept is not None:
                why = self._cannot_follow(kept, await self._end(partition, kept.offset))
        except BaseException:  # the broker, or a stop: nobody else would close it
            if copy is not None:
                copy.close()
            raise
        if copy is None or why is not None:
            copy, kept = self._anew(partition, copy, why or ""), None
        self._held[partition] = _Held(copy, kept)

    def _opened(self, partition: int) -> tuple[Partition | None, Kept | None, str | None]:
        """The open copy, what it says, and why it cannot be used."""
        mark = self._mark(partition)
        if mark.exists():
            return None, None, mark.read_text() or "a read of it found it damaged"
        copy = kept = None
        try:
            copy = self._open(partition)
            kept = copy.kept()
        except msgspec.MsgspecError:
            return copy, None, "it is not Kanarya's, or of another release"
        except Exception as error:  # rocksdict raises nothing narrower
            if fault_of(error) is not Fault.DAMAGED:
                raise self._stop(partition, error) from error
            log.debug("store_error", said=str(error))
            return copy, None, "it is damaged"
        return copy, kept, None if kept is None else self._foreign(partition, kept)

    def _open(self, partition: int) -> Partition:
        return Partition(self._folder.partition(partition), self._options, wal=self._wal)

    def _foreign(self, partition: int, kept: Kept) -> str | None:
        if kept.format != FORMAT:
            return f"it has format {kept.format}, and this release reads {FORMAT}"
        if (kept.changelog, kept.partition) != (self._changelog, partition):
            return f"it is a copy of {kept.changelog}[{kept.partition}]"
        if kept.offset < 0:
            return "another worker wrote to the changelog when it was new"
        now = self._topic_id()
        if now is not None and kept.topic_id is not None and kept.topic_id != now:
            return "the changelog was deleted and made anew since"
        return None

    def _cannot_follow(self, kept: Kept, end: int) -> str | None:
        """Why the changelog, which ends at `end`, does not lead on from where the copy stands."""
        if kept.offset >= end:
            return f"it goes up to offset {kept.offset}, and the changelog ends at {end}: that was cut or made anew"
        age_ms = self._now_ms() - kept.at_ms
        if kept.offset < end - 1 and age_ms > FOLLOWED_MS:
            return f"it is {age_ms // _HOUR_MS} h old and behind: the changelog may have forgotten what was deleted"
        return None

    def _anew(self, partition: int, copy: Partition | None, why: str) -> Partition:
        """Drop a copy and begin another one."""
        log.warning("store_rebuilt", partition=partition, why=why, then="its states are read from the changelog anew")
        if copy is not None:
            with suppress(Exception):  # it goes
                copy.close()
        path = self._folder.partition(partition)
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            self._mark(partition).unlink(missing_ok=True)
            return self._open(partition)
        except Exception as error:  # rocksdict raises nothing narrower
            raise self._stop(partition, error) from error

    def _mark(self, partition: int) -> Path:
        """A file that stands while a copy is known to be of no use; it may say why."""
        path = self._folder.partition(partition)
        return path.with_name(f"{path.name}.damaged")

    def get(self, partition: int, key: bytes) -> bytes | None:
        """The value of one key. Raises `Stop`."""
        (state,) = self.get_many(partition, [key])
        return state

    def get_many(self, partition: int, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of several keys, in their order. Raises `Stop`."""
        return self._ask(partition, lambda copy: self._recent.get_many(partition, keys, copy.get_many))

    def scan(self, partition: int, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """All items whose key begins with `prefix`, ascending by key. Raises `Stop`."""
        return self._ask(partition, lambda copy: copy.scan(prefix))

    def keys(self, partition: int) -> list[bytes]:
        """All keys, ascending. Raises `Stop`."""
        return self._ask(partition, Partition.keys)

    def count(self, partition: int, prefix: bytes) -> int:
        """How many keys begin with `prefix`; above 100,000 an estimate. Raises `Stop`."""
        return self._ask(partition, lambda copy: copy.count(prefix))

    def _ask(self, partition: int, question: Callable[[Partition], T]) -> T:
        """An answer of a copy that is here. Of one that went none is given: that would make its customers unknown."""
        held = self._held.get(partition)
        if held is None:
            raise Stop(self._changelog, partition, None, "its states are not here: it went to another worker")
        try:
            return question(held.copy)
        except Exception as error:  # rocksdict raises nothing narrower
            raise self._stop(partition, error) from error

    def sent(self, partition: int, first_offset: int, records: int, at_ms: int) -> None:
        """This worker's own RecordBatch stands in the changelog; where it was not expected, others stand before it.

        Or what stood there is lost, if it is before that place. Raises `Stop`.
        """
        held = self._held.get(partition)
        if held is None:
            return
        if first_offset < held.next_own:
            self._cut(partition, held, first_offset)
        if first_offset != held.next_own and not held.behind:
            held.behind = True
            log.warning(
                "store_behind", partition=partition, kept_offset=held.kept_offset, written_offset=first_offset,
                then="another worker wrote to the changelog; the next recovery reads on from the kept offset",
            )  # fmt: skip
        held.next_own, held.sent_ms = first_offset + records, at_ms

    def _cut(self, partition: int, held: _Held, first_offset: int) -> None:
        """The broker has lost what the copy holds: once other records lie at its offset it would pass for whole."""
        held.behind = True
        try:
            self._mark(partition).write_text("the changelog was cut or made anew while this worker wrote it")
        except OSError as error:
            raise self._stop(partition, error) from error
        log.warning(
            "store_behind", partition=partition, kept_offset=held.kept_offset, written_offset=first_offset,
            then="the changelog was cut or made anew; the next recovery reads it from its beginning",
        )  # fmt: skip

    def apply(self, partition: int, items: Iterable[Item], changelog_offset: int, at_ms: int | None = None) -> None:
        """Take over changelog records, in order, the last of them at `changelog_offset`. Raises `Stop`."""
        held = self._held.get(partition)
        if held is None:
            return  # it went meanwhile: its next owner has these from the changelog
        if at_ms is None:
            at_ms = self._now_ms() if held.sent_ms is None else held.sent_ms
        kept_offset, at_ms = (held.kept_offset, 0) if held.behind else (changelog_offset, at_ms)
        at_ms = max(held.at_ms, at_ms)
        kept = Kept(self._changelog, partition, self._topic_id(), kept_offset, at_ms)
        states = dict(items)
        try:
            held.copy.write(states, kept)
        except Exception as error:  # rocksdict raises nothing narrower
            raise self._stop(partition, error) from error
        self._recent.put(partition, states)
        held.applied, held.kept_offset, held.at_ms = changelog_offset, kept_offset, at_ms
        held.next_own = max(held.next_own, changelog_offset + 1)

    def offset(self, partition: int) -> int | None:
        """The changelog offset up to which it is applied."""
        held = self._held.get(partition)
        return None if held is None or held.applied < 0 else held.applied

    def drop(self, partition: int) -> None:
        """The partition went to another worker; its copy stays for the day it comes back."""
        held = self._held.pop(partition, None)
        if held is None:
            return
        self._recent.forget(partition)
        try:
            held.copy.close()
        except Exception as error:  # noqa: BLE001 - rocksdict raises nothing narrower
            log.debug("store_error", said=str(error))
            log.warning(
                "store_not_flushed", partition=partition, why=fault_of(error).value,
                then="the copy is behind; the next recovery reads on from where it stands",
            )  # fmt: skip

    def clear(self) -> None:
        """Start from nothing: no partition, no offset."""
        for partition, held in self._held.items():
            self._recent.forget(partition)
            self._held[partition] = _Held(self._anew(partition, held.copy, "all states are to be read anew"), None)

    def close(self) -> None:
        """Close every copy, and let another worker have the folder."""
        for partition in list(self._held):
            self.drop(partition)
        self._folder.close()

    def _stop(self, partition: int, error: Any) -> Stop:
        """The error as one sentence with its mend."""
        fault = fault_of(error)
        log.debug("store_error", said=str(error))
        path = self._folder.path
        if fault is Fault.FULL:
            said = f"no room is left in {path} (KANARYA_STORE_DIR): make room there and start the worker again"
        elif fault is Fault.REFUSED:
            said = f"{path} (KANARYA_STORE_DIR) may not be written: give this user the right to write all of it"
        elif fault is Fault.DAMAGED:
            with suppress(OSError):  # without the mark the next start finds the same damage
                self._mark(partition).touch()
            said = f"its copy in {path} (KANARYA_STORE_DIR) is damaged: start the worker again, and it is read anew"
        else:
            said = (
                f"the disk under {path} (KANARYA_STORE_DIR) fails; KANARYA_LOG_LEVEL=debug shows how: mend it, or name"
                " a folder on another one"
            )
        return Stop(self._changelog, partition, None, f"{said}; nothing is lost, the changelog holds every state")
