"""The upper bound: an aiokafka loop that decodes every touchpoint and forgets it."""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.adapter import Case, Figures, Watch, measure
from benchmarks.kafka import PARTITIONS
from models.envelope import decode
from models.touchpoint import Touchpoint

LABEL = "plain aiokafka loop, decode only"


def most_events(total: int) -> int:
    """All."""
    return total


def run(case: Case) -> Figures:
    """Read the topic from its beginning."""
    return measure("plain", case, most_events(case.total))


async def _read(broker: str, topic: str, events: int) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
    watch, seen = Watch(), 0
    while seen < events:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            for record in records:
                touchpoint = decode(record.key, record.value, record.headers, record.timestamp)
                seen += isinstance(touchpoint, Touchpoint)
    watch.report(seen)
    await consumer.stop()


if __name__ == "__main__":
    asyncio.run(_read(sys.argv[1], sys.argv[2], int(sys.argv[4])))
