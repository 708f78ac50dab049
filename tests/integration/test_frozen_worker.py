"""A worker is frozen beyond its session, another one takes its partitions, and it thaws with work in its hands.

`KANARYA_TEST_FREEZES` says how often.
"""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.backlog import until_alerted
from tests.integration.librdkafka import Feed, committed
from tests.integration.patience import until
from tests.integration.recovery_verdict import assert_recovers, foreign_records
from tests.integration.verdict import assert_exact
from tests.integration.workers import Worker, Workers

FREEZES = int(os.environ.get("KANARYA_TEST_FREEZES", "2"))
SLICE = 1200


def test_a_worker_that_was_frozen_beyond_its_session_does_no_harm_when_it_thaws(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    records = iter(simulated(SLICE * (3 * FREEZES + 1)))
    topic = settings.inputs[0]

    def more() -> None:
        feed.send(topic, islice(records, SLICE))

    with committed(settings) as group:
        pair = [workers.start().is_ready(), workers.start().is_ready()]
        more()
        group.reach(feed.ends)
        for frozen, other in islice(_turns(pair), FREEZES):
            behind = feed.ends
            more()
            until_alerted(settings, frozen, behind)
            frozen.child.signal(signal.SIGSTOP)
            more()
            group.reach(feed.ends)  # all partitions are the other one's
            lost = len(frozen.lines("membership_lost"))
            frozen.child.signal(signal.SIGCONT)
            more()
            frozen.says("membership_lost", lost + 1)
            until(partial(_holds, frozen, settings), "partitions for the thawed worker")
            group.reach(feed.ends)
            assert other.child.running
        for worker in pair:
            worker.stop()

    print("foreign records:", foreign_records(settings))
    for worker in pair:
        print(worker.child.name, {event: len(worker.lines(event)) for event in EVENTS})
    assert_exact(settings, feed, by_revision=True)
    assert_recovers(settings, by_revision=True)


EVENTS = ("membership_lost", "partition_fenced", "foreign_write_found", "foreign_write_mended", "commit_postponed")


def _turns(pair: list[Worker]) -> Iterator[tuple[Worker, Worker]]:
    while True:
        yield pair[0], pair[1]
        yield pair[1], pair[0]


def _holds(worker: Worker, settings: Settings) -> bool:
    """Whether it has opened half of the partitions again since it thawed."""
    lost = worker.lines("membership_lost")[-1]["at"]
    since = {line["partition"] for line in worker.lines("partition_opened") if line["at"] > lost}
    return len(since) >= settings.partitions // 2
