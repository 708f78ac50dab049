"""The disk store by compose file and by systemd unit: each worker has a folder of its own."""

import pytest

from app.settings import load
from tests.deploy.files import compose, dockerfile, services, unit

DISK = compose("disk.yaml")


def test_each_worker_has_an_unnamed_volume_where_its_states_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DISK.keys() == {"services"}
    assert DISK["services"].keys() == {"worker"} <= services().keys()
    for name, value in DISK["services"]["worker"]["environment"].items():
        monkeypatch.setenv(name, value)
    settings = load().settings

    assert settings.store == "disk"
    assert DISK["services"]["worker"]["volumes"] == [str(settings.store_dir)]


def test_the_image_brings_what_the_disk_store_needs() -> None:
    assert any("/wheels 'kanarya[disk]'" in each.rest for each in dockerfile() if each.word == "RUN")


def test_the_unit_gives_each_worker_a_folder_of_its_own_that_its_user_alone_reads() -> None:
    keys = unit()
    (folder,) = keys["StateDirectory"]

    assert folder.endswith("-%i")
    assert keys["StateDirectoryMode"] == ["0700"]
    assert f"KANARYA_STORE_DIR=%S/{folder}" in keys["Environment"]
