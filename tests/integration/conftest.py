"""A broker for each test, twice over: the embedded one and a real Apache Kafka, started once per run.

Without a real Kafka its half is skipped and says why; with CI=true that is a failure (`real_kafka.none_found`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from app.catalogue import catalogue
from app.cli.failure import on_kafka
from app.dev.broker import EmbeddedBroker
from app.dev.children import Children
from app.dev.simulate.faults import spoiled_stream
from app.dev.simulate.record import Record
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import Feed
from tests.integration.names import fresh_settings
from tests.integration.real_kafka import NoKafkaError, none_found, real_kafka
from tests.integration.workers import Workers


@pytest.fixture(
    scope="session",
    params=[pytest.param("embedded", marks=pytest.mark.kafka), pytest.param("kafka", marks=pytest.mark.kafka)],
)
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a running broker."""
    with ExitStack() as stack:
        if request.param == "embedded":
            yield stack.enter_context(EmbeddedBroker()).address
            return
        try:
            address = stack.enter_context(real_kafka())
        except NoKafkaError as reason:
            none_found(str(reason))
        yield address


@pytest.fixture
def bare(broker: str) -> Settings:
    """Settings with names that no other test uses; no topic exists yet."""
    return fresh_settings(broker)


@pytest.fixture
def settings(bare: Settings) -> Settings:
    """Settings with names that no other test uses; every topic exists."""
    findings = on_kafka(bare, apply(bare, catalogue(bare)))
    assert {finding.state for finding in findings} == {"created"}
    return bare


@pytest.fixture
def workers(settings: Settings) -> Iterator[Workers]:
    """Starts workers on `settings`; none of them outlives the test, and what they said is shown when it fails."""
    with Children() as children:
        workers = Workers(children, settings)
        yield workers
        for worker in workers.started:
            print(f"--- {worker.child.name}\n{worker.child.last_lines(15)}")


@pytest.fixture
def feed(settings: Settings) -> Feed:
    """A librdkafka producer that remembers what it sent."""
    return Feed(settings.broker)


@pytest.fixture
def simulated(seed: int) -> Callable[[int], list[Record]]:
    """Customers with stories, retries, bad records and disorder: a stream of as many records as asked for."""
    print(f"seed {seed}")
    return lambda count: spoiled_stream(seed, count, time.time_ns() // 1_000_000)
