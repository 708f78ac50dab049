"""How far the partitions of a worker are: read from the consumer and its thread, for `app.topology` and the health."""

from collections.abc import Mapping

from faust.types import TP

from app.engine.application import BatchApp
from app.engine.table import ProfileTable
from app.health.progress import Place, Seen


def seen(app: BatchApp, lanes: Mapping[int, str], held: Mapping[int, str], table: ProfileTable) -> list[Seen] | None:
    """Each partition number of this worker, ascending; None while the group gives it none.

    Args:
        app: a started worker.
        lanes: partition -> state of those whose states are recovered.
        held: partition -> what the breaker holds of it, in a sentence.
        table: knows how far the recovery is.
    """
    assigned = app.assigned
    if assigned is None:
        return None
    numbers = sorted(tp.partition for tp in assigned if tp.topic == app.changelog)
    standby = {tp.partition for tp in app.standby()}
    return [
        _standby(app, number)
        if number in standby
        else _active(app, number, lanes.get(number), table, held.get(number, ""))
        for number in numbers
    ]


def _active(app: BatchApp, number: int, state: str | None, table: ProfileTable, held: str) -> Seen:
    places = tuple(_place(app, TP(topic, number)) for topic in app.inputs)
    if state is not None:
        return Seen(number, state, places, held=held)
    said = table.estimate()
    read_to = table.read_to(TP(app.changelog, number))
    return Seen(number, "recovering", places, read_to, percent=said.get("percent"), left_s=said.get("left_s"))


def _standby(app: BatchApp, number: int) -> Seen:
    """A partition that is followed for another worker: its changelog takes the place of the input topics."""
    tp = TP(app.changelog, number)
    position, end, answered_ms = app.consumer._thread.places.get(tp, (None, None, None))
    return Seen(number, "standby", (Place(tp.topic, number, position, position, end, False, answered_ms),))


def _place(app: BatchApp, tp: TP) -> Place:
    thread = app.consumer._thread
    position, end, answered_ms = thread.places.get(tp, (None, None, None))
    in_hand = app.consumer.frontier.holds(tp)
    return Place(tp.topic, tp.partition, position, thread.committed.get(tp), end, in_hand, answered_ms)
