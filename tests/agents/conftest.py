"""A partition in memory: records, and the outside of a lane with a journal of what happened in which order."""

import asyncio
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from agents.batch import Batch, batch_of
from agents.books import Books
from agents.fold import fold_batch
from agents.folded import Folded, Rules
from agents.ports import Item, Outgoing, Stop
from agents.profiles import Lane, Outside
from agents.views import Timing
from app.engine.store import MemoryStore
from models.alert_record import Place
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
        self.offset = 0

    def fail(self, error: Exception) -> None:
        """What stops the worker."""
        self.failures.append(error)
        self.failed.set()

    def hold(self, name: str) -> Gate:
        """A gate for `changelog`, `alerts`, `dead` or `views`."""
        self.gates[name] = Gate()
        return self.gates[name]

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

    def outside(self, delay_s: float = 0.0, topics: tuple[str, ...] = (TOPIC,)) -> Outside:
        return Outside(
            topics,
            self.store,
            Log(self),
            self.publisher("alerts"),
            self.publisher("dead"),
            self.publisher("views"),
            self.source_ends,
            Timing(time.monotonic, delay_s, delay_s),
            lambda *args, **keys: None,
            lambda event, **keys: self.warned.append({"": event} | keys),
            group_bytes=800_000,
        )

    def lane(self, delay_s: float = 0.0) -> Lane:
        return Lane(0, self.rules, self.outside(delay_s), self.books)

    def deliver(self, records: Sequence[Rec], topic: str = TOPIC, end_offset: int | None = None) -> "Loan":
        return Loan(self, batch_of(topic, 0, records, end_offset=end_offset))

    touchpoint = staticmethod(touchpoint)
    low_rating = staticmethod(low_rating)
    record = Rec
    topic = TOPIC


class Log:
    """agents.ports.Changelog."""

    topic = "states"

    def __init__(self, world: World) -> None:
        self.world = world

    async def send(self, partition: int, groups: Iterable[Sequence[Item]], meta: Item) -> int:
        items = [meta, *(item for group in groups for item in group)]
        await self.world._pass("changelog")
        self.world.sent.append(items)
        self.world.offset += len(items)
        self.world.written.set()
        return self.world.offset - 1


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
