"""One customer's state, read from the changelog as a recovering worker would; `kanarya profile` shows it."""

from dataclasses import dataclass

from app.catalogue import changelog
from app.partitioner import partition_of
from app.reading.records import records
from app.settings import Settings
from app.topics import partitions_of
from models.alert_record import Place
from models.codec import META_KEY, Meta, decode_meta, decode_profile, profile_key
from models.epoch_fence import EpochFence
from models.generation import place_of
from models.state import Profile


@dataclass(frozen=True)
class Found:
    """A customer's state and where it lives."""

    profile: Profile
    place: Place


async def read_state(settings: Settings, customer_id: str) -> Found | None:
    """The newest state of a customer, None when there is none on the partition where murmur2 puts the id.

    Reads one partition of the changelog from its beginning: some half a million records a second.
    Raises `KafkaError`, and `StateError` for a state that this release cannot read.
    """
    key = customer_id.encode()
    topic = changelog(settings)
    partition = partition_of(key, await partitions_of(settings, topic))
    wanted = profile_key(key)
    newest: dict[bytes, bytes | None] = {}
    fence = EpochFence()
    async for record in records(settings, topic, partition=partition):
        if record.key in {wanted, META_KEY}:
            newest.update(fence.counting([(record.key, record.value)]))
    value, meta = newest.get(wanted), newest.get(META_KEY)
    if value is None:
        return None
    return Found(decode_profile(customer_id, value), place_of(partition, decode_meta(meta) if meta else Meta({})))
