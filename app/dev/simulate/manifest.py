"""What must come out of a fed stream: `app.dev.demo.reader` is compared with it, customer by customer."""

from collections.abc import Iterable
from typing import Self

import msgspec

from app.dev.simulate.record import Record


class Manifest(msgspec.Struct):
    """Counts of the records fed so far; add every record exactly once."""

    touchpoints: dict[str, int] = {}
    """Customer id -> distinct good touchpoints."""
    produced: int = 0
    """Records of all kinds."""
    duplicates: int = 0
    """Records that repeat a touchpoint."""
    bad: int = 0
    """Records that must become dead letters."""
    seen: set[tuple[str, str]] = set()
    """(customer id, identity) of every touchpoint: what tells a repetition from a new one."""

    @classmethod
    def of(cls, records: Iterable[Record]) -> Self:
        """The manifest of a whole stream."""
        manifest = cls()
        for record in records:
            manifest.add(record)
        return manifest

    def add(self, record: Record) -> None:
        """Count one record."""
        self.produced += 1
        if record.role == "bad":
            self.bad += 1
            return
        touchpoint = (record.customer_id, record.identity)
        if touchpoint in self.seen:
            self.duplicates += 1
            return
        self.seen.add(touchpoint)
        self.touchpoints[record.customer_id] = self.touchpoints.get(record.customer_id, 0) + 1

    def lost(self, touchpoints: dict[str, int]) -> int:
        """Touchpoints expected and not in the profiles (customer id -> touchpoints) that came out."""
        return sum(max(0, expected - touchpoints.get(each, 0)) for each, expected in self.touchpoints.items())

    def counted_twice(self, touchpoints: dict[str, int]) -> int:
        """Touchpoints in the profiles that came out beyond those expected."""
        return sum(max(0, count - self.touchpoints.get(each, 0)) for each, count in touchpoints.items())
