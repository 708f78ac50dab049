"""Tokens for OAUTHBEARER, from a file that something else renews, or from an endpoint by client credentials.

`app.login.options` hands a provider to every client; aiokafka asks it at each new connection. A provider may be asked
from several event loops: a worker has two.
"""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiohttp
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaConnectionError

from app.login import tls
from app.login.secret import LoginError, read, secret
from app.sentence import Sentence
from app.settings import Settings

ENDPOINT_S: Final = 4.0
"""Longest wait for the endpoint, within the five seconds in which a login fails or not."""
_USED_SHARE: Final = 0.8
"""Of a token's life; after it a new one is fetched, as Kafka's own clients do."""
_LEAST_LIFE_S: Final = 5.0
_USUAL_LIFE_S: Final = 300.0
"""Where the endpoint does not tell."""
_AWAY: Final = "look at the endpoint, and at the way to it"


class TokenEndpointAwayError(KafkaConnectionError):  # type: ignore[misc]
    """The endpoint does not answer now; it may later. The message is a sentence."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(Sentence(what, mend))


class FileToken(AbstractTokenProvider):  # type: ignore[misc]
    """The token in `sasl_token_file`, read anew for each connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def token(self) -> str:
        """The file's text. Raises `LoginError` when there is none, or when it says that it has expired."""
        file = self._settings.sasl_token_file
        assert file is not None
        text = read(file, "KANARYA_SASL_TOKEN_FILE")
        expires_s = claims(text).get("exp")
        if isinstance(expires_s, int | float) and expires_s <= time.time():
            ago_s = time.time() - expires_s
            raise LoginError(
                f"KANARYA_SASL_TOKEN_FILE = {file}: the token of {subject(text)} expired {ago_s:.0f} s ago",
                "look at whatever renews the file: it has stopped",
            )
        return text


class EndpointToken(AbstractTokenProvider):  # type: ignore[misc]
    """A token by the client credentials grant, used until four fifths of its life are over."""

    def __init__(self, settings: Settings, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._monotonic_s = monotonic_s
        self._held: tuple[str, float] | None = None
        """The token, and until when (monotonic) it is used."""
        self._fetching: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def token(self) -> str:
        """A token with life left. Raises `LoginError` when it is refused, `TokenEndpointAwayError`."""
        async with self._fetching.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if self._held is None or self._held[1] <= self._monotonic_s():
                text, life_s = await self._fetch()
                self._held = text, self._monotonic_s() + max(_LEAST_LIFE_S, life_s * _USED_SHARE)
            return self._held[0]

    async def _fetch(self) -> tuple[str, float]:
        """Token and its life in seconds."""
        settings = self._settings
        url = settings.sasl_token_url or ""
        file = settings.sasl_client_secret_file
        own = secret(settings.sasl_client_secret, file, "KANARYA_SASL_CLIENT_SECRET_FILE")
        login = base64.b64encode(f"{settings.sasl_client_id}:{own}".encode()).decode()
        shown = {"Authorization": f"Basic {login}"}
        form = {"grant_type": "client_credentials"} | ({"scope": settings.sasl_scope} if settings.sasl_scope else {})
        trusted = tls.trusting(settings) if url.startswith("https") else True
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ENDPOINT_S)) as session,
                session.post(url, data=form, headers=shown, ssl=trusted, allow_redirects=False) as answer,
            ):
                return self._understood(answer.status, await answer.read())
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError):
            raise LoginError(
                f"the certificate of KANARYA_SASL_TOKEN_URL = {url} is not trusted",
                "look at KANARYA_SSL_CA_FILE",
            ) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TokenEndpointAwayError(
                f"KANARYA_SASL_TOKEN_URL = {url} does not answer within {ENDPOINT_S:g} s ({type(error).__name__})",
                _AWAY,
            ) from None

    def _understood(self, status: int, body: bytes) -> tuple[str, float]:
        settings = self._settings
        place = f"KANARYA_SASL_TOKEN_URL = {settings.sasl_token_url}"
        if status >= 500 or status == 429:
            raise TokenEndpointAwayError(f"{place} answers {status}", _AWAY)
        if status != 200:
            raise LoginError(
                f"{place} gives client {settings.sasl_client_id!r} no token (answer {status})",
                "look at KANARYA_SASL_CLIENT_ID, KANARYA_SASL_CLIENT_SECRET and KANARYA_SASL_SCOPE",
            )
        try:
            told = json.loads(body)
            return str(told["access_token"]), float(told.get("expires_in") or _USUAL_LIFE_S)
        except (ValueError, TypeError, KeyError):
            raise LoginError(
                f"{place} answers without an access_token", "name the token endpoint, as its provider tells it"
            ) from None


def claims(token: str) -> dict[str, Any]:
    """What a JWT says of itself, unverified; empty for any other token."""
    try:
        body = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def subject(token: str) -> str:
    """Whom a token names, for errors."""
    named = claims(token).get("sub")
    return f"principal {named!r}" if isinstance(named, str) else "an unnamed principal"
