"""The login that is laid over the compose file: for every service of ours, by settings, its secret by a file alone."""

from pathlib import Path

import pytest

from app.login.options import password
from app.settings import Settings, load
from app.settings.describe import environment_name
from tests.deploy.files import DEPLOY, compose, dockerfile, ours, services

LOGIN = compose("login.yaml")
SECRETS = {f"/run/secrets/{name}": told["file"] for name, told in LOGIN["secrets"].items()}
"""Path in a container -> path on the machine."""


def test_every_service_of_ours_logs_in_and_no_other() -> None:
    assert LOGIN["services"].keys() == ours().keys()


@pytest.mark.parametrize("name", sorted(LOGIN["services"]))
def test_a_secret_comes_by_a_file_that_the_service_is_given(name: str) -> None:
    service = LOGIN["services"][name]
    files = {value for key, value in service["environment"].items() if key.endswith("_FILE")}
    named = {environment_name(each): field for each, field in Settings.model_fields.items()}

    assert service["environment"].keys() <= named.keys()
    assert files == {f"/run/secrets/{each}" for each in service["secrets"]} == SECRETS.keys()
    assert not [key for key in service["environment"] if "SecretStr" in str(named[key].annotation)]


def test_the_settings_hold_together_and_the_password_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kafka-password"
    file.write_text("song\n")
    for key, value in LOGIN["services"]["worker"]["environment"].items():
        monkeypatch.setenv(key, str(file) if value in SECRETS else value)

    assert password(load().settings) == "song"


def test_no_service_takes_its_environment_from_a_file_and_no_secret_lies_in_the_checkout() -> None:
    assert not [name for name, service in services().items() if "env_file" in service]
    assert all(Path(file).is_absolute() for file in SECRETS.values())


def test_the_file_is_made_for_the_user_of_the_image() -> None:
    (user,) = [each.rest.partition(":")[0] for each in dockerfile() if each.word == "USER"]
    (file,) = SECRETS.values()

    assert f"install -D -m 400 -o {user} /dev/null {file}\n" in (DEPLOY / "README.md").read_text()
