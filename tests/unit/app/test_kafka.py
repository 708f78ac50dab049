"""Client arguments from the settings, and sentences for failures."""

import ssl

import pytest
from aiokafka.errors import (
    AuthenticationFailedError,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from pydantic import SecretStr

from app.kafka import client_options, sentence
from app.settings import Settings


def test_plain_text_needs_an_address_only() -> None:
    assert client_options(Settings(broker="a:1,b:2"), "worker") == {
        "bootstrap_servers": "a:1,b:2",
        "client_id": "kanarya-worker",
    }


def test_a_login_is_handed_to_the_client() -> None:
    settings = Settings(security="sasl_plaintext", sasl_mechanism="PLAIN", sasl_user="u", sasl_password=SecretStr("p"))

    assert client_options(settings, "x") | {"bootstrap_servers": "", "client_id": ""} == {
        "bootstrap_servers": "",
        "client_id": "",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "u",
        "sasl_plain_password": "p",
    }


@pytest.mark.parametrize("security", ["ssl", "sasl_ssl"])
def test_tls_checks_the_broker_s_certificate_and_name(security: str) -> None:
    context = client_options(Settings.model_validate({"security": security}), "x")["ssl_context"]

    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (KafkaConnectionError("secret detail"), "KANARYA_BROKER"),
        (AuthenticationFailedError("secret detail"), "KANARYA_SECURITY"),
        (TopicAuthorizationFailedError("secret detail"), "kanarya topics acls"),
        (MessageSizeTooLargeError("secret detail"), "KANARYA_REQUEST_BYTES"),
        (OutOfOrderSequenceNumber("secret detail"), "KANARYA_BROKER"),
        (KafkaError("secret detail"), "KANARYA_BROKER"),
    ],
)
def test_a_failure_is_one_sentence_that_names_a_setting_and_repeats_no_library(error: KafkaError, setting: str) -> None:
    said = sentence(error, Settings())

    assert setting in said
    assert "secret detail" not in said
    assert "\n" not in said


def test_a_missing_topic_is_named_with_the_command_that_makes_it() -> None:
    said = sentence(UnknownTopicOrPartitionError("kanarya.alerts"), Settings())

    assert "kanarya.alerts" in said
    assert "kanarya topics apply" in said


def test_a_connection_that_fails_under_security_names_the_login_too() -> None:
    said = sentence(KafkaConnectionError("secret detail"), Settings(security="sasl_ssl"))

    assert all(name in said for name in ("KANARYA_BROKER", "KANARYA_SECURITY", "KANARYA_SASL_USER"))
