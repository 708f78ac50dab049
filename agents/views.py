"""Public profiles: what changed is published soon, but never in the way of an alert.

`agents.profiles` marks the customers of each applied batch in step 5 and lets the batch's offset be committed once all
of them are out. A customer who changes again before that is published once, with everything applied until then.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import msgspec

from agents.books import Books
from agents.ports import Delivery, Outgoing, Publisher, Stop, Store
from agents.right_of_way import RightOfWay
from models import public_profile
from models.alert_record import Place
from models.codec import decode_profile, profile_key
from models.policy import Policy

KEEPING_UP_RECORDS: Final = 1_000
"""A partition with more records behind a batch works off a backlog, and alerts come first."""
_RENDER_S: Final = 0.001
_BACKLOG_RENDER_S: Final = 0.02
"""How long rendering may hold the loop at a time; in a backlog every turn of the loop folds a long batch."""
_SEND_BYTES: Final = 800_000
_TOGETHER_S: Final = 0.1
"""Batches applied within so long leave together: sends are few, and rendering is spread over the time."""
_EARLY: Final = 0.75
"""Begin after this share of the allowed delay: the rest is for rendering and sending."""
_LOOK_AGAIN_S: Final = 0.1
"""While the worker is busy it is looked at so often whether it still is."""
_IDLE_S: Final = 0.15
"""A partition that had no batch for so long is not what the worker is busy with."""
_LATEST: Final = 0.9
"""From this share of the allowed delay on, rendering waits for no batch any more."""


class Timing(msgspec.Struct, frozen=True):
    """How long a public profile may be behind, and the clock to tell."""

    monotonic_s: Callable[[], float]
    delay_s: float = 1.0
    backlog_delay_s: float = 30.0
    is_busy: Callable[[], bool] = lambda: False
    """Whether the worker has no time to spare (`agents.load`)."""


class _Mark(msgspec.Struct, frozen=True):
    """A batch that waits for its customers."""

    number: int
    at_s: float
    allowed_s: float
    """How late its customers might be, as things stood."""
    delivery: Delivery | None


class Views:
    """The dirty customers of one partition."""

    def __init__(
        self,
        place: Place,
        store: Store,
        publisher: Publisher,
        policy: Policy,
        scorer: str,
        timing: Timing,
        right_of_way: RightOfWay,
        books: Books,
    ) -> None:
        self.place, self._store, self._publisher = place, store, publisher
        self._policy, self._scorer, self._timing, self._books = policy, scorer, timing, books
        self._right_of_way = right_of_way
        self._dirty: dict[bytes, int] = {}
        """Customer -> number of the first batch that made it dirty; ascending."""
        self._forgotten = 0
        """How often all of them were dropped."""
        self._marks: deque[_Mark] = deque()
        self._number = 0
        self._lags = False
        """Whether many records were behind the newest batch."""
        self._changed = asyncio.Event()
        self._flushing = asyncio.Lock()
        self.is_owner: Callable[[], Awaitable[bool]] = _yes
        """Asked right before a send: False when another worker owns the partition by now, and nothing may go out."""

    def mark(self, customers: list[bytes], lag: int, delivery: Delivery | None) -> None:
        """A batch, or a piece of one, is applied: publish its customers, then let the offset be committed.

        `lag`: records behind the batch that the broker already held.
        """
        self._number += 1
        dirty, number, timing = self._dirty, self._number, self._timing
        for customer in customers:
            dirty.setdefault(customer, number)
        lags = lag >= KEEPING_UP_RECORDS
        changes, self._lags = lags != self._lags, lags
        self._marks.append(_Mark(number, timing.monotonic_s(), self._allowed_s(), delivery))
        if len(self._marks) == 1 or changes:
            self._changed.set()

    def _allowed_s(self) -> float:
        """How late profiles may be, as things stand: in a backlog or without time to spare, and else."""
        timing = self._timing
        return timing.backlog_delay_s if self._lags or timing.is_busy() else timing.delay_s

    def forget(self) -> None:
        """Publish nothing of what is marked, and let none of its offsets be committed: another worker does it."""
        self._forgotten += 1
        self._dirty.clear()
        self._marks.clear()

    def overdue_s(self) -> float:
        """How much longer than allowed the oldest mark has waited; negative while all is in time."""
        if not self._marks:
            return -1.0
        return self._timing.monotonic_s() - self._marks[0].at_s - self._timing.backlog_delay_s

    async def run(self) -> None:
        """Publish what is due, for ever. Raises `Stop` and `StateError`."""
        while True:
            wait_s, due = self._due()
            if due is not None:
                await self.flush(due)
                continue
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()

    def _due(self) -> tuple[float | None, int | None]:
        """(how long to wait before the next look, None)
        or (None, number of the newest batch that has waited long enough, or will have in a moment).
        """
        if not self._marks:
            return None, None
        timing, allowed_s, now_s = self._timing, self._allowed_s(), self._timing.monotonic_s()
        put_off = not self._lags and allowed_s > timing.delay_s
        if put_off and now_s - self._marks[-1].at_s >= _IDLE_S:
            allowed_s = timing.delay_s
        limit_s = now_s - _EARLY * allowed_s
        first = self._marks[0]
        if first.at_s > limit_s:
            return min(first.at_s - limit_s, _LOOK_AGAIN_S) if put_off else first.at_s - limit_s, None
        return None, max(mark.number for mark in self._marks if mark.at_s <= limit_s + _TOGETHER_S)

    async def flush(self, number: int | None = None) -> None:
        """Publish the customers of batches up to `number` (all by default), oldest first.

        Raises `Stop` with the place of the oldest batch that is not out, and `StateError`.
        """
        upto = self._number if number is None else number
        async with self._flushing:
            due = deque(customer for customer, number in self._dirty.items() if number <= upto)
            try:
                while due:
                    await self._publish_some(due)
                    self._release()
            except Stop as stop:
                oldest = next((mark.delivery.batch for mark in self._marks if mark.delivery is not None), None)
                if stop.offset is not None or oldest is None:
                    raise
                raise stop.met_at(oldest) from stop
            self._release()

    async def _publish_some(self, due: deque[bytes]) -> None:
        """Publish some customers off the front of `due`, as the store has them now."""
        taken: dict[bytes, int] = {}
        forgotten = self._forgotten
        records: list[Outgoing] = []
        size = 0
        monotonic_s = self._timing.monotonic_s
        try:
            until_s = await self._turn_s()
            while due and size <= _SEND_BYTES:
                customer = due.popleft()
                number = self._dirty.pop(customer, None)
                if number is None:
                    continue  # forgotten meanwhile
                taken[customer] = number  # if it changes from here on, it is dirty again
                value = self._render(customer)
                if value is not None:
                    records.append(Outgoing(customer, value))
                    size += len(value)
                if monotonic_s() > until_s:
                    until_s = await self._turn_s()
            if not await self.is_owner():
                return
            await self._publisher.publish(self.place.partition, records)
        except BaseException:  # cancelled or refused: they are not out
            if forgotten == self._forgotten:
                self._dirty = taken | {customer: n for customer, n in self._dirty.items() if customer not in taken}
            raise
        self._books.views_published += len(records)

    async def _turn_s(self) -> float:
        """Wait for a turn to render; until when it lasts. In a backlog, batches are always on their way."""
        timing = self._timing
        if not self._marks:
            await asyncio.sleep(0)
            return timing.monotonic_s() + _BACKLOG_RENDER_S
        mark = self._marks[0]
        latest_s = mark.at_s + _LATEST * max(mark.allowed_s, self._allowed_s())
        await self._right_of_way.wait(latest_s - timing.monotonic_s())
        now_s = timing.monotonic_s()
        return now_s + (_BACKLOG_RENDER_S if self._lags and now_s >= latest_s else _RENDER_S)

    def _render(self, customer: bytes) -> bytes | None:
        state = self._store.get(self.place.partition, profile_key(customer))
        if state is None:
            return None
        profile = decode_profile(customer.decode(), state)
        return public_profile.render(profile, self.place, self._policy, self._scorer)

    def _release(self) -> None:
        """Let the offsets be committed of batches all of whose customers are out."""
        oldest = next(iter(self._dirty.values()), self._number + 1)
        while self._marks and self._marks[0].number < oldest:
            delivery = self._marks.popleft().delivery
            if delivery is not None:
                delivery.done()


async def _yes() -> bool:
    return True
