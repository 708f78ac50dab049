"""`kanarya worker` whose changelog writes of one partition never end; `test_limits` starts it as a script.

The product has no hook for this: the send is wrapped here, in this process only. The first argument is the partition.
"""

import asyncio
import sys
from typing import Any

from app.cli.commands import run
from app.engine.changelog import RecordBatchChangelog


def _stick(stuck: int) -> None:
    send = RecordBatchChangelog.send

    async def slow(self: Any, partition: int, groups: Any, meta: Any, expected: int) -> list[range]:
        groups = list(groups)
        if partition == stuck and groups:  # opening a partition writes its meta record only
            await asyncio.Event().wait()
        return await send(self, partition, groups, meta, expected)

    RecordBatchChangelog.send = slow  # type: ignore[method-assign]


if __name__ == "__main__":
    _stick(int(sys.argv[1]))
    sys.exit(run(["worker"]))
