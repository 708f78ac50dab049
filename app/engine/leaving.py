"""Leaving the group while its broker is silent: the last words are said, and an answer is not waited for for long.

aiokafka's coordinator ends its routine and then waits for the answer to LeaveGroup, each as long as a request may take
(40 s): longer than a worker has to stop. Everything is committed by then, and a group whose member is gone without a
word gives its partitions away once the session is over. `app.engine.consumer_thread` attaches it.
"""

import asyncio
from typing import Any, Final

import structlog

ANSWER_S: Final = 1.0
"""So long a broker may take to answer."""

log = structlog.get_logger()


def attach(coordinator: Any, session_timeout_s: float) -> None:
    """Make `close` of a started consumer's coordinator give up on a broker that does not answer."""
    close = coordinator.close

    async def close_soon() -> None:
        closing = asyncio.create_task(close())
        try:
            while not closing.done():
                # The time for an answer starts anew when the routine ends: only then is the leave asked for.
                routine = {task for task in (coordinator._coordination_task,) if not task.done()}
                was_joining = _is_joining(coordinator)
                done, _ = await asyncio.wait({closing, *routine}, timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
                if not (done or was_joining or _is_joining(coordinator)):
                    log.warning(
                        "leaving_unanswered", within_s=ANSWER_S,
                        then=f"the group may count this worker in until its session is over ({session_timeout_s:g} s)",
                    )  # fmt: skip
                    return
            closing.result()
        finally:
            closing.cancel()  # the rest the thread ends, which cancels whatever is left in its loop

    coordinator.close = close_soon


def _is_joining(coordinator: Any) -> bool:
    """Whether the broker may be silent because a rebalance waits for others: it is to hear that this one leaves."""
    return coordinator.coordinator_id is not None and not coordinator._coordination_task.done()
