"""`kanarya worker` that dies by SIGKILL right after a step of a batch; `test_crash_at_each_step` starts it as a script.

The product has no hook for this: what it does to the outside is wrapped here, in this process only. The first
argument names the step, as docs/guarantees.md does.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final, NoReturn

from app.cli.commands import run
from app.engine.changelog import RecordBatchChangelog
from app.engine.dead_letters import DeadLetterPublisher
from app.engine.publisher import TopicPublisher
from app.engine.watched_publisher import WatchedPublisher
from models.codec import is_outbox_key

DEAD_LETTERS: Final = "2 dead letters sent, changelog not"
PARTLY: Final = "2 changelog partly written"
STATES: Final = "3 states written, alerts not published"
ALERTS: Final = "4 alerts published"
PROFILES: Final = "5 profiles published, offsets not committed"
STEPS: Final = (DEAD_LETTERS, PARTLY, STATES, ALERTS, PROFILES)
_SMALL_BYTES: Final = 15_000
"""Of a RecordBatch of the changelog, where a worker dies between two; no setting makes them so small."""
_PUBLISHED: Final[dict[str, tuple[type[Any], str]]] = {
    DEAD_LETTERS: (DeadLetterPublisher, "touchpoints-dlt"),
    ALERTS: (TopicPublisher, "alerts"),
    PROFILES: (WatchedPublisher, "profiles"),
}


def die() -> NoReturn:
    """No finally, no atexit, nothing flushed."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _after_publishing(publisher: type[Any], topic_end: str) -> None:
    publish: Callable[..., Awaitable[None]] = publisher.publish

    async def published(self: Any, partition: int, records: Any) -> None:
        await publish(self, partition, records)
        if records and self.topic.endswith(topic_end):
            die()

    publisher.publish = published


def _after_writing_states_with_alerts() -> None:
    send = RecordBatchChangelog.send

    async def sent(self: RecordBatchChangelog, partition: int, groups: Any, meta: Any, expected: int) -> list[range]:
        groups = list(groups)
        spans = await send(self, partition, groups, meta, expected)
        if any(is_outbox_key(key) and value is not None for items in groups for key, value in items):
            die()
        return spans

    RecordBatchChangelog.send = sent  # type: ignore[method-assign]


def _between_two_record_batches() -> None:
    send, send_one = RecordBatchChangelog.send, RecordBatchChangelog._send_one
    written: dict[int, int] = {}

    async def sent(self: RecordBatchChangelog, partition: int, groups: Any, meta: Any, expected: int) -> list[range]:
        written[partition] = 0
        self._limit_bytes = _SMALL_BYTES
        return await send(self, partition, groups, meta, expected)

    async def sent_one(self: RecordBatchChangelog, partition: int, items: Any, now_ms: int) -> int:
        if written[partition]:
            die()
        written[partition] += 1
        return await send_one(self, partition, items, now_ms)

    RecordBatchChangelog.send, RecordBatchChangelog._send_one = sent, sent_one  # type: ignore[method-assign]


def prepare(step: str) -> None:
    """Make this process die behind a step."""
    if step in _PUBLISHED:
        _after_publishing(*_PUBLISHED[step])
    elif step == STATES:
        _after_writing_states_with_alerts()
    elif step == PARTLY:
        _between_two_record_batches()
    else:
        raise ValueError(step)


if __name__ == "__main__":
    prepare(sys.argv[1])
    sys.exit(run(["worker"]))
