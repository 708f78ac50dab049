"""Why a broker does not let a client in: one connection, greeted and logged in, and the exact failure of it.

aiokafka's clients fold every failure of a first connection into "unable to bootstrap". The worker knocks before it
starts, `kanarya doctor` too, and the other commands once they have failed.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from app.login.options import principal, uses_sasl
from app.login.secret import LoginError
from app.login.tls import uses_tls
from app.login.token import TokenEndpointAwayError
from app.sentence import Sentence
from app.settings import Settings

WITHIN_S: Final = 5.0
"""For all addresses together."""
REFUSED: Final = (
    AuthenticationFailedError,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
_GOODBYE_S: Final = 0.5
"""Longest wait for the other side to close too."""
_OF_A_CLIENT: Final = frozenset({"bootstrap_servers", "client_id", "request_timeout_ms"})


class BrokerAwayError(KafkaConnectionError):  # type: ignore[misc]
    """No broker answers now; one may later. The message is one sentence that names the setting to look at."""


async def knock(settings: Settings, options: Mapping[str, Any], within_s: float = WITHIN_S) -> str:
    """Open a connection to one of the brokers and log in; the address that answered.

    Args:
        settings: for the words of an error.
        options: arguments of an aiokafka client.
        within_s: longest wait.

    Raises:
        LoginError: one of them does not let this client in, or is not to be trusted: trying again would not help.
        BrokerAwayError: none of them answers.
    """
    own = {name: value for name, value in options.items() if name not in _OF_A_CLIENT}
    away: list[Sentence] = []
    addresses = [address.strip() for address in settings.broker.split(",")]
    for address in addresses:
        host, _, port = address.rpartition(":")
        try:
            async with asyncio.timeout(within_s / len(addresses)):
                await _greet(host.strip("[]"), int(port), own)
        except (KafkaError, OSError, TimeoutError) as error:
            away.append(_not_in(error, address, settings))
            continue
        return address
    raise BrokerAwayError(away[0])


async def _greet(host: str, port: int, options: Mapping[str, Any]) -> None:
    """Log in, and ask for the brokers: a listener that wants a login closes at the first question without one."""
    connection = AIOKafkaConnection(host, port, **options)
    try:
        await connection.connect()
        await connection.send(MetadataRequest([]))
    finally:
        closed = connection.close()
        if connection._protocol is not None:  # else there was no connection to close
            await asyncio.wait({closed}, timeout=_GOODBYE_S)


def _not_in(error: BaseException, address: str, settings: Settings) -> Sentence:
    """A sentence for a broker that may answer later. Raises `LoginError` for one that will not."""
    if isinstance(error, LoginError | TokenEndpointAwayError):
        if isinstance(error, LoginError):
            raise error
        return Sentence(error.args[0].what, error.args[0].mend)
    if isinstance(error, REFUSED):
        raise _refusal(refused(error, settings, address)) from None
    cause = error.__cause__ if isinstance(error, KafkaError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        raise LoginError(
            f"the certificate of the broker at {address} is not trusted ({cause.verify_message})",
            "name the certificates of its authority in KANARYA_SSL_CA_FILE",
        ) from None
    if isinstance(cause, ssl.SSLError):
        raise _refusal(_tls_failed(cause, address, settings)) from None
    security = f"KANARYA_SECURITY = {settings.security}"
    if isinstance(cause, ConnectionResetError | asyncio.IncompleteReadError):
        who = f", and whether it trusts {principal(settings)}" if uses_tls(settings) else ""
        return Sentence(f"the broker at {address} closes the connection", f"look at {security}{who}")
    if isinstance(cause, TimeoutError) or isinstance(error, TimeoutError):
        look = f"look at KANARYA_BROKER (--broker) and {security}"
        return Sentence(f"the broker at {address} does not answer in time", look)
    return Sentence(f"no Kafka broker answers at {address}", "start one, or set KANARYA_BROKER (--broker)")


def _tls_failed(error: ssl.SSLError, address: str, settings: Settings) -> Sentence:
    reason = (error.reason or "").upper()
    if "ALERT" in reason:  # the broker's word about our certificate
        told = reason.split("ALERT_")[-1].replace("_", " ").lower()
        return Sentence(
            f"the broker at {address} does not take {principal(settings)} ({told})",
            "look at KANARYA_SSL_CERT_FILE and KANARYA_SSL_KEY_FILE",
        )
    look = f"look at its port and KANARYA_SECURITY = {settings.security}"
    return Sentence(f"the broker at {address} does not speak TLS here", look)


def _refusal(told: Sentence) -> LoginError:
    return LoginError(told.what, told.mend)


def refused(error: BaseException, settings: Settings, address: str) -> Sentence:
    """A sentence for a login that the broker does not take; nothing of what the broker says, as it may quote."""
    mechanism = settings.sasl_mechanism
    if isinstance(error, UnsupportedSaslMechanismError):
        what = f"the broker at {address} does not take KANARYA_SASL_MECHANISM = {mechanism}"
        return Sentence(what, "name one of those that its listener takes")
    if isinstance(error, IllegalSaslStateError) or not uses_sasl(settings):
        return Sentence(
            f"the broker at {address} takes no login here", f"look at KANARYA_SECURITY = {settings.security}"
        )
    refuses = f"the broker at {address} refuses the login of {principal(settings)}"
    if mechanism == "OAUTHBEARER":
        source = "KANARYA_SASL_TOKEN_URL" if settings.sasl_token_url is not None else "KANARYA_SASL_TOKEN_FILE"
        return Sentence(refuses, f"look at {source}")
    file = "KANARYA_SASL_PASSWORD_FILE" if settings.sasl_password_file is not None else "KANARYA_SASL_PASSWORD"
    return Sentence(f"{refuses} by {mechanism}", f"look at KANARYA_SASL_USER, {file} and KANARYA_SASL_MECHANISM")
