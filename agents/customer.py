"""A customer while their part of a batch is folded: `agents.fold` keeps one for each that the batch tells of."""

from agents.batch import Record
from models.codec import decode_profile, last_offset
from models.profile import new_profile
from models.state import Profile
from models.touchpoint import Touchpoint

Work = tuple[int, Touchpoint, Record]
"""A touchpoint that was decoded, with its place among those of the batch, and its record."""


class Customer:
    """A customer while a batch is folded."""

    __slots__ = ("changed", "good", "held", "id", "last", "work")

    def __init__(self, id_: bytes | None, raw: bytes | None, topic: int) -> None:
        self.id = id_
        self.good = raw
        """Newest bytes known to hold: at first the state before the batch."""
        self.last = last_offset(raw, topic) if raw is not None else -1
        self.work: list[Work] = []
        """Their touchpoints of the batch, in log order, until they are folded."""
        self.held = 0
        """How many of these `good` holds or must not hold."""
        self.changed = False

    def restore(self) -> Profile:
        """A live object from the last good bytes. Raises `StateError`."""
        customer_id = self.work[0][1].customer_id
        return new_profile(customer_id) if self.good is None else decode_profile(customer_id, self.good)
