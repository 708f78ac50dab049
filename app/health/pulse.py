"""The worker's pulse: every second it looks at its partitions, writes its status, and touches its file if all get on.

`app.worker` runs it on the event loop that folds: a loop that is held up touches nothing.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import structlog

from agents.books import Books, columns
from app.counted import counted
from app.health.progress import Progress, Seen
from app.health.status import PartitionStatus, Status, TopicStatus, at, now_ms, write
from app.settings import Settings, SettingsError

EVERY_S: Final = 1.0
_HEALTHY: Final = frozenset({"serving", "draining"})
_FOLLOWS_PARTITIONS: Final = frozenset({"joining", "serving"})
_OPENED: Final = frozenset({"open", "held", "standby"})

log = structlog.get_logger()


class Pulse:
    """What is touched and written; does nothing without `health_file`."""

    def __init__(
        self,
        settings: Settings,
        books: Books,
        books_of: Mapping[int, Books],
        look: Callable[[], Sequence[Seen] | None],
        is_away: Callable[[], bool],
    ) -> None:
        """`look`: the partitions that are here, None while the group has not given any; asked once it serves.

        `books_of`: the books by partition number.

        Raises `SettingsError` when the file cannot be touched.
        """
        self._settings, self._books, self._books_of = settings, books, books_of
        self._look, self._is_away = look, is_away
        self._progress = Progress(settings.stall_s)
        self._state, self._since_ms = "starting", now_ms()
        self._started_ms = self._since_ms
        self._fault: str | None = None
        self._refused = False
        self._path: Path | None = settings.health_file
        if self._path is not None:
            self._try(self._path)

    def _try(self, path: Path) -> None:
        try:
            write(self._status([], []), path)
            path.touch()
        except OSError as error:
            raise SettingsError(
                [f"health_file = {path}: cannot be written ({error.strerror}); name a file in a folder that can"]
            ) from error

    def enter(self, state: str, fault: str | None = None) -> None:
        """The worker goes over to another state, perhaps because of a fault."""
        if state != self._state:
            self._state, self._since_ms = state, now_ms()
        self._fault = fault

    async def run(self) -> None:
        """Beat for ever."""
        while self._path is not None:
            self.beat()
            await asyncio.sleep(EVERY_S)

    def end(self, fault: str | None) -> None:
        """The worker ends: the file is touched no more, and the status says how."""
        self.enter("failed" if fault else "ended", fault)
        self.beat()

    def beat(self) -> None:
        """Look once, write, and touch if the worker gets on."""
        if self._path is None:
            return
        partitions, stalled, held = self._looked()
        try:
            write(self._status(partitions, [*held, *stalled]), self._path)
            if self._state in {"ended", "failed"}:
                self._path.unlink(missing_ok=True)
            elif not stalled:
                self._path.touch()
            self._refused = False
        except OSError as error:
            if not self._refused:
                log.warning("health_not_written", file=str(self._path), why=error.strerror)
            self._refused = True

    def _looked(self) -> tuple[list[PartitionStatus], list[str], list[str]]:
        """The partitions, and a sentence for each that is stalled, and for each that the breaker holds."""
        if self._state not in {"joining", "serving", "draining"}:
            return [], [], []
        seen = self._look()
        if self._state in _FOLLOWS_PARTITIONS:
            ready = seen is not None and all(each.state in _OPENED for each in seen)
            self.enter("serving" if ready else "joining")
        still = self._progress.look(seen or (), time.monotonic(), waiting=self._is_away())
        told = [self._partition(each, still[each.partition]) for each in seen or ()]
        stalled = [self._standing(each, still[each.partition]) for each in told if each.stalled]
        return told, stalled, [each.held for each in seen or () if each.held]

    def _partition(self, seen: Seen, still_s: float) -> PartitionStatus:
        topics = [TopicStatus(each.topic, each.position, each.committed, each.end, each.lag) for each in seen.places]
        moved_at = at(now_ms() - round(still_s * 1000))
        stalled = self._progress.is_stalled(still_s)
        return PartitionStatus(seen.partition, seen.state, stalled, moved_at, topics, seen.percent, seen.left_s)

    def _standing(self, each: PartitionStatus, still_s: float) -> str:
        where = ", ".join(f"{topic.topic}@{topic.committed}" for topic in each.topics)
        return (
            f"partition {each.partition} ({each.state}; {where}) stands still for {still_s:.0f} s with work to do"
            f" (KANARYA_STALL_S = {self._settings.stall_s:g}): restart the worker, and keep its log"
        )

    def _status(self, partitions: list[PartitionStatus], standing: list[str]) -> Status:
        faults = [*standing, *([self._fault] if self._fault else [])]
        if self._is_away() and self._state in _HEALTHY | _FOLLOWS_PARTITIONS:
            faults.append(f"the broker at {self._settings.broker} is away; the worker tries on")
        faults += [_unbalanced(number, books) for number, books in self._books_of.items() if books.open_records]
        written_ms = now_ms()
        return Status(
            version("kanarya"), os.getpid(), socket.gethostname(), self._settings.group, self._settings.broker,
            self._state, at(self._since_ms), at(self._started_ms), at(written_ms), written_ms,
            self._state in _HEALTHY and not faults, faults, partitions, msgspec.to_builtins(self._books),
            {str(number): columns(books) for number, books in sorted(self._books_of.items())},
        )  # fmt: skip


def _unbalanced(partition: int, books: Books) -> str:
    return (
        f"the books of partition {partition} are open by {books.open_records} of {counted(books.read, 'record')} read:"
        " a fault of ours; keep the log and report it"
    )
