"""The tested workers have the settings of the rig, whatever the caller's environment says."""

from pathlib import Path

import pytest

from app.settings import load
from app.verify.broker import Broker, connection_of
from app.verify.rig import Rig


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text('version = "theirs"\n')
    return path


def test_a_policy_of_the_caller_is_left_out(policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "kanarya.toml"
    config.write_text('scorer = "theirs"\n')
    monkeypatch.setenv("KANARYA_POLICY", str(policy))
    monkeypatch.setenv("KANARYA_GROUP", "production")
    monkeypatch.setenv("KANARYA_CONFIG", str(config))
    settings = Rig(Broker("embedded", "", {"broker": "127.0.0.1:1"}), "0a1b", {"batches_in_flight": 2}).settings

    assert (settings.policy, settings.scorer, settings.batches_in_flight) == (None, "rules", 2)
    assert (settings.group, settings.topic_prefix) == ("verify-0a1b", "verify-0a1b.")
    assert settings.inputs == ("verify-0a1b.touchpoints",)


def test_what_reaches_the_cluster_is_taken_over_and_nothing_else(policy: Path) -> None:
    words = ("security=sasl_plaintext", "sasl_user=me", "sasl_password=x", "sasl_without_tls=true", "replication=3")
    given = load({"broker": "kafka:9092", "policy": str(policy)}, words).settings
    settings = Rig(Broker("given", "", connection_of(given)), "0a1b", {}).settings

    assert settings.broker == "kafka:9092"
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == "x"
    assert (settings.security, settings.sasl_user, settings.replication) == ("sasl_plaintext", "me", 3)
    assert settings.policy is None
