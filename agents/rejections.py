"""Says which records became dead letters; `agents.profiles` calls it once they and their batch's states are written."""

from collections.abc import Sequence

from agents.batch import Batch
from agents.outside import Outside
from agents.ports import Outgoing
from models.dead_letter import parse_dead_letter


def warn_of(outside: Outside, batch: Batch, dead: Sequence[Outgoing]) -> None:
    """Say that records became dead letters, and of those that are a fault of ours the first one's place."""
    if not dead:
        return
    told = [parse_dead_letter(letter.headers) for letter in dead]
    outside.rejections.update(each.reason for each in told)
    where = {"topic": batch.topic, "partition": batch.partition}
    since_start = dict(outside.rejections)
    outside.warn("records_rejected", **where, records=len(dead), since_start=since_start)
    failed = next((pair for pair in zip(dead, told, strict=True) if pair[1].reason == "handler_error"), None)
    if failed is not None:
        letter, first = failed
        customer = (letter.key or b"").decode()
        outside.warn("touchpoint_failed", **where, offset=first.offset, customer=customer, why=first.detail)
