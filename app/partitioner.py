"""Which partition a customer lives on: Kafka's murmur2 of the key, as Java clients and aiokafka place it.

`app.reading.state` asks it where a customer's state is; the worker samples arriving keys with `is_placed`. librdkafka
producers place by CRC32 unless told `partitioner=murmur2_random`; one customer would then live on two partitions.
"""

from aiokafka.partitioner import murmur2


def partition_of(key: bytes, partitions: int) -> int:
    """The partition, 0 <= p < partitions, on which records with this key belong."""
    return (int(murmur2(key)) & 0x7FFFFFFF) % partitions


def is_placed(key: bytes, partition: int, partitions: int) -> bool:
    """Whether a record with this key, seen on `partition`, stands where murmur2 puts it."""
    return partition_of(key, partitions) == partition
