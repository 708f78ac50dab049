"""A partition in memory: records, and the outside of a lane with a journal of what happened in which order."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from agents.batch import Batch, batch_of, emptied
from agents.books import Books
from agents.fold import fold_batch
from agents.folded import Folded, Rules
from agents.outside import Outside
from agents.own_log import OwnLog
from agents.ports import Item, Outgoing, Stop
from agents.profiles import Lane
from agents.views import Timing
from app.engine.store import MemoryStore
from models.alert_record import Place
from models.epoch_fence import EpochFence
from models.policy import Policy
from models.sentiment import built_in

TOPIC = "touchpoints"
NOON_MS = 1_760_000_000_000
SCORER = built_in()


class Rec(NamedTuple):
    """A Kafka record."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = NOON_MS + 90 * 86_400_000
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp_type: int = 0


def touchpoint(offset: int, customer: str = "ada", **fields: Any) -> Rec:
    """A plain JSON touchpoint, one minute after the one before it; an angry complaint by default."""
    body = {"id": f"t{offset}", "time": NOON_MS + offset * 60_000, "channel": "chat", "kind": "message"} | fields
    return Rec(offset, customer.encode(), json.dumps(body).encode())


def low_rating(offset: int, customer: str = "ada", **fields: Any) -> Rec:
    """One of these makes a customer watched, the second critical, as channels differ."""
    channel = ("web", "app", "email", "phone", "sms", "social")[offset % 6]
    score = {"metric": "rating", "value": 1, "min": 1, "max": 5}
    return touchpoint(offset, customer, kind="review", channel=channel, score=score, **fields)


class Kit:
    """Makes batches and folds them on a store."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.rules = Rules(Policy(), SCORER, "kanarya")
        self.place = Place(0, (TOPIC,))

    touchpoint = staticmethod(touchpoint)
    low_rating = staticmethod(low_rating)
    record = Rec

    def batch(self, records: Sequence[Rec], topic: str = TOPIC, end_offset: int | None = None) -> Batch:
        return batch_of(topic, 0, records, end_offset=end_offset)

    def fold(self, records: Sequence[Rec]) -> Folded:
        """Fold without applying."""
        return fold_batch(self.batch(records), 0, self.place, 1, self.rules, lambda keys: self.store.get_many(0, keys))

    def apply(self, folded: Folded) -> Folded:
        items = [item for group in folded.groups for item in group]
        self.store.apply(0, items, 0)
        return folded

    def states(self) -> dict[bytes, bytes]:
        return dict(self.store.scan(0, b"\x01"))


@pytest.fixture
def kit() -> Kit:
    return Kit()


class Gate:
    """Holds the acknowledgement of one step back until it is opened."""

    def __init__(self) -> None:
        self.reached, self._opened = asyncio.Event(), asyncio.Event()

    def open(self) -> None:
        self._opened.set()

    async def passed(self) -> None:
        self.reached.set()
        await self._opened.wait()


class World:
    """The outside of lanes. `journal` tells what was handed over and acknowledged, in order."""

    def __init__(self) -> None:
        self.journal: list[tuple[Any, ...]] = []
        self.store = MemoryStore()
        self.sent: list[list[Item]] = []
        self.published: dict[str, list[Outgoing]] = {"alerts": [], "dead": [], "views": []}
        self.ends: dict[str, int] = {TOPIC: 1_000_000}
        self.written = asyncio.Event()
        """The changelog has taken something: the lane is open."""
        self.gates: dict[str, Gate] = {}
        self.broken: set[str] = set()
        self.books = Books()
        self.warned: list[dict[str, Any]] = []
        self.failures: list[Exception] = []
        self.failed = asyncio.Event()
        self.rules = Rules(Policy(), SCORER, "kanarya")
        self.log: list[Lying] = []
        """The changelog partition."""
        self._end = 0
        self.end_told_short = 0
        self.end_takes_s: list[float] = []
        """How long the next questions for the end take."""
        self.while_asked: Callable[[], object] = lambda: None
        self.before_send: list[Callable[[], object]] = []
        """What happens before each of the next sends arrives."""
        self.reads: list[tuple[int, int]] = []
        self.said: list[dict[str, Any]] = []
        self.fences: defaultdict[int, EpochFence] = defaultdict(EpochFence)

    def fail(self, error: Exception) -> None:
        """What stops the worker."""
        self.failures.append(error)
        self.failed.set()

    def hold(self, name: str) -> Gate:
        """A gate for `changelog`, `end`, `alerts`, `dead` or `views`."""
        self.gates[name] = Gate()
        return self.gates[name]

    def lay(self, items: Iterable[Item]) -> range:
        """Append to the changelog partition, whoever wrote it."""
        begin = self._end
        self.log += [Lying(begin + n, key, value) for n, (key, value) in enumerate(items)]
        self._end = begin + len(list(items))
        return range(begin, self._end)

    def have(self, items: list[Item]) -> None:
        """The changelog holds them, and the recovery has read them."""
        self.store.apply(0, items, self.lay(items).stop - 1)

    def shorten(self, records: int) -> None:
        """The last records are on their way yet."""
        self._end -= records
        del self.log[len(self.log) - records :]

    def lay_nothing(self) -> None:
        """An offset that holds no record."""
        self._end += 1

    @property
    def end(self) -> int:
        return self._end

    def recover(self) -> None:
        """Read the changelog from its beginning, as a worker that starts."""
        self.store, self.fences = MemoryStore(), defaultdict(EpochFence)
        items = [(each.key, each.value) for each in self.log]
        self.store.apply(0, self.fences[0].counting(items), self._end - 1)

    def own_log(self) -> OwnLog:
        outside = self.outside()
        return OwnLog(
            0, outside.topics, self.store, outside.changelog, self.fences[0], [self.books], outside.say, outside.warn
        )

    async def _pass(self, name: str) -> None:
        self.journal.append((name, "sent"))
        if name in self.gates:
            await self.gates[name].passed()
        if name in self.broken:
            raise Stop(name, 0, None, "the broker did not take it")
        self.journal.append((name, "acked"))

    def publisher(self, name: str) -> "Topic":
        return Topic(self, name)

    async def source_ends(self, partition: int, applied: Mapping[str, int]) -> Mapping[str, int]:
        return self.ends

    def outside(self, delay_s: float = 0.0, topics: tuple[str, ...] = (TOPIC,), fenced_s: float = 60.0) -> Outside:
        return Outside(
            topics,
            self.store,
            Log(self),
            self.publisher("alerts"),
            self.publisher("dead"),
            self.publisher("views"),
            self.source_ends,
            Timing(time.monotonic, delay_s, delay_s),
            lambda event, **keys: self.said.append({"": event} | keys),
            lambda event, **keys: self.warned.append({"": event} | keys),
            group_bytes=800_000,
            fences=self.fences,
            fenced_s=fenced_s,
        )

    def lane(self, delay_s: float = 0.0, fenced_s: float = 60.0) -> Lane:
        return Lane(0, self.rules, self.outside(delay_s, fenced_s=fenced_s), self.books)

    def deliver(self, records: Sequence[Rec], topic: str = TOPIC, end_offset: int | None = None) -> "Loan":
        return Loan(self, batch_of(topic, 0, records, end_offset=end_offset))

    touchpoint = staticmethod(touchpoint)
    low_rating = staticmethod(low_rating)
    record = Rec
    topic = TOPIC


class Lying(NamedTuple):
    """A changelog record."""

    offset: int
    key: bytes
    value: bytes | None


class Log:
    """agents.ports.Changelog."""

    topic = "states"

    def __init__(self, world: World) -> None:
        self.world = world

    async def send(self, partition: int, groups: Iterable[Sequence[Item]], meta: Item, expected: int) -> list[range]:
        items = [meta, *(item for group in groups for item in group)]
        await self.world._pass("changelog")
        if self.world.before_send:
            self.world.before_send.pop(0)()
        self.world.sent.append(items)
        span = self.world.lay(items)
        self.world.written.set()
        return [span]

    async def read(self, partition: int, begin: int, end: int) -> list[Lying]:
        self.world.reads.append((begin, end))
        return [each for each in self.world.log if each.offset >= begin]

    async def end(self, partition: int) -> int:
        if "end" in self.world.gates:
            await self.world.gates["end"].passed()
        told = self.world.end - self.world.end_told_short
        if self.world.end_takes_s:
            await asyncio.sleep(self.world.end_takes_s.pop())
            self.world.while_asked()
        return told


class Topic:
    """agents.ports.Publisher."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        if records:
            await self.world._pass(self.name)
            self.world.published[self.name].extend(records)


class Loan:
    """agents.ports.Delivery."""

    def __init__(self, world: World, batch: Batch) -> None:
        self.world, self.batch = world, batch
        self.is_current = True
        self.is_done = asyncio.Event()

    def applied(self) -> None:
        self.world.journal.append(("applied", self.batch.first_offset))
        self.batch = emptied(self.batch)

    def held(self) -> None:
        self.world.journal.append(("held", self.batch.first_offset))

    def released(self) -> None:
        self.world.journal.append(("released", self.batch.first_offset))

    def done(self) -> None:
        self.world.journal.append(("done", self.batch.first_offset))
        self.is_done.set()


@pytest.fixture
def world() -> World:
    return World()
