"""How far the partitions of a worker are: read from the consumer and its thread, for `app.topology` and the health."""

from collections.abc import Mapping

from faust.types import TP

from app.engine.application import BatchApp
from app.health.progress import Place, Seen


def seen(app: BatchApp, lanes: Mapping[int, str], held: Mapping[int, str], recovered: int) -> list[Seen] | None:
    """Each partition number of this worker, ascending; None while the group gives it none.

    Args:
        app: a started worker.
        lanes: partition -> state of those whose states are recovered.
        held: partition -> what the breaker holds of it, in a sentence.
        recovered: records that the recovery has read so far.
    """
    assigned = app.assigned
    if assigned is None:
        return None
    numbers = sorted(tp.partition for tp in assigned if tp.topic == app.changelog)
    return [
        Seen(
            number, lanes.get(number, "recovering"), tuple(_place(app, TP(topic, number)) for topic in app.inputs),
            recovered, held.get(number, ""),
        )
        for number in numbers
    ]  # fmt: skip


def _place(app: BatchApp, tp: TP) -> Place:
    thread = app.consumer._thread
    position, end, answered_ms = thread.places.get(tp, (None, None, None))
    in_hand = app.consumer.frontier.holds(tp)
    return Place(tp.topic, tp.partition, position, thread.committed.get(tp), end, in_hand, answered_ms)
