"""Stock Faust reading its table again: the app of `stock_faust`, started once more on what it has written.

Its clock runs from the assignment of the partitions until Faust says that the table is recovered, as Kanarya's does.
"""

import asyncio
import sys
from typing import Any

from benchmarks.adapter import Case, Figures, Watch, measure
from benchmarks.kafka import ends, reader
from benchmarks.stock_faust import build

LABEL = "stock Faust, table"


def run(case: Case) -> Figures:
    """Start the worker of `stock_faust.run` again; an event is a record of the changelog."""
    consumer = reader(case.broker)
    try:
        records = sum(ends(consumer, f"stock-{case.name}-profiles-changelog"))
    finally:
        consumer.close()
    return measure("stock_recovery", case, records)


async def _recover(broker: str, topic: str, name: str, records: int) -> None:
    app = build(broker, topic, name, sys.maxsize, asyncio.Event())
    watch = Watch()

    async def assigned(*_: Any, **__: Any) -> None:
        nonlocal watch
        watch = Watch()

    app.on_partitions_assigned.connect(assigned)
    await app.start()
    await app.tables.recovery.completed.wait()
    watch.report(records)
    await app.stop()


if __name__ == "__main__":
    asyncio.run(_recover(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
