"""How this process talks to Kafka: one set of client arguments from the settings, and one plain sentence per failure.

The worker, `app.topics`, `app.produce` and the view commands build their aiokafka clients with `client_options`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    KafkaUnavailableError,
    MessageSizeTooLargeError,
    NoBrokersAvailable,
    NodeNotReadyError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from app.login.knock import REFUSED, BrokerAwayError, knock, refused
from app.login.options import login_options, principal
from app.login.secret import LoginError
from app.sentence import Sentence
from app.settings import Settings

_UNREACHABLE: Final = (
    KafkaConnectionError,
    KafkaTimeoutError,
    KafkaUnavailableError,
    NodeNotReadyError,
    NoBrokersAvailable,
    RequestTimedOutError,
)
_FORBIDDEN: Final = (ClusterAuthorizationFailedError, GroupAuthorizationFailedError, TopicAuthorizationFailedError)


class StandsStillError(KafkaError):  # type: ignore[misc]  # aiokafka is untyped
    """There is more to read, and the broker hands out nothing: (`topic[partition]@offset`, for how long, the end)."""


def client_options(settings: Settings, name: str) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client takes: where the brokers are and how to talk to them.

    `name` becomes the client id `kanarya-<name>` that operators see in the broker's logs. Raises `LoginError`.
    """
    return {"bootstrap_servers": settings.broker, "client_id": f"kanarya-{name}"} | login_options(settings)


async def log_in_once(settings: Settings) -> None:
    """Where there is a login, try it before other clients do: what the broker then says is exact, within seconds.

    Raises `KafkaError`.
    """
    if settings.security != "plaintext":
        await knock(settings, client_options(settings, "knock"))


async def why_away(settings: Settings, error: KafkaError) -> KafkaError:
    """What keeps this client from its broker, looked at closely; `error` itself when nothing does by now."""
    if not isinstance(error, (*_UNREACHABLE, StandsStillError)):
        return error
    try:
        await knock(settings, client_options(settings, "knock"))
    except KafkaError as reason:
        return reason
    return error


def new_producer(settings: Settings, name: str, **more: Any) -> AIOKafkaProducer:
    """A producer with `acks=all`, to be started and stopped by the caller. Keys are placed by murmur2."""
    compression = None if settings.compression == "none" else settings.compression
    options = {"acks": "all", "compression_type": compression, "max_request_size": settings.request_bytes} | more
    return AIOKafkaProducer(**client_options(settings, name), **options)


@asynccontextmanager
async def producer(settings: Settings, name: str, **more: Any) -> AsyncIterator[AIOKafkaProducer]:
    """The same, started, and stopped (and flushed) on leaving."""
    client = new_producer(settings, name, **more)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


@asynccontextmanager
async def reader(settings: Settings, name: str, **more: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A started consumer without a group: it commits nothing and disturbs no worker."""
    client = AIOKafkaConsumer(**client_options(settings, name), enable_auto_commit=False, **more)
    await client.start()
    try:
        yield client
    finally:
        await _stop(client)


async def _stop(client: AIOKafkaConsumer) -> None:
    """aiokafka awaits each fetch that it has cancelled; one that paused after a failure ends its stop with it."""
    stopping = asyncio.ensure_future(client.stop())
    await asyncio.wait({stopping})
    if stopping.cancelled():
        await client._client.close()
    else:
        stopping.result()


def is_unreachable(error: KafkaError) -> bool:
    """Whether it is the broker that does not answer, rather than an answer of its."""
    return isinstance(error, _UNREACHABLE)


def sentence(error: KafkaError, settings: Settings) -> Sentence:
    """What went wrong with Kafka, and the setting to look at."""
    at = f"the broker at {settings.broker}"
    if isinstance(error, LoginError | BrokerAwayError):
        told: Sentence = error.args[0]
        return told
    if isinstance(error, REFUSED):
        return refused(error, settings, settings.broker)
    if isinstance(error, _UNREACHABLE) and settings.security != "plaintext":
        named = "KANARYA_BROKER (--broker), KANARYA_SECURITY and, for a login, KANARYA_SASL_USER and its neighbours"
        what = f"no Kafka broker at {settings.broker} takes this connection by {settings.security}"
        return Sentence(what, f"look at {named}")
    if isinstance(error, _UNREACHABLE):
        return Sentence(f"no Kafka broker answers at {settings.broker}", "start one, or set KANARYA_BROKER (--broker)")
    if isinstance(error, _FORBIDDEN):
        return Sentence(
            f"{at} does not allow this to {principal(settings)} ({type(error).__name__})",
            "grant what `kanarya topics acls` prints",
        )
    if isinstance(error, StandsStillError):
        where, still, end = error.args
        return Sentence(
            f"{at} hands out nothing from {where} on, for {still}, and says that it ends at {end}",
            "look whether it is up, whether the partition has a leader, and at its log",
        )
    if isinstance(error, UnknownTopicOrPartitionError):
        name = " ".join(map(str, error.args)) or "a topic"
        return Sentence(
            f"{at} has no {name}", "run `kanarya topics apply`, or set KANARYA_TOPIC_PREFIX (--topic-prefix)"
        )
    if isinstance(error, MessageSizeTooLargeError):
        return Sentence(
            "a record is larger than KANARYA_REQUEST_BYTES or the topic's max.message.bytes allow", "raise both"
        )
    return Sentence(f"{at} answers {type(error).__name__}", "look at its log; KANARYA_BROKER names it")
