"""How this process talks to Kafka: one set of client arguments from the settings, and one plain sentence per failure.

The worker, `app.topics`, `app.produce` and the view commands build their aiokafka clients with `client_options`.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    AuthenticationFailedError,
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
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from app.settings import Settings

_UNREACHABLE: Final = (
    KafkaConnectionError,
    KafkaTimeoutError,
    KafkaUnavailableError,
    NodeNotReadyError,
    NoBrokersAvailable,
    RequestTimedOutError,
)
_REFUSED: Final = (AuthenticationFailedError, SaslAuthenticationFailed, UnsupportedSaslMechanismError)
_FORBIDDEN: Final = (ClusterAuthorizationFailedError, GroupAuthorizationFailedError, TopicAuthorizationFailedError)


def client_options(settings: Settings, name: str) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client takes: where the brokers are and how to talk to them.

    `name` becomes the client id `kanarya-<name>` that operators see in the broker's logs.
    """
    options: dict[str, Any] = {"bootstrap_servers": settings.broker, "client_id": f"kanarya-{name}"}
    if settings.security != "plaintext":
        options["security_protocol"] = settings.security.upper()
    if "ssl" in settings.security:
        options["ssl_context"] = ssl.create_default_context(cafile=settings.ssl_ca_file)
    if settings.security.startswith("sasl"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_user
        options["sasl_plain_password"] = settings.sasl_password and settings.sasl_password.get_secret_value()
    return options


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
        await client.stop()


def is_unreachable(error: KafkaError) -> bool:
    """Whether it is the broker that does not answer, rather than an answer of its."""
    return isinstance(error, _UNREACHABLE)


def sentence(error: KafkaError, settings: Settings) -> str:
    """What went wrong with Kafka, in one sentence that names the setting to look at."""
    at = f"the broker at {settings.broker}"
    if isinstance(error, _UNREACHABLE) and settings.security != "plaintext":
        named = "KANARYA_BROKER (--broker), KANARYA_SECURITY and, for a login, KANARYA_SASL_USER and its neighbours"
        return f"no Kafka broker at {settings.broker} takes this connection by {settings.security}: look at {named}"
    if isinstance(error, _UNREACHABLE):
        return f"no Kafka broker answers at {settings.broker}: start one, or set KANARYA_BROKER (--broker)"
    if isinstance(error, _REFUSED):
        return f"{at} refuses the login: look at KANARYA_SASL_MECHANISM, KANARYA_SASL_USER and KANARYA_SASL_PASSWORD"
    if isinstance(error, _FORBIDDEN):
        return f"{at} does not allow this ({type(error).__name__}): grant it, or set another KANARYA_SASL_USER"
    if isinstance(error, UnknownTopicOrPartitionError):
        name = " ".join(map(str, error.args)) or "a topic"
        return f"{at} has no {name}: run `kanarya topics apply`, or set KANARYA_TOPIC_PREFIX (--topic-prefix)"
    if isinstance(error, MessageSizeTooLargeError):
        return "a record is larger than KANARYA_REQUEST_BYTES or the topic's max.message.bytes allow: raise both"
    return f"{at} answers {type(error).__name__}: its log says more; KANARYA_BROKER names it"
