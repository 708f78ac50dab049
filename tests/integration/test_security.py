"""Passwords over TLS, certificates and tokens, right and wrong, on a real Kafka; every command logs in the same way."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.catalogue import catalogue
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.dev.children import Children
from app.topics import apply
from tests.integration import certificates
from tests.integration.certificates import KEY_PASSWORD, Authority, locked
from tests.integration.real_kafka import require_own
from tests.integration.secured_kafka import Secured, by_a_file, secured_kafka, settings_of, token
from tests.integration.workers import ROOT, Workers, environment

SOON_S = 5.0
"""How soon a login that fails is said, apart from the start of Python."""
START_S = 4.0
pytestmark = pytest.mark.kafka
SECRETS = ("song", KEY_PASSWORD, "eyJ")


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    require_own("a Kafka with TLS, certificates and tokens")
    if missing := certificates.lacking():
        pytest.skip(missing)
    with secured_kafka(tmp_path_factory.mktemp("secured")) as running:
        yield running


class Endpoint:
    """Gives tokens to whoever asks, while `status` is 200."""

    def __init__(self) -> None:
        self.status = 200
        endpoint = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.dumps({"access_token": token("canary", 60), "expires_in": 60}).encode()
                self.send_response(endpoint.status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/token"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    running = Endpoint()
    thread = threading.Thread(target=running.server.serve_forever)
    thread.start()
    yield running
    running.server.shutdown()
    thread.join()
    running.server.server_close()


def by_a_locked_key(kafka: Secured) -> dict[str, Any]:
    return kafka.by_certificate() | {"ssl_key_file": locked(kafka.client), "ssl_key_password": KEY_PASSWORD}


WAYS: dict[str, Callable[[Secured], dict[str, Any]]] = {
    "password": Secured.by_password,
    "password_file": by_a_file,
    "certificate": Secured.by_certificate,
    "locked_key": by_a_locked_key,
    "token": Secured.by_token,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_worker_and_every_command_log_in(
    kafka: Secured, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(WAYS[way](kafka))
    for name, value in environment(settings).items():
        if name.startswith("KANARYA_"):
            monkeypatch.setenv(name, value)
    touchpoint = {"id": "1", "customer_id": "c-1", "time": 1_767_225_600_000, "channel": "web", "kind": "complaint"}
    file = tmp_path / "touchpoints.jsonl"
    file.write_text(json.dumps(touchpoint))

    assert run(["topics", "apply"]) == 0
    assert run(["produce", str(file)]) == 0
    with Children() as children:
        worker = Workers(children, settings).start()
        worker.is_ready()
        while run(["profile", "c-1", "--json"]) != 0:
            assert worker.child.running, worker.child.last_lines()
        said = worker.child.last_lines(50)
        assert worker.stop()["applied"] == 1
    for command in (["topics", "check"], ["alerts"], ["profiles", "dump"], ["dlq", "ls"], ["doctor"]):
        assert run(command) == 0, command
    out, err = capsys.readouterr()

    assert not any(secret in f"{said}{out}{err}" for secret in SECRETS)


def test_a_client_s_credentials_at_an_endpoint_become_a_login(kafka: Secured, endpoint: Endpoint) -> None:
    told = kafka.by_token()
    del told["sasl_token_file"]
    client = {"sasl_client_id": "canary", "sasl_client_secret": "song", "sasl_without_tls": True}
    settings = settings_of(told | client | {"sasl_token_url": endpoint.url})
    on_kafka(settings, apply(settings, catalogue(settings)))
    with Children() as children:
        worker = Workers(children, settings).start()
        worker.is_ready()
        worker.stop()
    endpoint.status = 401
    with Children() as children:
        code, why = Workers(children, settings).start().ended(SOON_S + START_S)

    assert code == 1
    assert all(word in why for word in ("client 'canary'", "KANARYA_SASL_CLIENT_SECRET"))
    assert "song" not in why


def wrong_password(kafka: Secured) -> dict[str, Any]:
    return kafka.by_password() | {"sasl_password": "wrong"}


def unknown_user(kafka: Secured) -> dict[str, Any]:
    return kafka.by_password() | {"sasl_user": "nobody"}


def untrusted_broker(kafka: Secured) -> dict[str, Any]:
    return kafka.by_password() | {"ssl_ca_file": Authority(kafka.folder, "stranger").certificate}


def untrusted_client(kafka: Secured) -> dict[str, Any]:
    stranger = Authority(kafka.folder, "stranger").sign("canary")
    return kafka.by_certificate() | {"ssl_cert_file": stranger.certificate, "ssl_key_file": stranger.key}


def without_certificate(kafka: Secured) -> dict[str, Any]:
    told = kafka.by_certificate()
    return {name: told[name] for name in ("broker", "security", "ssl_ca_file")}


def wrong_key_password(kafka: Secured) -> dict[str, Any]:
    return by_a_locked_key(kafka) | {"ssl_key_password": "wrong"}


def expired_token(kafka: Secured) -> dict[str, Any]:
    return kafka.by_token(-60.0)


def no_token(kafka: Secured) -> dict[str, Any]:
    told = kafka.by_token()
    told["sasl_token_file"].write_text("no token at all")
    return told


def plain_at_a_tls_port(kafka: Secured) -> dict[str, Any]:
    return {"broker": kafka.kafka.addresses["CERTIFICATE"]}


def tls_at_a_plain_port(kafka: Secured) -> dict[str, Any]:
    return kafka.by_certificate() | {"broker": kafka.plain}


REFUSED = {
    wrong_password: ("user 'canary'", "SCRAM-SHA-512", "KANARYA_SASL_PASSWORD"),
    unknown_user: ("user 'nobody'", "KANARYA_SASL_USER"),
    untrusted_broker: ("certificate of the broker", "KANARYA_SSL_CA_FILE"),
    untrusted_client: ("canary.pem", "KANARYA_SSL_CERT_FILE"),
    without_certificate: ("a client without a name", "KANARYA_SSL_CERT_FILE"),
    wrong_key_password: ("KANARYA_SSL_CERT_FILE", "KANARYA_SSL_KEY_PASSWORD"),
    expired_token: ("principal 'canary'", "expired", "KANARYA_SASL_TOKEN_FILE"),
    no_token: ("KANARYA_SASL_TOKEN_FILE",),
}


COMMANDS = (
    ("topics", "check"),
    ("produce", str(ROOT / "docs/examples/touchpoints.jsonl")),
    ("dlq", "redrive", "--yes"),
)


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda wrong: wrong.__name__)
def test_a_login_that_fails_is_one_sentence_from_the_worker_and_from_commands(
    kafka: Secured,
    wrong: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = settings_of(wrong(kafka))
    for name, value in environment(settings).items():
        if name.startswith("KANARYA_"):
            monkeypatch.setenv(name, value)
    heard = []
    for command in COMMANDS:
        asked_s = time.monotonic()
        code = run(command)
        assert time.monotonic() - asked_s < SOON_S, command
        (said,) = capsys.readouterr().err.splitlines()
        heard.append((code, said))
    with Children() as children:
        child = Workers(children, settings).start().child
        ended = child.wait(SOON_S + START_S)
        (line,) = child.last_lines(50).splitlines()

    assert {code for code, _ in heard} == {1}
    assert ended in {1, 2}
    for told in (*(said for _, said in heard), line):
        assert all(word in told for word in REFUSED[wrong]), told
        assert not any(secret in told for secret in SECRETS)


@pytest.mark.parametrize("wrong", [plain_at_a_tls_port, tls_at_a_plain_port], ids=lambda wrong: wrong.__name__)
def test_a_worker_at_a_port_for_other_clients_says_so_and_waits(kafka: Secured, wrong: Any) -> None:
    """It cannot be told from a broker that just starts."""
    settings = settings_of(wrong(kafka))
    with Children() as children:
        worker = Workers(children, settings).start()
        (first, *_) = worker.says("broker_away")

    assert f"KANARYA_SECURITY = {settings.security}" in first["why"]
