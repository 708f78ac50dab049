"""How a command ends when it cannot do its work; `app.cli.commands.run` turns it into a line and an exit code."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from aiokafka.errors import KafkaError

from app.cli.woken import woken_by_signals
from app.kafka import log_in_once, sentence, why_away
from app.settings import Settings

DONE: Final = 0
FOUND_WRONG: Final = 1
"""The command was right, what it met was not: a topic differs, a line is bad, no broker answers."""
CALLED_WRONG: Final = 2
"""A flag, a setting or an argument cannot be meant so."""

T = TypeVar("T")


class CommandError(Exception):
    """A command's end, said in one plain sentence that names the mend."""

    def __init__(self, message: str, code: int = FOUND_WRONG) -> None:
        super().__init__(message)
        self.code = code


async def _knocked(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    try:
        with woken_by_signals():
            await log_in_once(settings)
            return await work
    finally:
        work.close()


def on_kafka(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine to its end; a failure of Kafka becomes a `CommandError` that names the setting to look at."""
    try:
        return asyncio.run(_knocked(settings, work))
    except KafkaError as error:
        raise CommandError(why(settings, error)) from error


def why(settings: Settings, error: KafkaError) -> str:
    """The sentence for a failure of Kafka, looked at closely where the broker could not be reached. No loop may run."""
    return sentence(asyncio.run(_looked_at(settings, error)), settings)


async def _looked_at(settings: Settings, error: KafkaError) -> KafkaError:
    with woken_by_signals():
        return await why_away(settings, error)
