"""The owner's public profiles, and those that a frozen worker published in between."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from agents.ports import Outgoing
from app.engine.producer import Sent
from app.engine.watched_publisher import WatchedPublisher


class Lying(NamedTuple):
    """A public profile on its topic."""

    offset: int
    key: bytes | None
    value: bytes | None


class Broker:
    """A partition, and a producer that appends each send as RecordBatches of at most three records."""

    def __init__(self) -> None:
        self.log: list[Lying] = []
        self.told: list[tuple[int, list[bytes]]] = []
        self.reads = 0
        self.unknown = False
        """Whether the broker answers without an offset."""
        self.between: Callable[[int], object] = lambda _: None
        """What happens behind each RecordBatch of a send, told its number."""

    def lay(self, *keys: bytes | None) -> int:
        begin = len(self.log)
        self.log += [Lying(begin + n, key, b"{}") for n, key in enumerate(keys)]
        return begin

    async def send_record_batch(
        self, topic: str, partition: int, records: Sequence[Outgoing], now_ms: int
    ) -> list[Sent]:
        sent = []
        for cut in range(0, len(records), 3):
            batch = records[cut : cut + 3]
            begin = self.lay(*(record.key for record in batch))
            acknowledged: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            acknowledged.set_result(type("Metadata", (), {"offset": -1 if self.unknown else begin}))
            sent.append(Sent(len(batch), acknowledged))
            self.between(len(sent))
        return sent

    async def read(self, partition: int, begin: int, end: int) -> list[Lying]:
        self.reads += 1
        return self.log[begin:]

    def publisher(self) -> WatchedPublisher:
        publisher = WatchedPublisher("profiles", lambda: self, lambda: 1, self.read)  # type: ignore[arg-type, return-value]
        publisher.on_foreign = lambda partition, keys: self.told.append((partition, keys))
        return publisher


@pytest.fixture
def broker() -> Broker:
    return Broker()


def profiles(*keys: bytes) -> list[Outgoing]:
    return [Outgoing(key, b"{}") for key in keys]


async def test_an_owner_that_publishes_alone_reads_nothing(broker: Broker) -> None:
    broker.lay(b"of an earlier owner")
    publisher = broker.publisher()
    for _ in range(3):
        await publisher.publish(0, profiles(b"ada", b"bea"))

    assert (broker.reads, broker.told) == (0, [])


async def test_customers_of_a_foreign_send_are_told(broker: Broker) -> None:
    publisher = broker.publisher()
    await publisher.publish(0, profiles(b"ada", b"bea"))
    broker.lay(b"bea", b"ada", b"ada", None)
    await publisher.publish(0, profiles(b"cem"))
    await publisher.publish(0, profiles(b"cem"))

    assert broker.told == [(0, [b"ada", b"bea"])]


async def test_what_others_published_while_they_owned_the_partition_is_not_foreign(broker: Broker) -> None:
    publisher = broker.publisher()
    await publisher.publish(0, profiles(b"ada"))
    publisher.forget()
    broker.lay(b"bea")
    await publisher.publish(0, profiles(b"ada"))

    assert broker.told == []


async def test_a_send_whose_offset_is_unknown_is_no_foreign_one(broker: Broker) -> None:
    publisher = broker.publisher()
    await publisher.publish(0, profiles(b"ada"))
    broker.unknown = True
    await publisher.publish(0, profiles(b"ada", b"bea", b"cem", b"dan"))
    broker.unknown = False
    await publisher.publish(0, profiles(b"ada"))

    assert (broker.reads, broker.told) == (0, [])


@pytest.mark.parametrize("first", [True, False])
async def test_a_foreign_send_beside_one_whose_offset_is_unknown_is_told_with_the_first_that_is_known(
    broker: Broker, first: bool
) -> None:
    """Its own customers are published once more then: which of the two came first nobody knows."""
    publisher = broker.publisher()
    await publisher.publish(0, profiles(b"ada"))
    if first:
        broker.lay(b"eva")
    broker.unknown = True
    await publisher.publish(0, profiles(b"bea"))
    if not first:
        broker.lay(b"eva")
    assert broker.told == []
    broker.unknown = False
    await publisher.publish(0, profiles(b"ada"))
    await publisher.publish(0, profiles(b"ada"))

    assert broker.told == [(0, [b"bea", b"eva"])]


async def test_a_foreign_send_after_one_of_several_record_batches_is_told(broker: Broker) -> None:
    publisher = broker.publisher()
    await publisher.publish(0, profiles(b"ada", b"bea", b"cem", b"dan"))
    await publisher.publish(0, profiles(b"ada", b"bea", b"cem", b"dan"))
    broker.lay(b"bea")
    await publisher.publish(0, profiles(b"ada"))

    assert (broker.reads, broker.told) == (1, [(0, [b"bea"])])


async def test_a_foreign_send_between_two_record_batches_of_one_send_is_told(broker: Broker) -> None:
    publisher = broker.publisher()
    broker.between = lambda number: number == 1 and broker.lay(b"ada")
    await publisher.publish(0, profiles(b"ada", b"bea", b"cem", b"dan"))

    assert broker.told == [(0, [b"ada"])]
