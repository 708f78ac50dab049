"""The broker is away: before the worker starts, and in the middle of its work. The worker waits and goes on.

Or it is stopped meanwhile: at once if it has nothing in hand, and else as soon as its time to drain is over.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.apache_kafka import ApacheKafka
from app.dev.broker import EmbeddedBroker
from app.dev.children import Children
from app.dev.simulate.record import Record
from app.settings import Settings
from app.topics import apply
from tests.integration.backlog import until_alerted
from tests.integration.librdkafka import Feed, committed
from tests.integration.outage import Outage
from tests.integration.patience import until
from tests.integration.real_kafka import require_own
from tests.integration.verdict import assert_exact
from tests.integration.workers import SESSION_S, STOP_S, Worker, Workers

RECORDS = 4000
ASKING_WORKER = "tests.integration.asking_worker"
AT_ONCE_S = 5.0
"""A worker with nothing in hand needs some two seconds, and has ended by then on a machine that is busy too; a drain
that is cut takes seven."""
FORGETFUL = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}
"""So that a broker that was killed may register again after 3 s, not 9."""

MOST_LINES = 15
"""Of a worker's whole log over an outage, but for one line a partition that it opens."""

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module", params=["embedded", "kafka"])
def outage(request: pytest.FixtureRequest) -> Iterator[Outage]:
    """A broker of this module's own."""
    if request.param == "kafka":
        require_own("a Kafka that may be killed")
    with ExitStack() as stack:
        children = stack.enter_context(Children())
        if request.param == "embedded":
            embedded = stack.enter_context(EmbeddedBroker())
            yield Outage(embedded.child, embedded.address, children)
        else:
            kafka = stack.enter_context(ApacheKafka(properties=FORGETFUL))
            yield Outage(kafka.child, kafka.address, children)


@pytest.fixture(scope="module")
def broker(outage: Outage) -> str:
    """Instead of the one that all tests share."""
    return outage.address


def test_a_worker_waits_for_a_broker_that_comes_later(
    outage: Outage, settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    outage.leave()
    worker = workers.start()
    worker.says("broker_away")
    worker.child.signal(signal.SIGSTOP)  # the embedded broker comes back empty: its topics are made anew meanwhile
    outage.restart()
    on_kafka(settings, apply(settings, catalogue(settings)))
    worker.child.signal(signal.SIGCONT)
    feed.send(settings.inputs[0], simulated(RECORDS // 2))
    with committed(settings) as group:
        group.reach(feed.ends)
    worker.stop()

    (away,), (back,) = worker.lines("broker_away"), worker.lines("broker_back")
    assert (away["broker"], back["broker"]) == (settings.broker, settings.broker)
    assert "the first look at the topics" in away["retried"]
    assert_exact(settings, feed)


def test_a_broker_that_goes_away_under_load_and_comes_back_costs_nothing(
    outage: Outage,
    settings: Settings,
    workers: Workers,
    feed: Feed,
    simulated: Callable[[int], list[Record]],
    request: pytest.FixtureRequest,
) -> None:
    """A real Kafka is killed and started on its data; the embedded one, which has none, freezes for a session."""
    records = simulated(RECORDS)
    killed = "kafka" in request.node.callspec.id
    feed.send(settings.inputs[0], records[: RECORDS * 3 // 4])
    worker = workers.start()
    until_alerted(settings, worker, {})
    if killed:
        outage.crash()
        worker.says("broker_away")
        outage.restart()
        worker.says("broker_back")
    else:
        with outage.frozen():
            worker.child.wait(SESSION_S + 1)
    feed.send(settings.inputs[0], records[RECORDS * 3 // 4 :])
    with committed(settings) as group:
        group.reach(feed.ends)
    report = worker.stop()

    assert report["read"] >= RECORDS
    lines = worker.child.log.read_text().splitlines()
    assert len(lines) <= MOST_LINES + settings.partitions * len(worker.lines("recovered")), "\n".join(lines)
    if killed:
        (away,), (back,) = worker.lines("broker_away"), worker.lines("broker_back")
        assert away["broker"] == back["broker"] == settings.broker
        assert "fetches, sends and commits" in away["retried"]
        assert 0 < back["away_s"] < 60
    assert_exact(settings, feed)


def test_an_idle_worker_that_is_stopped_while_its_broker_is_away_ends_at_once_and_has_drained(
    outage: Outage, settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    """Each of its lanes waits for the answer to a question, and all it has read is committed."""
    records = simulated(RECORDS)
    feed.send(settings.inputs[0], records[: RECORDS // 2])
    with committed(settings) as group:
        worker = workers.start("-m", ASKING_WORKER)
        group.reach(feed.ends)
    before = len(worker.lines("lane_idle"))
    until(partial(_idle_anew, worker, settings.partitions, before), "lanes without even a tombstone to write")
    with outage.frozen():
        worker.says("question_unanswered", times=settings.partitions)
        asked_s = time.monotonic()
        report = worker.stop()
        took_s = time.monotonic() - asked_s

    assert took_s < AT_ONCE_S
    (ended,) = worker.lines("worker_ended")
    assert (ended["drained"], report["read"]) == (True, RECORDS // 2)
    assert not worker.lines("drain_cut")
    feed.send(settings.inputs[0], records[RECORDS // 2 :])
    with committed(settings) as group:
        second = workers.start()
        group.reach(feed.ends)
    assert second.stop()["read"] == RECORDS - RECORDS // 2
    assert_exact(settings, feed)


def _idle_anew(worker: Worker, partitions: int, before: int) -> bool:
    return len({line["partition"] for line in worker.lines("lane_idle")[before:]}) == partitions


def test_a_worker_that_is_stopped_with_work_in_hand_while_its_broker_is_away_ends_in_time_and_says_so(
    outage: Outage, settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    """Its states and alerts are out, its public profiles are not, so that nothing is committed: all is read again."""
    feed.send(settings.inputs[0], simulated(RECORDS // 2))
    worker = workers.start(profile_delay_s=60)
    until_alerted(settings, worker, {})
    with outage.frozen():
        worker.child.signal(signal.SIGTERM)
        code = worker.child.wait(STOP_S)

    assert code == 0, worker.child.last_lines(20)
    (ended,) = worker.lines("worker_ended")
    assert ended["drained"] is False
    assert worker.lines("drain_cut")
    with committed(settings) as group:
        second = workers.start()
        group.reach(feed.ends)
    assert second.stop()["replayed"] > 0
    assert_exact(settings, feed)
