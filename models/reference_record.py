"""How public JSON points at a record: part of the shapes in `models.alert_record` and `models.care_record`."""

from typing import TypedDict


class Reference(TypedDict):
    """A record on an input topic."""

    topic: str
    partition: int
    offset: int
    id: str
    """The touchpoint's id."""
    at: str
    """The touchpoint's time."""
