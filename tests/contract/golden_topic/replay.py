"""A worker's lanes over recorded partitions, from nothing or from a recorded changelog: no broker, nothing left out.

`results` writes down what comes of it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agents.batch import Batch, batch_of, emptied
from agents.books import Books
from agents.folded import Rules
from agents.outside import Outside
from agents.ports import ChangelogRecord, Item, Outgoing
from agents.profiles import Lane
from agents.views import Timing
from app.engine.store import MemoryStore
from models.policy import Policy
from models.sentiment import Scored, Scorer, built_in
from tests.contract.golden_topic.records import TOPIC, Recorded

BATCH: Final = 700
_LATE_S: Final = 3_600.0
"""Public profiles leave at the end only, each once."""
_GROUP_BYTES: Final = 800_000


class NoScorer:
    """Where every feeling is given by the producer, no text may be scored: no lexicon can change what comes out."""

    name = "given"

    def score_many(self, texts: Sequence[str], languages: Sequence[str | None]) -> Sequence[Scored]:
        raise AssertionError(f"{len(texts)} texts to score in a topic that gives every feeling")


class Unnamed:
    """Our scorer without its name, which changes with each word of its data: only what it says is compared."""

    name = "built-in"

    def __init__(self) -> None:
        self.score_many = built_in().score_many


@dataclass
class Outcome:
    """What became of some partitions."""

    alerts: dict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """Published ones of each partition, in order."""
    dead: dict[int, list[Outgoing]] = field(default_factory=lambda: defaultdict(list))
    profiles: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    """(partition, customer) -> the public profile published last."""
    store: MemoryStore = field(default_factory=MemoryStore)
    """What the changelog came to."""
    books: Books = field(default_factory=Books)
    partitions: list[int] = field(default_factory=list)


def replay(
    logs: Mapping[int, Sequence[Recorded]],
    *,
    policy: Policy | None = None,
    scorer: Scorer | None = None,
    changelog: Mapping[int, Sequence[tuple[bytes, bytes]]] | None = None,
    at_end: Callable[[int, MemoryStore], None] | None = None,
) -> Outcome:
    """Run the lane of each partition over its log.

    Args:
        changelog: of each partition, as a worker that begins finds it; from nothing by default.
        at_end: told of the changelog as the last batch leaves it, when its alerts are in the outbox and unpublished.
    """
    rules = Rules(policy or Policy(), scorer or NoScorer(), "golden")
    outcome = Outcome()
    for partition, items in (changelog or {}).items():
        outcome.store.apply(partition, items, len(items) - 1)
    for partition, log in logs.items():
        outcome.partitions.append(partition)
        asyncio.run(_partition(partition, log, rules, outcome, at_end or _nothing))
    return outcome


async def _partition(
    partition: int, log: Sequence[Recorded], rules: Rules, outcome: Outcome, at_end: Callable[[int, MemoryStore], None]
) -> None:
    lane = Lane(partition, rules, _outside(outcome), outcome.books)
    running = asyncio.create_task(lane.run())
    for at in range(0, len(log), BATCH):
        loan = _Loan(batch_of(TOPIC, partition, log[at : at + BATCH], end_offset=log[-1].offset + 1))
        if at + BATCH >= len(log):
            loan.tell = lambda: at_end(partition, outcome.store)
        lane.take(loan)
        applied = asyncio.create_task(loan.is_applied.wait())
        await asyncio.wait([running, applied], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    await lane.finish()
    running.cancel()


def _outside(outcome: Outcome) -> Outside:
    return Outside(
        topics=(TOPIC,),
        store=outcome.store,
        changelog=_Changelog(),
        alerts=_Alerts(outcome),
        dead_letters=_DeadLetters(outcome),
        views=_Views(outcome),
        source_ends=_ends,
        timing=Timing(time.monotonic, _LATE_S, _LATE_S),
        say=_nothing,
        warn=_nothing,
        group_bytes=_GROUP_BYTES,
    )


class _Loan:
    """`agents.ports.Delivery`."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.is_current = True
        self.is_applied = asyncio.Event()
        self.tell: Callable[[], None] = _nothing

    def applied(self) -> None:
        self.batch = emptied(self.batch)
        self.tell()
        self.is_applied.set()

    def held(self) -> None:
        """There is no breaker here."""

    def released(self) -> None:
        """Nothing was held."""

    def done(self) -> None:
        """Nobody commits."""


class _Changelog:
    """`agents.ports.Changelog`; what is written of it is what the lane puts into its store."""

    topic = "changelog"

    async def send(self, partition: int, groups: Iterable[Sequence[Item]], meta: Item, expected: int) -> list[range]:
        return [range(expected, expected + 1 + sum(map(len, groups)))]

    async def read(self, partition: int, begin: int, end: int) -> Sequence[ChangelogRecord]:
        return []

    async def end(self, partition: int) -> int:
        return -1


class _Alerts:
    """`agents.ports.Publisher`, as the two below."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        self._outcome.alerts[partition] += [each.value or b"" for each in records]


class _DeadLetters(_Alerts):
    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        self._outcome.dead[partition] += records


class _Views(_Alerts):
    async def publish(self, partition: int, records: Sequence[Outgoing]) -> None:
        self._outcome.profiles |= {(partition, each.key or b""): each.value or b"" for each in records}


async def _ends(partition: int, applied: Mapping[str, int]) -> Mapping[str, int]:
    return {}


def _nothing(*_: object, **__: object) -> None:
    """Nobody is told."""
