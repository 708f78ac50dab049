"""Runs work that SIGINT or SIGTERM asks to come to a good end; `kanarya produce` sends with it."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from aiokafka.errors import KafkaError

from app.cli.failure import CommandError, why
from app.settings import Settings

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def until_told(settings: Settings, work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> int:
    """Run `work`, which ends soon once its event is set; a second signal cuts it short.

    Returns the exit code that the signal asks for, 128 and its number, 0 without one. A failure of Kafka becomes a
    `CommandError`.
    """
    told: list[int] = []

    async def run() -> None:
        stop = asyncio.Event()
        doing = asyncio.ensure_future(work(stop))

        def on_signal(number: int) -> None:
            if told:
                doing.cancel()
            told.append(number)
            stop.set()

        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
        await doing

    try:
        asyncio.run(run())
    except asyncio.CancelledError:
        pass
    except KafkaError as error:
        raise CommandError(why(settings, error)) from error
    return 128 + told[0] if told else 0
