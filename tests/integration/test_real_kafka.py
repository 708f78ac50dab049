"""Which tests are skipped and which fail where a machine has no real Kafka, or only one that must be left alone."""

import pytest

from tests.integration import real_kafka


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Java, no Docker, no broker given."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.delenv("KANARYA_TEST_BROKER", raising=False)
    monkeypatch.delenv("CI", raising=False)


def ask() -> None:
    real_kafka.require_own("a Kafka that may be killed")


def test_without_any_kafka_a_test_is_skipped_and_all_that_is_missing_is_said() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"KANARYA_TEST_BROKER is not set.*Docker.*java"):
        ask()


def test_without_any_kafka_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="CI needs a real Kafka"):
        ask()


def test_a_given_broker_is_not_killed_in_ci_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("KANARYA_TEST_BROKER", "kafka:9092")

    with pytest.raises(pytest.skip.Exception, match=r"may be killed.*java.*KANARYA_TEST_BROKER"):
        ask()
