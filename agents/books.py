"""What a worker did, in counts, in all and by partition number.

`agents.profiles` adds up the folds; the log, the status and the report at the drain show them.
"""

import msgspec


class Books(msgspec.Struct):
    """Counts since the start, of batches whose states are durable."""

    batches: int = 0
    read: int = 0
    """Records fetched: applied + duplicate + rejected + replayed."""
    applied: int = 0
    replayed: int = 0
    """Skipped because the customer's state holds them already."""
    duplicate: int = 0
    rejected: int = 0
    """Written as dead letters, `handler_error` included."""
    handler_error: int = 0
    """Dead letters because the fold or the scorer raised."""
    late: int = 0
    """Applied, but more than the grace (5 min) behind the customer's newest event."""
    unknown_channel: int = 0
    custom_kind: int = 0
    unknown_fields: int = 0
    """Fields that no touchpoint has, in a sample of one record in 256."""
    texts_scored: int = 0
    texts_cut: int = 0
    """Scored by their first 64 KiB only."""
    alerts: int = 0
    profiles_written: int = 0
    """Customer states written to the changelog."""
    views_published: int = 0
    """Public profiles written."""
    keys_sampled: int = 0
    keys_misplaced: int = 0
    """Sampled keys that murmur2 would have put on another partition."""

    foreign_records: int = 0
    """Changelog records that were not this worker's, of partitions that were."""
    keys_mended: int = 0
    """Changelog keys written again for that."""

    @property
    def open_records(self) -> int:
        """Records that were read and are in none of the four columns: 0, or a fault of ours."""
        return self.read - self.applied - self.replayed - self.duplicate - self.rejected

    def add(self, other: "Books") -> None:
        """Take another's counts in."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def columns(books: Books) -> dict[str, int]:
    """What was read and the four columns that add up to it."""
    return {name: getattr(books, name) for name in ("read", "applied", "replayed", "duplicate", "rejected")}
