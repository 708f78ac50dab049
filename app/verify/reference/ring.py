"""Second stop of the reference: was this touchpoint seen before, as far back as the ring of ids reaches?

`replay` keeps one `Ring` per customer and asks it about every touchpoint in log order. The reach is part of the
specification: 24 h of the customer's own time and 64 touchpoints, whichever is shorter.
"""

import hashlib

DAY_MS = 24 * 60 * 60 * 1000
REACH = 64


class Ring:
    """The ids of one customer, oldest first, each with the customer's as_of after applying it."""

    def __init__(self) -> None:
        self.entries: list[tuple[bytes, int]] = []

    def holds(self, source: str, touchpoint_id: str) -> bool:
        """Whether a touchpoint with this source and id is within reach."""
        return fingerprint(source, touchpoint_id) in [seen for seen, _ in self.entries]

    def add(self, source: str, touchpoint_id: str, as_of_ms: int) -> None:
        """Remember a new touchpoint, then forget what is more than 24 h behind, then the oldest beyond 64."""
        self.entries.append((fingerprint(source, touchpoint_id), as_of_ms))
        self.entries = [(seen, then) for seen, then in self.entries if as_of_ms - then <= DAY_MS]
        self.entries = self.entries[-REACH:]


def fingerprint(source: str, touchpoint_id: str) -> bytes:
    """Eight bytes that stand for (source, id)."""
    return hashlib.blake2b(source.encode() + b"\x00" + touchpoint_id.encode(), digest_size=8).digest()
