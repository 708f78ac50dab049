"""Placement agrees with Java's and librdkafka's murmur2."""

import pytest

from app.partitioner import is_placed, partition_of

JAVA = {  # from Apache Kafka's UtilsTest.testMurmur2
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize("key", JAVA)
@pytest.mark.parametrize("partitions", [1, 3, 8, 4096])
def test_a_key_lands_where_java_puts_it(key: bytes, partitions: int) -> None:
    assert partition_of(key, partitions) == (JAVA[key] & 0x7FFFFFFF) % partitions


def test_a_key_is_placed_on_one_partition_only() -> None:
    assert [partition for partition in range(8) if is_placed(b"c-1", partition, 8)] == [partition_of(b"c-1", 8)]
