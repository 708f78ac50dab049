"""A real Kafka that wants to know its clients: by password over TLS, by certificate, by token; and holds them to ACLs.

Its plain listener is the operator's, and a super user's: tests make topics and grants there.
"""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.dev.apache_kafka import ApacheKafka
from app.settings import Settings
from tests.integration.certificates import Authority, Signed
from tests.integration.names import fresh_settings

PASSWORDS: Final = {"canary": "song", "worker": "work", "producer": "produce", "reader": "read", "operator": "operate"}
"""Users that log in by SCRAM-SHA-512."""
_TOKEN_MODULE: Final = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
_SCRAM_MODULE: Final = "org.apache.kafka.common.security.scram.ScramLoginModule required"


@dataclass(frozen=True)
class Secured:
    """Where it is, and what its clients need."""

    kafka: ApacheKafka
    authority: Authority
    client: Signed
    folder: Path

    @property
    def plain(self) -> str:
        """Without login, for operators of the test."""
        return self.kafka.address

    def by_password(self, user: str = "canary") -> dict[str, Any]:
        """Settings of a client that logs in by SCRAM over TLS."""
        return self._tls("SCRAM") | {
            "security": "sasl_ssl", "sasl_user": user, "sasl_password": PASSWORDS[user],
        }  # fmt: skip

    def by_certificate(self) -> dict[str, Any]:
        """Settings of a client with a certificate."""
        own = {"ssl_cert_file": self.client.certificate, "ssl_key_file": self.client.key}
        return self._tls("CERTIFICATE") | own | {"security": "ssl"}

    def by_token(self, life_s: float = 3600.0) -> dict[str, Any]:
        """Settings of a client with a token in a file."""
        path = self.folder / "token"
        path.write_text(token("canary", life_s) + "\n")
        return self._tls("TOKEN") | {
            "security": "sasl_ssl", "sasl_mechanism": "OAUTHBEARER", "sasl_token_file": path,
        }  # fmt: skip

    def _tls(self, listener: str) -> dict[str, Any]:
        return {"broker": self.kafka.addresses[listener], "ssl_ca_file": self.authority.certificate}


def token(subject: str, life_s: float) -> str:
    """An unsecured JWT, as Kafka's validator for tests takes it."""
    now_s = time.time()
    claims = {"sub": subject, "iat": now_s - 3600, "exp": now_s + life_s}
    return ".".join(_part(each) for each in ({"alg": "none"}, claims)) + "."


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@contextmanager
def secured_kafka(folder: Path, *, acls: bool = False, properties: dict[str, str] | None = None) -> Iterator[Secured]:
    """A running one. `acls`: hold every client but the plain listener's to what it was granted."""
    authority = Authority(folder)
    broker = authority.sign("broker")
    listeners = {"SCRAM": "SASL_SSL", "CERTIFICATE": "SSL", "TOKEN": "SASL_SSL"}
    own = {
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512,OAUTHBEARER",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(broker.together),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.certificate),
        "listener.name.certificate.ssl.client.auth": "required",
        "listener.name.scram.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.scram.scram-sha-512.sasl.jaas.config": f"{_SCRAM_MODULE};",
        "listener.name.token.sasl.enabled.mechanisms": "OAUTHBEARER",
        "listener.name.token.oauthbearer.sasl.jaas.config": f'{_TOKEN_MODULE} unsecuredLoginStringClaim_sub="broker";',
        "listener.name.login.sasl.enabled.mechanisms": "PLAIN",
    }
    if acls:
        own |= {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        }
    with ApacheKafka(properties=own | (properties or {}), listeners=listeners, users=PASSWORDS) as kafka:
        yield Secured(kafka, authority, authority.sign("client"), folder)


def settings_of(told: dict[str, Any]) -> Settings:
    """Settings with names that no other test uses, and this way to log in."""
    fresh = fresh_settings(told["broker"])
    return Settings.model_validate(fresh.model_dump(exclude_unset=True) | told)


def by_a_file(kafka: Secured) -> dict[str, Any]:
    """Settings of a client whose password stands in a file."""
    told = kafka.by_password()
    path = kafka.folder / "password"
    path.write_text(told.pop("sasl_password") + "\n")
    return told | {"sasl_password_file": path}
