"""One record of the simulated stream, on its way from `stream` through `faults` to the topic and the manifest."""

from typing import Literal, NamedTuple


class Record(NamedTuple):
    """Key, value and headers as they are produced, and what only the simulation knows about them."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    role: Literal["good", "retry", "bad"]
    """`retry` repeats a good record of the same customer byte for byte; `bad` must become a dead letter."""
    customer_id: str
    """Whose profile it changes; of a bad record empty."""
    identity: str
    """`source/id`: what makes two records one touchpoint; of a bad record the reason its dead letter must give."""
    at_ms: int
    """Event time; of a bad record 0."""
