"""`kanarya worker` whose idle lanes look at their changelogs all the time; `test_outage` starts it as a script.

It says `lane_idle` with each look, for which a lane must have nothing to write, and `question_unanswered` where the
broker has not answered one for a second. The product waits ten seconds before it looks, and says nothing: the pause is
shortened and the look wrapped here, in this process only.
"""

import asyncio
import sys
from typing import Final

import structlog

from agents import profiles
from agents.own_log import OwnLog
from app.cli.commands import run

_LOOK_S: Final = 0.2
_LATE_S: Final = 1.0

log = structlog.get_logger()


def _ask_often() -> None:
    look = OwnLog.look

    async def told(self: OwnLog) -> list[bytes]:
        log.info("lane_idle", partition=self._partition)
        late = asyncio.get_running_loop().call_later(_LATE_S, _say_late, self._partition)
        try:
            return await look(self)
        finally:
            late.cancel()

    OwnLog.look = told  # type: ignore[method-assign]
    vars(profiles)["_LOOK_S"] = _LOOK_S


def _say_late(partition: int) -> None:
    log.info("question_unanswered", partition=partition)


if __name__ == "__main__":
    _ask_often()
    sys.exit(run(["worker"]))
