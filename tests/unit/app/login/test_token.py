"""Tokens by client credentials from an endpoint that runs, and from a file."""

import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from app.login.secret import LoginError
from app.login.token import EndpointToken, FileToken, TokenEndpointAwayError
from app.settings import Settings


@asynccontextmanager
async def endpoint(answer: Any, status: int = 200) -> AsyncIterator[tuple[Settings, list[web.Request]]]:
    """A token endpoint on this machine; the settings that name it, and who has asked with which form."""
    asked: list[Any] = []

    async def give(request: web.Request) -> web.Response:
        form = await request.post()
        asked.append((request.headers["Authorization"], dict(form)))
        told = answer(len(asked)) if callable(answer) else answer
        return web.Response(status=status, text=told if isinstance(told, str) else json.dumps(told))

    app = web.Application()
    app.router.add_post("/token", give)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (address,) = runner.addresses
    try:
        yield settings_at(f"http://127.0.0.1:{address[1]}/token"), asked
    finally:
        await runner.cleanup()


def settings_at(url: str) -> Settings:
    return Settings.model_validate(
        {
            "security": "sasl_ssl",
            "sasl_mechanism": "OAUTHBEARER",
            "sasl_token_url": url,
            "sasl_client_id": "canary",
            "sasl_client_secret": "song",
            "sasl_scope": "kafka",
        }
    )


async def test_a_client_shows_its_secret_and_uses_the_token_for_four_fifths_of_its_life() -> None:
    now_s = 0.0
    async with endpoint(lambda n: {"access_token": f"token-{n}", "expires_in": 100}) as (settings, asked):
        provider = EndpointToken(settings, lambda: now_s)
        first = await provider.token()
        now_s = 79.0
        same = await provider.token()
        now_s = 81.0
        next_one = await provider.token()

    assert (first, same, next_one) == ("token-1", "token-1", "token-2")
    login = "Basic " + base64.b64encode(b"canary:song").decode()
    assert asked == [(login, {"grant_type": "client_credentials", "scope": "kafka"})] * 2


@pytest.mark.parametrize("status", [400, 401, 403, 302])
async def test_a_client_that_is_refused_is_named_without_its_secret(status: int) -> None:
    async with endpoint("song", status) as (settings, _):
        with pytest.raises(LoginError) as raised:
            await EndpointToken(settings).token()

    assert all(word in str(raised.value) for word in ("'canary'", "KANARYA_SASL_CLIENT_SECRET", str(status)))
    assert "song" not in str(raised.value)


@pytest.mark.parametrize("answer", ["<html>", {"token": 1}, []])
async def test_an_answer_without_a_token_is_told(answer: Any) -> None:
    async with endpoint(answer) as (settings, _):
        with pytest.raises(LoginError, match="access_token"):
            await EndpointToken(settings).token()


async def test_an_endpoint_in_trouble_may_be_asked_again() -> None:
    async with endpoint("down", 503) as (settings, _):
        with pytest.raises(TokenEndpointAwayError, match="503"):
            await EndpointToken(settings).token()
    with pytest.raises(TokenEndpointAwayError, match="does not answer"):
        await EndpointToken(settings).token()


def file_token(path: Path) -> FileToken:
    return FileToken(Settings.model_validate({"sasl_mechanism": "OAUTHBEARER", "sasl_token_file": path}))


async def test_a_token_s_file_is_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    provider = file_token(path)
    first = await provider.token()
    path.write_text("second\n")

    assert (first, await provider.token()) == ("first", "second")


async def test_an_expired_token_is_told_by_its_subject_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "token"
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "canary", "exp": time.time() - 60}).encode()).decode()
    path.write_text(f"head.{claims}.mark")

    with pytest.raises(LoginError, match="principal 'canary' expired 60 s ago") as raised:
        await file_token(path).token()
    assert claims not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * (1 << 17)])
async def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    provider = file_token(path)

    with pytest.raises(LoginError, match="KANARYA_SASL_TOKEN_FILE"):
        await provider.token()


async def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("t")
    provider = file_token(path)
    path.unlink()

    with pytest.raises(LoginError, match="cannot be read"):
        await provider.token()
