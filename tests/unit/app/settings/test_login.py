"""Which settings of a login are refused together, and how that is said."""

from pathlib import Path

import pytest

from app.cli.commands import run
from app.log_key import log_key
from app.settings import SettingsError, load


def faults_of(*assignments: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        load({}, assignments)
    return raised.value.faults


def test_a_login_without_tls_needs_a_word_of_its_own() -> None:
    login = ("security=sasl_plaintext", "sasl_user=u", "sasl_password=p")
    (fault,) = faults_of(*login)

    assert "sasl_without_tls = true" in fault
    assert load({}, [*login, "sasl_without_tls=true"]).settings.sasl_without_tls


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_login_by_password_needs_a_user_and_one_password(mechanism: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p")
    login = ("security=sasl_ssl", f"sasl_mechanism={mechanism}")

    assert [fault.split()[0] for fault in faults_of(*login)] == ["sasl_user", "sasl_password"]
    assert "both" in faults_of(*login, "sasl_user=u", "sasl_password=p", f"sasl_password_file={file}")[0]
    load({}, [*login, "sasl_user=u", f"sasl_password_file={file}"])


def test_a_login_by_token_needs_a_file_or_an_endpoint_with_a_client(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("t")
    login = ("security=sasl_ssl", "sasl_mechanism=OAUTHBEARER")
    endpoint = "sasl_token_url=https://login.example/token"

    assert faults_of(*login)[0].startswith("sasl_token_file and sasl_token_url are not set")
    assert "both" in faults_of(*login, endpoint, f"sasl_token_file={file}")[0]
    assert [fault.split()[0] for fault in faults_of(*login, endpoint)] == ["sasl_client_id", "sasl_client_secret"]
    load({}, [*login, endpoint, "sasl_client_id=c", "sasl_client_secret=s"])
    load({}, [*login, f"sasl_token_file={file}"])


def test_a_secret_goes_to_no_endpoint_in_the_clear() -> None:
    login = ("security=sasl_ssl", "sasl_mechanism=OAUTHBEARER", "sasl_client_id=c", "sasl_client_secret=s")
    (fault,) = faults_of(*login, "sasl_token_url=http://login.example/token")

    assert "use https:" in fault


@pytest.mark.parametrize("url", ["login.example", "ftp://login.example", "https://me:pass@login.example/"])
def test_what_is_no_endpoint_is_refused(url: str) -> None:
    assert "sasl_token_url" in faults_of(f"sasl_token_url={url}")[0]


def test_a_key_needs_its_certificate_and_a_certificate_needs_tls(tmp_path: Path) -> None:
    file = tmp_path / "pem"
    file.write_text("x")

    assert faults_of(f"ssl_key_file={file}", "security=ssl")[0].startswith("ssl_cert_file is not set")
    assert "security = plaintext shows no certificate" in faults_of(f"ssl_cert_file={file}")[0]
    assert "both" in faults_of("ssl_key_password=p", f"ssl_key_password_file={file}")[0]


@pytest.mark.parametrize("name", ["sasl_password", "sasl_client_secret", "ssl_key_password", "log_key"])
def test_no_secret_is_repeated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"KANARYA_{name.upper()}", "hunter2")
    loaded = load()

    assert "hunter2" not in f"{loaded} {loaded.settings.model_dump_json()} {faults_of('partitions=0')}"


def test_a_secret_that_is_wrong_in_the_file_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "kanarya.toml"
    path.write_text("log_key = 4711\n")

    assert "4711" not in str(faults_of(f"config={path}"))


def test_the_key_of_the_logs_comes_from_its_file_or_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a long secret\n")

    assert log_key(load({}, [f"log_key_file={file}"]).settings) == b"a long secret"
    assert log_key(load({}, ["log_key=another"]).settings) == b"another"
    assert log_key(load().settings) is None
    assert "both" in faults_of("log_key=another", f"log_key_file={file}")[0]


def test_a_key_file_that_holds_none_is_a_setting_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key"
    file.touch()
    monkeypatch.setenv("KANARYA_LOG_KEY_FILE", str(file))

    for command in (["worker"], ["topics", "check"]):
        assert run(command) == 2
        assert "is empty; name the file that holds the secret alone" in capsys.readouterr().err
