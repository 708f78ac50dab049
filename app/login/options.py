"""From settings to the arguments by which an aiokafka client logs in; `app.kafka.client_options` adds the rest.

`renewed` reads what stands in files anew into a running client: `app.engine.patience` calls it when a try to connect
has failed, so a rotated password or certificate needs no restart.
"""

from typing import Any

from aiokafka.abc import AbstractTokenProvider

from app.login import tls
from app.login.secret import secret
from app.login.token import EndpointToken, FileToken
from app.settings import Settings


def login_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of an aiokafka client, empty without security. Raises `LoginError`."""
    options: dict[str, Any] = {}
    if settings.security != "plaintext":
        options["security_protocol"] = settings.security.upper()
    if tls.uses_tls(settings):
        options["ssl_context"] = tls.context(settings)
    if not uses_sasl(settings):
        return options
    options["sasl_mechanism"] = settings.sasl_mechanism
    if settings.sasl_mechanism == "OAUTHBEARER":
        return options | {"sasl_oauth_token_provider": token_provider(settings)}
    return options | {"sasl_plain_username": settings.sasl_user, "sasl_plain_password": password(settings)}


def uses_sasl(settings: Settings) -> bool:
    """Whether clients log in by SASL."""
    return settings.security.startswith("sasl")


def token_provider(settings: Settings) -> AbstractTokenProvider:
    """Where tokens come from, by the settings."""
    return EndpointToken(settings) if settings.sasl_token_url is not None else FileToken(settings)


def password(settings: Settings) -> str | None:
    """The password as it is now. Raises `LoginError`."""
    return secret(settings.sasl_password, settings.sasl_password_file, "KANARYA_SASL_PASSWORD_FILE")


def renewed(client: Any, settings: Settings) -> None:
    """Give a started aiokafka client what stands in the files now. Raises `LoginError`."""
    if uses_sasl(settings) and settings.sasl_password_file is not None:
        client._sasl_plain_password = password(settings)
    if tls.uses_tls(settings):
        tls.renew(client._ssl_context, settings)


def principal(settings: Settings) -> str:
    """Who wants in, for errors; no secret."""
    if not uses_sasl(settings):
        return f"the certificate {settings.ssl_cert_file}" if settings.ssl_cert_file else "a client without a name"
    if settings.sasl_mechanism != "OAUTHBEARER":
        return f"user {settings.sasl_user!r}"
    if settings.sasl_token_url is not None:
        return f"client {settings.sasl_client_id!r}"
    return f"the token in {settings.sasl_token_file}"
