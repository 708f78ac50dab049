"""`kanarya doctor --books` reads a changelog between two RecordBatches of one batch, again and again."""

import pytest
from confluent_kafka import Producer

from app.catalogue import changelog
from app.cli.failure import on_kafka
from app.doctor.books import check_books
from app.settings import Settings
from models.codec import META_KEY, Meta, TopicMeta, encode_meta, encode_profile, profile_key
from models.state import Profile

FIRST_READING = "reading the states of partition 0,"


class HalfWrittenBatches:
    """Partition 0 of a worker that writes on while the books are read: each reading finds half of a batch.

    A batch holds a touchpoint of each of two customers, whose states go out in a RecordBatch each.
    """

    def __init__(self, settings: Settings, batches: int) -> None:
        """`batches`: the worker rests when it has written so many."""
        self._settings, self._batches = settings, batches
        self._producer = Producer({"bootstrap.servers": settings.broker})
        self.readings = 0
        for number in range(2 * batches):
            self._producer.produce(settings.inputs[0], b"%d" % number, b"ada", partition=0)
        assert self._producer.flush(10) == 0
        self._write(1, b"ada")

    def _write(self, batch: int, customer: bytes) -> None:
        meta = encode_meta(Meta({self._settings.inputs[0]: TopicMeta(0, 0, 2 * batch - 1)}, 1))
        state = encode_profile(Profile(customer.decode(), touchpoints=batch), 1)
        for key, value in ((META_KEY, meta), (profile_key(customer), state)):
            self._producer.produce(changelog(self._settings), value, key, partition=0)
        assert self._producer.flush(10) == 0

    def say(self, what: str) -> None:
        """Told before each reading; before the second and every later one the worker gets on by a batch."""
        if not what.startswith(FIRST_READING):
            return
        batch, self.readings = self.readings, self.readings + 1
        if 0 < batch <= self._batches:
            self._write(batch, b"bea")
            if batch < self._batches:
                self._write(batch + 1, b"ada")


@pytest.mark.parametrize("broker", [pytest.param("embedded", marks=pytest.mark.kafka)], indirect=True)
@pytest.mark.parametrize(("batches", "state"), [(4, "ok"), (100, "fault")])
def test_books_that_are_read_in_the_middle_of_a_batch_are_read_again_while_the_worker_writes(
    settings: Settings, batches: int, state: str
) -> None:
    worker = HalfWrittenBatches(settings, batches)

    found = on_kafka(settings, check_books(settings, worker.say))

    assert found.state == state
    assert worker.readings == 1 + min(batches, 5)
